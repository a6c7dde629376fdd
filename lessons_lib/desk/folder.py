"""The folder of the learner's copies: made, looked through, brought up to date."""

import contextlib
import hashlib
import json
import time
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout
from nbformat import NotebookNode
from nbformat.sign import NotebookNotary

from lessons_lib.desk.copies import learners_copy, readable_name
from lessons_lib.desk.merging import Merged, merge
from lessons_lib.desk.notebooks import (
    Unreadable,
    read_notebook,
    valid_ids,
    write_notebook,
)
from lessons_lib.paths import ROOT, work_folder

__all__ = ["ORIGINALS", "DeskError", "desk_names", "lay_out", "read_originals"]

ORIGINALS = ROOT / "notebooks"
_VERSIONS = ".versions"  # what each copy was made from
_BACKUPS = "backups"
_NAME = "name_on_the_desk"  # in the metadata of a version, and so of its copy
_HELD = "held_version"  # there, too: which version it is
_SECONDS = 60  # to wait for another process that does the same


class DeskError(RuntimeError):
    """The desk can't be made or brought up to date; the message says what to do."""


def lay_out(source: Path = ORIGINALS, desk: Path | None = None) -> list[str]:
    """Copy each lesson to the learner's desk, and bring new versions into the copies.

    Args:
        source: the folder of the originals, 01_topic.ipynb and so on.
        desk: the folder of the copies; by default `work_folder()`. What the learner did
            there stays.

    Returns:
        What happened, in lines to read; none if nothing did.

    Raises:
        DeskError: the desk can't be written to, or there is no lesson.
    """
    desk = desk or work_folder()
    lessons, faults = read_originals(source)
    if not lessons:
        raise DeskError(f"There is no lesson in {source}. Clone the course again.")
    try:
        (desk / _VERSIONS).mkdir(parents=True, exist_ok=True)
        with _only_one_process(desk):
            return faults + _bring_up_to_date(lessons, desk)
    except OSError as error:
        raise DeskError(
            f"Your copies of the lessons can't be written: {error.strerror or error} "
            f"({error.filename or desk}). Make the folder {desk} one that you may "
            "write to, or remove what stands in its place."
        ) from None


def read_originals(
    source: Path = ORIGINALS,
) -> tuple[dict[str, NotebookNode], list[str]]:
    """Read the original lessons, in order.

    Args:
        source: their folder; a lesson's name begins with a number of two digits.

    Returns:
        stem of the file -> lesson; and a line for each file that can't be read.
    """
    lessons, faults = {}, []
    for path in sorted(source.glob("[0-9][0-9]_*.ipynb")):
        try:
            lessons[path.stem] = read_notebook(path)
        except (Unreadable, OSError) as fault:
            faults.append(
                f"The original {path.name} can't be read ({fault}); a copy that you "
                f"have stays as it is. To mend it: git restore {source.name}"
            )
    return lessons, faults


def desk_names(desk: Path, lessons: dict[str, NotebookNode]) -> dict[str, str]:
    """Return what each lesson's file is called on the desk.

    Args:
        desk: the folder of the copies.
        lessons: the originals by the stem of their file.

    Returns:
        stem -> file name: that of the copy, also when the title has changed since.
    """
    names = {}
    for stem, lesson in lessons.items():
        base = _version(desk, stem)
        known = base.metadata.get(_NAME) if base else None
        names[stem] = known or readable_name(stem, lesson)
    return names


def _bring_up_to_date(lessons: dict[str, NotebookNode], desk: Path) -> list[str]:
    names = desk_names(desk, lessons)
    links = {f"{stem}.ipynb": name for stem, name in names.items()}
    made, lines = [], []
    for stem, lesson in lessons.items():
        new = learners_copy(lesson, links)
        new.metadata[_NAME] = names[stem]
        new.metadata[_HELD] = _digest(new)
        told = list(_renew(desk, stem, new))
        made += [names[stem]] if told == [""] else []
        lines += [line for line in told if line]
    if made:
        what = made[0] if len(made) == 1 else f"{len(made)} lessons"
        lines.insert(0, f"Copied for you to work in: {what}, in {desk}.")
    return lines


