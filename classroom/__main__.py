"""`python -m classroom`: release, grade, mark, and grades, the table of points."""

import argparse
import contextlib
import sys
import warnings
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

from nbgrader.api import MissingEntry
from nbgrader.apps import NbGraderAPI
from sqlalchemy.exc import SAWarning
from traitlets.config import Config, PyFileConfigLoader

from classroom.amending import AmendError, amend
from classroom.collecting import Nothing, collect
from classroom.course import write_settings
from classroom.lesson_notebooks import ReleaseError, released
from classroom.marks import MARKS, check_of, code_cells
from classroom.sandbox import SandboxError, kind
from classroom.submitted import misplaced, submissions, unreadable_page
from classroom.tables import write_tables
from lessons_lib.desk.files import write_whole
from lessons_lib.desk.folder import ORIGINALS, read_originals
from lessons_lib.desk.notebooks import read_notebook, write_notebook
from lessons_lib.paths import class_folder

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: of the command line.

    Returns:
        The exit code: 1 if something went wrong.
    """
    parser = argparse.ArgumentParser(prog="python -m classroom")
    parser.add_argument("command", choices=["release", "grade", "grades", "mark"])
    parser.add_argument("lessons", nargs="*", help="01_convolution ...; default: all")
    parser.add_argument(
        "--exercises",
        default="",
        help="of one lesson: those that carry points (release)",
    )
    for name in ("--student", "--exercise", "--points", "--comment"):
        parser.add_argument(name, default="", help="what is to be changed (mark)")
    parser.add_argument("--all", action="store_true", help="grade again what is graded")
    options = parser.parse_args(arguments)
    folder = class_folder()
    try:
        if options.command == "release":
            return release(folder, options.lessons, exercises=options.exercises.split())
        if options.command == "mark":
            return mark(
                folder,
                " ".join(options.lessons),
                options.student,
                options.exercise,
                points=options.points,
                comment=options.comment,
            )
        if options.command == "grades":
            return grades(folder)
        return grade(folder, options.lessons, again=options.all)
    except (ReleaseError, SandboxError, AmendError) as error:
        print(error, file=sys.stderr)
        return 1


def release(
    folder: Path,
    lessons: Iterable[str] = (),
    originals: Path = ORIGINALS,
    exercises: Collection[str] = (),
) -> int:
    """Make nbgrader assignments of lessons.

    Args:
        folder: of the class.
        lessons: stems of their files; by default all.
        originals: the folder of the lessons.
        exercises: of one lesson, those that carry points; by default all.

    Returns:
        The exit code.

    Raises:
        ReleaseError: there is no such lesson or exercise.
    """
    write_settings(folder)
    sources, faults = read_originals(originals)
    wanted = list(lessons) or list(sources)
    if unknown := set(wanted) - set(sources):
        raise ReleaseError(
            f"There is no lesson {', '.join(sorted(unknown))}. LESSON is one of "
            f"{', '.join(sources)}."
        )
    if exercises and len(wanted) != 1:
        raise ReleaseError("EXERCISES are those of one lesson: name it with LESSON=...")
    for stem in wanted:
        path = folder / "source" / stem / f"{stem}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_notebook(path, released(sources[stem], stem, exercises))
        made = _api(folder).generate_assignment(stem, force=True)
        if made["success"]:
            carried = [c for c in map(check_of, code_cells(read_notebook(path))) if c]
            total = sum(check.points for check in carried)
            print(f"{folder.name}/release/{stem}/{stem}.ipynb: {total:g} points")
        else:
            faults.append(f"{stem}: {_why(made)}")
    print("\n".join(faults), file=sys.stderr) if faults else None
    return bool(faults)


def grade(folder: Path, lessons: Iterable[str] = (), *, again: bool = False) -> int:
    """Grade submissions, write feedback and a table of points.

    Args:
        folder: of the class; submissions are `submitted/STUDENT/LESSON/LESSON.ipynb`.
        lessons: stems of their files; by default all that were handed in.
        again: whether to grade what has been graded, too.

    Returns:
        The exit code: 1 if nbgrader failed.

    Raises:
        ReleaseError: no assignment was made of such a lesson.
        SandboxError: submissions can't be shut in here.
    """
    if kind() == "none":
        print(
            "LESSONS_SANDBOX=none: submissions run with all your rights. They can read "
            "and change the gradebook and everything else.",
            file=sys.stderr,
        )
    known = sorted(path.stem for path in (folder / "release").glob("*/*.ipynb"))
    wanted = list(lessons) or known
    if not known:
        raise ReleaseError("No lesson was released yet: begin with `make release`.")
    if unknown := set(wanted) - set(known):
        names = ", ".join(sorted(unknown))
        raise ReleaseError(f"{names} wasn't released. LESSON is {', '.join(known)}.")
    write_settings(folder)  # those of this version, whichever made the assignments
    api, faults, rows = _api(folder), [], 0
    for handed_in in submissions(folder, wanted):
        row, fault = _graded(api, folder, handed_in, again=again)
        if row:
            print(row, flush=True)
            rows += 1
        if fault:
            faults.append(fault)
    lines = [*faults, *misplaced(folder, known)]
    if lines:
        print("\n".join(lines), file=sys.stderr)
    if not rows:
        place = f"{folder.name}/submitted/STUDENT/{'|'.join(wanted)}/"
        print(f"Nothing new to grade in {place} (ALL=1 grades everything again).")
    return bool(faults)


def grades(folder: Path) -> int:
    """Write the points of the class as CSV.

    Args:
        folder: of the class.

    Returns:
        The exit code.

    Raises:
        ReleaseError: there is no gradebook yet.
    """
    if not (folder / "gradebook.db").exists():
        raise ReleaseError("There are no points yet: begin with `make release`.")
    with _api(folder).gradebook as gradebook:
        for path in write_tables(gradebook, folder):
            print(path.relative_to(folder.parent).as_posix())
    return 0


def mark(
    folder: Path,
    lesson: str,
    student: str,
    exercise: str,
    *,
    points: str = "",
    comment: str = "",
) -> int:
    """Change the points of an exercise, or comment on it, and write the page anew.

    Args:
        folder: of the class.
        lesson: the stem of its file.
        student: whose submission.
        exercise: the check's name.
        points: a number, or "auto"; "" leaves them alone.
        comment: for the student, or "none"; "" leaves it alone.

    Returns:
        The exit code: 1 if nbgrader failed.

    Raises:
        AmendError: there is nothing of this kind to change.
    """
    path = folder / "release" / lesson / f"{lesson}.ipynb"
    if not lesson or not path.exists():
        raise AmendError("LESSON is one that was released, STUDENT one of submitted/.")
    write_settings(folder)
    api = _api(folder)
    with api.gradebook as gradebook:
        released_as = read_notebook(path)
        amend(gradebook, released_as, lesson, student, exercise, points, comment)
    with _quiet():
        done = api.generate_feedback(lesson, student, force=True)
    if not done["success"]:
        print(_why(done), file=sys.stderr)
        return 1
    print(f"{student}, {lesson}: {_points(api, lesson, student)}")
    return 0


def _graded(
    api: NbGraderAPI, folder: Path, handed_in: Path, *, again: bool
) -> tuple[str, str]:
    """Grade one submission, if it is new.

    Returns:
        The row of the table, or "" if there was nothing to do, and what failed.
    """
    stem, student = handed_in.name, handed_in.parent.name
    name = f"{stem}.ipynb"
    graded = folder / "autograded" / student / stem / name
    page = folder / "feedback" / student / stem / f"{stem}.html"
    who = f"{student}, {stem}"
    try:
        told = collect(handed_in, name, read_notebook(folder / "release" / stem / name))
    except Nothing as fault:
        if not again and _newer(page, handed_in):
            return "", ""
        page.parent.mkdir(parents=True, exist_ok=True)
        write_whole(page, unreadable_page(student, stem, str(fault)))
        before = _points(api, stem, student)
        kept = f"; {before} from before stay" if before else ""
        return f"{who}: not graded ({fault}{kept})", ""
    if not again and _newer(graded, handed_in) and _newer(page, handed_in):
        return "", ""
    with _quiet():
        done = api.autograde(stem, student, force=True)
        if done["success"]:
            done = api.generate_feedback(stem, student, force=True)
    if not done["success"]:
        return f"{who}: not graded", f"{who}: {_why(done)}"
    odd = "; ".join([*([told] if told else []), *_odd(graded)])
    row = f"{who}: {_points(api, stem, student)}"
    return f"{row} ({odd})" if odd else row, ""


def _odd(graded: Path) -> list[str]:
    """Return what a graded notebook says was odd about the submission."""
    return [str(line) for line in read_notebook(graded).metadata[MARKS].get("odd", [])]


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Leave out what SQLAlchemy says about nbgrader's own tables at each submission."""
    with warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore", "Object of type <Submitted", category=SAWarning
        )
        yield


def _newer(made: Path, handed_in: Path) -> bool:
    """Tell whether what was made is newer than all that was handed in."""
    if not made.exists():
        return False
    files = [handed_in, *handed_in.rglob("*")]
    return made.stat().st_mtime >= max(path.stat().st_mtime for path in files)


def _points(api: NbGraderAPI, stem: str, student: str) -> str:
    with api.gradebook as gradebook:
        try:
            submission = gradebook.find_submission(stem, student)
        except MissingEntry:
            return ""
        return f"{submission.score:g} of {submission.max_score:g} points"


def _why(done: dict[str, Any]) -> str:
    """Return what nbgrader says about a failure."""
    return "\n".join(filter(None, (done.get("log"), done.get("error"))))


def _api(folder: Path) -> NbGraderAPI:
    """Return nbgrader's own commands, with the settings of the class."""
    loader = PyFileConfigLoader("nbgrader_config.py", path=str(folder))
    settings = Config(loader.load_config())
    api = NbGraderAPI(config=settings)
    return api


if __name__ == "__main__":
    sys.exit(main())
