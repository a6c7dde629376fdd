"""Hook into IPython: remember what cells do, and explain names that aren't there."""

from types import TracebackType
from typing import Any

from IPython import get_ipython

from lessons_lib.kernel.executions import Executions
from lessons_lib.kernel.first_cells import cells_to_run_first, explain
from lessons_lib.kernel.names import used_names
from lessons_lib.kernel.notebook_file import saved_cells

__all__ = ["executions", "watch"]

_watched: Executions | None = None


def executions() -> Executions | None:
    """Return what is remembered of this kernel's cells; None outside a kernel."""
    return _watched


def watch() -> None:
    """Begin to remember what the cells of this kernel do; once is enough.

    Unattended runs, which don't say which cell they run, go on as if it wasn't there.
    """
    global _watched
    shell = get_ipython()
    if _watched is not None or getattr(shell, "kernel", None) is None:
        return
    _watched = Executions(shell.user_ns)
    shell.events.register("pre_run_cell", _watched.begin)
    shell.events.register("post_run_cell", _watched.end)
    if not shell.custom_exceptions:  # else somebody else explains errors
        shell.set_custom_exc((NameError,), _show_name_error)


def _show_name_error(
    shell: Any,
    _kind: type[BaseException],
    error: BaseException,
    _traceback: TracebackType,
    tb_offset: int | None = None,
) -> None:
    """Show which cells to run, where that is the cause; else what is usually shown."""
    if lines := _lines_about(getattr(error, "name", None) or ""):
        # what IPython asks an error for before it shows a traceback
        error._render_traceback_ = lambda: lines  # type: ignore[attr-defined]
    shell.showtraceback(running_compiled_code=True)


def _lines_about(name: str) -> list[str]:
    """Say which cells to run first, if a cell above sets the name and hasn't run."""
    if _watched is None or not name or not _watched.running_cell:
        return []
    above = _cells_above(_watched.running_cell, _watched.running)
    known = _watched.namespace
    done = {run.source for run in _watched.latest.values() if not run.error}
    if not cells_to_run_first([name], above, known, done):
        return []
    needed = {name} | (used_names(_watched.running) - set(known))
    return explain(name, cells_to_run_first(needed, above, known, done))


def _cells_above(cell_id: str, source: str) -> list[dict[str, Any]]:
    """Return the code cells above one; none if the file doesn't hold it just once."""
    cells = saved_cells()
    places = [n for n, cell in enumerate(cells) if cell.get("id") == cell_id]
    places = places or [n for n, cell in enumerate(cells) if cell["source"] == source]
    return cells[: places[0]] if len(places) == 1 else []