def _renew(desk: Path, stem: str, new: NotebookNode) -> Iterator[str]:
    """Make or renew one copy; yield what happened, "" for a first copy."""
    name = new.metadata[_NAME]
    path, base = desk / name, _version(desk, stem)
    if not path.exists():
        _store(desk, stem, new, new)
        yield f"{name} was not there any more: here is a fresh copy." if base else ""
        return
    try:
        mine = read_notebook(path)
    except Unreadable as fault:
        kept = _kept_aside(path, desk, ".txt")
        path.rename(kept)
        _store(desk, stem, new, new)
        yield (
            f"{name} could not be read: {fault}. It is now {kept.relative_to(desk)}, "
            "and a fresh copy stands in its place."
        )
        return
    ids = [cell.get("id") for cell in mine.cells]
    valid_ids(mine, base or new)
    repaired = ids != [cell.id for cell in mine.cells]
    if base is None:  # lost: whatever differs may be the learner's
        base = new
    base = _held(desk, stem, mine) or base
    merged = merge(base, mine, new)
    if repaired or merged.notebook != mine:
        kept = _kept_aside(path, desk, ".ipynb")
        kept.write_bytes(path.read_bytes())
        _store(desk, stem, new, merged.notebook)
        yield from _tell(name, merged, kept.relative_to(desk))
    elif _version(desk, stem) != new:
        _store(desk, stem, new)


def _held(desk: Path, stem: str, mine: NotebookNode) -> NotebookNode | None:
    """Return the older version that a copy holds again, if it does.

    A page that was open all the time may have saved its older copy over the renewed.
    """
    try:
        older = desk / _VERSIONS / f"{stem} {mine.metadata.get(_HELD)}.ipynb"
        return read_notebook(older)
    except (Unreadable, OSError):
        return None


def _digest(notebook: NotebookNode) -> str:
    text = json.dumps(notebook, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _version(desk: Path, stem: str) -> NotebookNode | None:
    """Return the version that a copy was made from, if it is known."""
    try:
        return read_notebook(desk / _VERSIONS / f"{stem}.ipynb")
    except (Unreadable, FileNotFoundError):
        return None


def _store(
    desk: Path, stem: str, version: NotebookNode, copy: NotebookNode | None = None
) -> None:
    """Write a copy and then the version in it: after a crash, the next run goes on."""
    if copy is not None:
        path = desk / version.metadata[_NAME]
        trusted = _is_trusted(path)
        write_notebook(path, copy)
        if trusted:
            with contextlib.suppress(Exception):  # then JupyterLab asks
                NotebookNotary().sign(copy)
    for name in (stem, f"{stem} {version.metadata[_HELD]}"):
        write_notebook(desk / _VERSIONS / f"{name}.ipynb", version)


def _is_trusted(path: Path) -> bool:
    """Tell whether JupyterLab shows what a notebook's cells have drawn."""
    try:
        return NotebookNotary().check_signature(read_notebook(path))
    except Exception:  # no file, no data base of signatures, ...
        return False


def _kept_aside(path: Path, desk: Path, suffix: str) -> Path:
    """Return a free name among the backups for a file as it is now."""
    folder = desk / _BACKUPS
    folder.mkdir(exist_ok=True)
    stamp = time.strftime("%Y-%m-%d %H.%M.%S")
    stems = (
        f"{path.stem} {stamp}{n}" for n in ("", *(f" ({i})" for i in range(2, 99)))
    )
    return next(kept for s in stems if not (kept := folder / (s + suffix)).exists())


def _tell(name: str, merged: Merged, kept: Path) -> Iterator[str]:
    """Say in two lines what became of a copy."""
    counts = {
        "renewed": merged.renewed,
        "added": merged.added,
        "removed": merged.removed,
    }
    told = ", ".join(f"{len(ids)} {what}" for what, ids in counts.items() if ids)
    yield f"{name}: brought up to date; cells: {told or 'none renewed'}."
    yours = ""
    if count := len(merged.beside):
        cells = "1 more cell" if count == 1 else f"{count} more cells"
        yours = f"In {cells} yours stays, and the new text stands below. "
    if count := len(merged.left_out):
        yours += f"You had removed {count} that are new now: they stay removed. "
    yield f"  {yours}The file as it was is kept: {kept}."


@contextlib.contextmanager
def _only_one_process(desk: Path) -> Iterator[None]:
    """Hold the desk's lock; the system releases it even if the process is killed."""
    lock = FileLock(desk / ".lock")
    try:
        lock.acquire(timeout=_SECONDS)
    except Timeout:
        raise DeskError(
            f"Another process has been writing to {desk} for {_SECONDS} s. End it, "
            "then try again."
        ) from None
    except NotImplementedError:  # no locks on this disk
        yield
        return
    try:
        yield
    finally:
        lock.release()
