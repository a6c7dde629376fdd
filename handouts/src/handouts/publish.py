"""Write the handouts of notebooks, those that aren't current."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib import metadata
from pathlib import Path

import nbformat

from .confined import Exhausted, confined, stop
from .course import printed_course
from .editions import student_edition
from .handout import Printed, Problems, Source, printed, problems_of
from .leaks import unlike_committed
from .lint import describe
from .losses import closing_line
from .reading import ReadingError, notebook_from
from .settings import Settings
from .typesetting import forget

__all__ = ["publish"]

RECORD = ".published.json"
PROCESSES = 2
# Problems and losses, by the name of the notebook.
_Found = tuple[dict[str, list[str]], dict[str, Counter[str]]]
COURSE_FILES = {"student": "course.pdf", "instructor": "course-instructor.pdf"}


@dataclass(frozen=True)
class File:
    """A notebook file: its path, its bytes, and what it holds, if it is a notebook."""

    path: Path
    raw: bytes
    source: Source | None

    @property
    def name(self) -> str:
        """Return what the notebook is called: the name without suffix."""
        return self.path.stem

    @property
    def size(self) -> int:
        """Return how much there is to set, in characters, outputs apart."""
        cells = self.source.notebook.cells if self.source else []
        return sum(len(cell.source) for cell in cells)


@dataclass(frozen=True)
class Handout:
    """A file to write, the lessons in it, what it depends on, and how to make it."""

    path: Path
    lessons: frozenset[str]
    digest: str
    make: Callable[[], Printed]


def publish(
    notebooks: list[Path],
    settings: Settings,
    editions: tuple[str, ...],
    paper: str,
    *,
    whole_course: bool = False,
) -> int:
    """Write every handout that isn't current; return the exit status.

    Executes nothing. With `whole_course`, the lessons of a course that has a name are
    printed together, too. A problem keeps the handouts that contain its lesson as they
    were, and makes the status 1; all problems of all notebooks are listed.
    """
    problems: dict[str, list[str]] = {}
    files = [_read(path, settings, problems) for path in dict.fromkeys(notebooks)]
    _refuse_namesakes(files, problems)
    of_lessons = _of_lessons(files, settings, editions, paper)
    of_course = _of_course(files, settings, editions, paper) if whole_course else []
    handouts = of_lessons + of_course
    record = _Record(settings.exports)
    stale = [handout for handout in handouts if not record.is_current(handout)]
    losses: dict[str, Counter[str]] = {}

    def print_all(shares: list[list[Handout]]) -> None:
        print_share = partial(_print, files, settings, dict(problems), record)
        for more_problems, more_losses in pool.map(print_share, shares):
            problems.update(more_problems)
            for name, lost in more_losses.items():
                losses[name] = losses.get(name, Counter()) | lost

    # A process prints its share of the lessons, both editions one after the other:
    # Typst remembers of the first what is the same in the second. The files of the
    # course are bound from those of the lessons.
    with ThreadPoolExecutor(max_workers=PROCESSES) as pool:
        try:
            print_all(_shares([item for item in stale if item in of_lessons], files))
            print_all([[item] for item in stale if item in of_course])
        except BaseException:  # Ctrl+C: don't wait for what is being printed
            stop()
            raise
    if len(stale) < len(handouts):
        count = len(handouts) - len(stale)
        folder = _shown(settings.exports)
        print(f"{count} of {len(handouts)} files in {folder} were current")
    for name, lost in losses.items():
        if line := closing_line(f"{name}.ipynb", lost):
            print(line, file=sys.stderr)
    for line in dict.fromkeys(line for lines in problems.values() for line in lines):
        print(line, file=sys.stderr)
    if problems:
        print("what contains these notebooks was not exported", file=sys.stderr)
    return 1 if problems else 0


def _shares(handouts: list[Handout], files: list[File]) -> list[list[Handout]]:
    """Divide the handouts of lessons so that each process has as much to print."""
    shares: list[list[Handout]] = [[] for _ in range(PROCESSES)]
    sizes = [0] * PROCESSES
    for file in sorted(files, key=lambda file: -file.size):
        own = [handout for handout in handouts if file.name in handout.lessons]
        least = sizes.index(min(sizes))
        shares[least] += own
        sizes[least] += file.size * len(own)
    return shares


def _print(
    files: list[File],
    settings: Settings,
    refused: dict[str, list[str]],
    record: _Record,
    handouts: list[Handout],
) -> _Found:
    """Check lessons, and write the handouts of those without problems, in turn."""
    problems, losses = dict(refused), dict[str, Counter[str]]()
    if settings.strict:
        names = {name for h in handouts if len(h.lessons) == 1 for name in h.lessons}
        _check([file for file in files if file.name in names], settings, problems)
    before: frozenset[str] = frozenset()
    for handout in handouts:
        if handout.lessons & problems.keys():
            continue
        try:
            if handout.lessons != before:
                confined(forget)  # or memory would grow with each lesson
            before = handout.lessons
            result = handout.make()
        except Problems as error:
            problems |= dict.fromkeys(handout.lessons, error.lines)
            continue
        except Exhausted as error:
            names = ", ".join(sorted(handout.lessons))
            line = f"{names}: {error}; divide the notebook, or take out its odd parts"
            problems |= {name: [line] for name in handout.lessons}
            continue
        try:
            _write(handout.path, result.pdf)
            record.add(handout)
        except OSError as error:
            reason = error.strerror or error
            line = f"{_shown(handout.path)}: can't be written ({reason})"
            problems |= {name: [line] for name in handout.lessons}
            continue
        print(f"wrote {_shown(handout.path)}")
        for name in handout.lessons:
            losses[name] = losses.get(name, Counter()) | result.losses
    return problems, losses


def _refuse_namesakes(files: list[File], problems: dict[str, list[str]]) -> None:
    """Refuse notebooks whose handouts would be one file, on any file system."""
    paths: dict[str, list[Path]] = {}
    for file in files:
        paths.setdefault(file.name.casefold(), []).append(file.path)
    for same in paths.values():
        if len(same) > 1:
            shown = " and ".join(map(str, same))
            line = f"{shown}: their handouts would have one name; rename one of them"
            problems |= {path.stem: [line] for path in same}


def _check(
    files: list[File], settings: Settings, problems: dict[str, list[str]]
) -> None:
    """Add the problems of the notebooks that could be read."""
    sources = [f.source for f in files if f.source and f.name not in problems]
    found = _checked(settings, sources)
    for file in files:
        if file.source and file.name in found:
            lines = found[file.name] + [
                describe(file.source.notebook, file.name, number, what)
                for number, what in unlike_committed(file.source.notebook, file.path)
            ]
            if lines:
                problems[file.name] = lines


def _checked(settings: Settings, sources: list[Source]) -> dict[str, list[str]]:
    if not sources:
        return {}
    try:
        return confined(problems_of, sources, settings)
    except Exhausted as error:
        if len(sources) > 1:  # one of them is to blame
            apart = [_checked(settings, [source]) for source in sources]
            return {name: lines for found in apart for name, lines in found.items()}
        name = sources[0].name
        return {name: [f"{name}: {error}; take out its odd parts"]}


def _read(path: Path, settings: Settings, problems: dict[str, list[str]]) -> File:
    raw, source = b"", None
    try:
        raw = path.read_bytes()
        notebook = notebook_from(raw, strict=settings.strict)
        source = Source(notebook, path.stem, path.parent)
    except OSError as error:
        problems[path.stem] = [
            f"{path}: can't be read ({error.strerror}); check the path"
        ]
    except ReadingError as error:
        problems[path.stem] = [f"{path}: {error}"]
    return File(path, raw, source)


def _of_lessons(
    files: list[File], settings: Settings, editions: tuple[str, ...], paper: str
) -> list[Handout]:
    handouts = []
    for edition in editions:
        for file in files:
            names = frozenset([file.name])
            stamp = _stamp([file], settings, edition, paper)
            make = partial(confined, printed, file.source, edition, paper, settings)
            path = _path_of_lesson(file, edition, settings)
            handouts.append(Handout(path, names, stamp, make))
            if edition == "student":
                make = partial(_student_notebook, file.source, settings)
                path = path.with_suffix(".ipynb")
                handouts.append(Handout(path, names, stamp, make))
    return handouts


def _of_course(
    files: list[File], settings: Settings, editions: tuple[str, ...], paper: str
) -> list[Handout]:
    if not settings.course:
        return []
    handouts = []
    for edition in editions:
        paths = [_path_of_lesson(file, edition, settings) for file in files]
        make = partial(confined, printed_course, paths, edition, paper, settings)
        path = settings.exports / COURSE_FILES[edition]
        names = frozenset(file.name for file in files)
        stamp = _stamp(files, settings, edition, paper)
        handouts.append(Handout(path, names, stamp, make))
    return handouts


def _path_of_lesson(file: File, edition: str, settings: Settings) -> Path:
    return settings.exports / edition / f"{file.name}.pdf"


def _stamp(concerned: list[File], settings: Settings, edition: str, paper: str) -> str:
    contents = (part for file in concerned for part in (file.name, file.raw))
    return _digest(_printed_settings(settings), edition, paper, *contents)


def _student_notebook(source: Source | None, settings: Settings) -> Printed:
    assert source, "a file that is no notebook has been refused"
    try:
        edition = student_edition(source.notebook, settings)
        nbformat.validate(edition)
    except nbformat.ValidationError as error:
        reason = str(error).split("\n")[0]
        raise Problems([f"{source.name}: no student notebook ({reason})"]) from None
    return Printed((nbformat.writes(edition) + "\n").encode(), Counter())


def _printed_settings(settings: Settings) -> str:
    """Return the settings apart from the folders, which may move."""
    return repr(replace(settings, notebooks=Path(), exports=Path()))


@cache
def _machinery() -> bytes:
    """Digest what every handout depends on: notebooks, settings and options apart."""
    digest = hashlib.sha256()
    for package in ("pypandoc-binary", "typst", "nbformat"):
        digest.update(metadata.version(package).encode())
    for path in sorted(Path(__file__).parent.glob("*.*")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.digest()


def _digest(*parts: str | bytes) -> str:
    digest = hashlib.sha256(_machinery())
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


class _Record:
    """What the files in the folder of the exports were made from, in a file there."""

    def __init__(self, exports: Path) -> None:
        self._exports = exports
        self._lock = threading.Lock()
        try:
            text = (exports / RECORD).read_text(encoding="utf-8")
            self._digests = dict(json.loads(text))
        except (OSError, ValueError):
            self._digests = {}

    def _name(self, handout: Handout) -> str:
        return str(handout.path.relative_to(self._exports))

    def is_current(self, handout: Handout) -> bool:
        known = self._digests.get(self._name(handout))
        return known == handout.digest and handout.path.exists()

    def add(self, handout: Handout) -> None:
        with self._lock:
            self._digests[self._name(handout)] = handout.digest
            text = json.dumps(self._digests, indent=1, sort_keys=True)
            _write(self._exports / RECORD, text.encode())


def _write(path: Path, content: bytes) -> None:
    """Write a file under another name and move it into place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _shown(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
