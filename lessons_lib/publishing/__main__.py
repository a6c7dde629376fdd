"""Handouts from notebooks: python -m lessons_lib.publishing [NOTEBOOK ...]."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from importlib import metadata
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from .course import ROOT, imprint
from .document import compose, prepare_all, unspoken
from .editions import EDITIONS, student_edition
from .handout import PAPERS, Lesson, Problems, course_pdf, lesson_pdf
from .lint import lint

__all__ = ["main", "publish"]

NOTEBOOKS = ROOT / "notebooks"
EXPORTS = ROOT / "exports"
RECORD = ".published.json"
SPEECH_ADVICE = "add it with python -m lessons_lib.publishing.speech"
COURSE_FILES = {"student": "course.pdf", "instructor": "course-instructor.pdf"}


@dataclass(frozen=True)
class Source:
    """A notebook file: its name without suffix, its bytes, its content if readable."""

    name: str
    raw: bytes
    notebook: NotebookNode | None


@dataclass(frozen=True)
class Handout:
    """A file to write, the lessons in it, what it depends on, and how to make it."""

    path: Path
    lessons: frozenset[str]
    digest: str
    make: Callable[[], bytes]


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m lessons_lib.publishing",
        description="Write handouts (PDF) and student notebooks. Executes nothing.",
    )
    parser.add_argument(
        "notebooks",
        nargs="*",
        type=Path,
        metavar="NOTEBOOK",
        help="default: all of notebooks/, and the whole course as one PDF",
    )
    parser.add_argument("--paper", choices=PAPERS, default="a4")
    parser.add_argument("--edition", choices=(*EDITIONS, "both"), default="both")
    options = parser.parse_args(arguments)
    editions = EDITIONS if options.edition == "both" else (options.edition,)
    if options.notebooks:
        return publish(options.notebooks, EXPORTS, editions, options.paper)
    notebooks = sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))
    if not notebooks:
        print(f"no lesson (01_topic.ipynb, ...) in {NOTEBOOKS}: nothing to print.")
        return 1
    return publish(notebooks, EXPORTS, editions, options.paper, whole_course=True)


def publish(
    notebooks: list[Path],
    exports: Path,
    editions: tuple[str, ...],
    paper: str,
    *,
    whole_course: bool = False,
) -> int:
    """Write every handout that isn't current; return the exit status.

    A problem keeps the handouts that contain its lesson as they were, and makes the
    status 1; all problems of all notebooks are listed.
    """
    problems: dict[str, list[str]] = {}
    sources = [_read(path, problems) for path in notebooks]
    handouts = _handouts(sources, exports, editions, paper, whole_course)
    record = _read_record(exports)
    stale = [item for item in handouts if not _is_current(item, exports, record)]
    concerned = {name for handout in stale for name in handout.lessons}
    checked = [s for s in sources if s.name in concerned and s.notebook is not None]
    prepare_all([source.notebook for source in checked])
    for source in checked:
        if found := lint(source.notebook, source.name):
            problems[source.name] = found
        for tex in unspoken(source.notebook):
            print(f"note: {source.name}: no speech for ${tex}$, {SPEECH_ADVICE}")
    for handout in stale:
        if not handout.lessons & problems.keys():
            try:
                content = handout.make()
            except Problems as error:
                for name in handout.lessons:
                    problems[name] = error.lines
                continue
            _write(handout.path, content)
            record[str(handout.path.relative_to(exports))] = handout.digest
            _write(
                exports / RECORD, json.dumps(record, indent=1, sort_keys=True).encode()
            )
            print(f"wrote {_shown(handout.path)}")
    if len(stale) < len(handouts):
        count = len(handouts) - len(stale)
        print(f"{count} of {len(handouts)} files in {_shown(exports)} were current")
    for line in dict.fromkeys(line for lines in problems.values() for line in lines):
        print(line, file=sys.stderr)
    if problems:
        print("what contains these notebooks was not exported", file=sys.stderr)
    return 1 if problems else 0


def _read(path: Path, problems: dict[str, list[str]]) -> Source:
    raw, notebook = b"", None
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
    exports: Path,
    editions: tuple[str, ...],
    paper: str,
    whole_course: bool,
) -> list[Handout]:
    @cache
    def composed(name: str, edition: str) -> Lesson:
        return Lesson(notebooks[name], compose(notebooks[name], name, edition))

    def one_lesson(name: str, edition: str) -> bytes:
        return lesson_pdf(composed(name, edition), paper)

    def all_lessons(edition: str) -> bytes:
        lessons = [composed(name, edition) for name in notebooks]
        return course_pdf(lessons, edition, paper)

    notebooks = {source.name: source.notebook for source in sources}
    handouts = []
    for edition in editions:
        for source in sources:
            names = frozenset([source.name])
            digest = _digest(edition, paper, source.name, source.raw)
            make = partial(one_lesson, source.name, edition)
            path = exports / edition / f"{source.name}.pdf"
            handouts.append(Handout(path, names, digest, make))
            if edition == "student":
                make = partial(_student_notebook, source.notebook)
                handouts.append(
                    Handout(path.with_suffix(".ipynb"), names, digest, make)
                )
        if whole_course and sources:
            everything = (part for s in sources for part in (s.name, s.raw))
            digest = _digest(edition, paper, *everything)
            make = partial(all_lessons, edition)
            path = exports / COURSE_FILES[edition]
            handouts.append(Handout(path, frozenset(notebooks), digest, make))
    return handouts


def _student_notebook(notebook: NotebookNode) -> bytes:
    edition = student_edition(notebook)
    nbformat.validate(edition)
    return (nbformat.writes(edition) + "\n").encode()


@cache
def _machinery() -> bytes:
    """What every handout depends on, notebooks and options apart."""
    digest = hashlib.sha256(repr(imprint()).encode())
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
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)


if __name__ == "__main__":
    sys.exit(main())
