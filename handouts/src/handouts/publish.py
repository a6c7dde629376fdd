"""Write the handouts of notebooks, those that aren't current."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib import metadata
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_notebook

from .document import compose, prepare_all, unspoken
from .editions import student_edition
from .handout import Lesson, Problems, course_pdf, lesson_pdf
from .lint import lint
from .settings import Settings

__all__ = ["publish"]

RECORD = ".published.json"
SPEECH_ADVICE = "add it with python -m handouts.speech"
COURSE_FILES = {"student": "course.pdf", "instructor": "course-instructor.pdf"}


@dataclass(frozen=True)
class Source:
    """A notebook file: its name without suffix, its bytes, its content (or nothing)."""

    name: str
    raw: bytes
    notebook: NotebookNode


@dataclass(frozen=True)
class Handout:
    """A file to write, the lessons in it, what it depends on, and how to make it."""

    path: Path
    lessons: frozenset[str]
    digest: str
    make: Callable[[], bytes]


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
    sources = [_read(path, problems) for path in notebooks]
    handouts = _handouts(sources, settings, editions, paper, whole_course)
    exports = settings.exports
    record = _read_record(exports)
    stale = [item for item in handouts if not _is_current(item, exports, record)]
    concerned = {name for handout in stale for name in handout.lessons}
    _check([s for s in sources if s.name in concerned], settings, problems)
    for handout in stale:
        if handout.lessons & problems.keys():
            continue
        try:
            content = handout.make()
        except Problems as error:
            problems |= dict.fromkeys(handout.lessons, error.lines)
            continue
        _write(handout.path, content)
        record[str(handout.path.relative_to(exports))] = handout.digest
        _write(exports / RECORD, json.dumps(record, indent=1, sort_keys=True).encode())
        print(f"wrote {_shown(handout.path)}")
    if len(stale) < len(handouts):
        count = len(handouts) - len(stale)
        print(f"{count} of {len(handouts)} files in {_shown(exports)} were current")
    for line in dict.fromkeys(line for lines in problems.values() for line in lines):
        print(line, file=sys.stderr)
    if problems:
        print("what contains these notebooks was not exported", file=sys.stderr)
    return 1 if problems else 0


def _check(
    sources: list[Source], settings: Settings, problems: dict[str, list[str]]
) -> None:
    """Add the problems of the notebooks that could be read."""
    readable = [source for source in sources if source.name not in problems]
    prepare_all([source.notebook for source in readable])
    for source in readable:
        if found := lint(source.notebook, source.name, settings):
            problems[source.name] = found
        for tex in unspoken(source.notebook):
            print(f"note: {source.name}: no speech for ${tex}$, {SPEECH_ADVICE}")


def _read(path: Path, problems: dict[str, list[str]]) -> Source:
    raw, notebook = b"", new_notebook()
    try:
        raw = path.read_bytes()
        notebook = nbformat.reads(raw.decode("utf-8"), as_version=4)
    except OSError as error:
        problems[path.stem] = [
            f"{path}: can't be read ({error.strerror}); check the path"
        ]
    except Exception as error:
        reason = str(error).strip().split("\n")[0]
        problems[path.stem] = [
            f"{path}: not a valid notebook ({reason}); save it again in JupyterLab"
        ]
    return Source(path.stem, raw, notebook)


def _handouts(
    sources: list[Source],
    settings: Settings,
    editions: tuple[str, ...],
    paper: str,
    whole_course: bool,
) -> list[Handout]:
    @cache
    def composed(name: str, edition: str) -> Lesson:
        document = compose(notebooks[name], name, edition, settings)
        return Lesson(notebooks[name], document)

    def one_lesson(name: str, edition: str) -> bytes:
        return lesson_pdf(composed(name, edition), paper, settings)

    def all_lessons(edition: str) -> bytes:
        lessons = [composed(name, edition) for name in notebooks]
        return course_pdf(lessons, edition, paper, settings)

    def digest(edition: str, concerned: list[Source]) -> str:
        contents = (part for source in concerned for part in (source.name, source.raw))
        return _digest(_printed_settings(settings), edition, paper, *contents)

    notebooks = {source.name: source.notebook for source in sources}
    handouts = []
    for edition in editions:
        for source in sources:
            names = frozenset([source.name])
            stamp = digest(edition, [source])
            make = partial(one_lesson, source.name, edition)
            path = settings.exports / edition / f"{source.name}.pdf"
            handouts.append(Handout(path, names, stamp, make))
            if edition == "student":
                make = partial(_student_notebook, source.notebook)
                path = path.with_suffix(".ipynb")
                handouts.append(Handout(path, names, stamp, make))
        if whole_course and sources and settings.course:
            stamp = digest(edition, sources)
            make = partial(all_lessons, edition)
            path = settings.exports / COURSE_FILES[edition]
            handouts.append(Handout(path, frozenset(notebooks), stamp, make))
    return handouts


def _student_notebook(notebook: NotebookNode) -> bytes:
    edition = student_edition(notebook)
    nbformat.validate(edition)
    return (nbformat.writes(edition) + "\n").encode()


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


def _read_record(exports: Path) -> dict[str, str]:
    try:
        return dict(json.loads((exports / RECORD).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _is_current(handout: Handout, exports: Path, record: dict[str, str]) -> bool:
    known = record.get(str(handout.path.relative_to(exports)))
    return known == handout.digest and handout.path.exists()


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
