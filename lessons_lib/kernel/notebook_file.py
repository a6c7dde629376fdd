"""The notebook of this kernel as it was saved last: cells that haven't run, too."""

import json
import os
from pathlib import Path
from typing import Any

from IPython import get_ipython

from lessons_lib.kernel.names import bound_names

__all__ = ["saved_cells", "saved_source"]


def saved_cells(since: float = 0.0) -> list[dict[str, Any]]:
    """Return the code cells of the notebook that this kernel belongs to.

    Args:
        since: seconds since 1970; what was saved before tells nothing.

    Returns:
        The cells in order, each with its "id" and its "source" as one text; none where
        the file can't be found or read, or wasn't saved since.
    """
    try:
        path = _path()
        if path is None or path.stat().st_mtime <= since:
            return []
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        return [
            {**cell, "source": "".join(cell["source"])}
            for cell in cells
            if cell["cell_type"] == "code"
        ]
    except (OSError, ValueError, LookupError, TypeError):
        return []


def saved_source(cell_id: str, name: str, since: float) -> str | None:
    """Return what a cell says in the file, if it was saved after the cell ran.

    Args:
        cell_id: the cell, as the notebook's program calls it.
        name: what the cell sets: VS Code has names for cells that aren't in the file,
            where the exercise that sets this is looked for.
        since: when the cell ran, in seconds since 1970.

    Returns:
        Its source, or None if it isn't known.
    """
    cells = saved_cells(since)
    found = [cell for cell in cells if cell.get("id") == cell_id]
    found = found or [
        cell
        for cell in cells
        if {"exercise", "quiz"} & set(cell.get("metadata", {}).get("tags", []))
        and name in bound_names(cell["source"])
    ]
    return found[0]["source"] if len(found) == 1 else None


def _path() -> Path | None:
    """Return where the notebook is, as Jupyter's server or VS Code tell the kernel."""
    shell = get_ipython()
    named = shell.user_ns.get("__vsc_ipynb_file__") if shell else None
    named = named or os.environ.get("JPY_SESSION_NAME")
    return Path(named) if named else None
