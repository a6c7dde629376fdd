"""The folder `submitted/`: what lies where it should, and what doesn't."""

import html
from collections.abc import Iterable
from pathlib import Path

__all__ = ["misplaced", "submissions", "unreadable_page"]

_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{student}, {lesson}</title></head>
<body style="font-family: sans-serif; max-width: 40em; margin: 2em auto">
<h1>{student}, {lesson}: not graded</h1>
<p>{told}.</p>
<p>Hand in the notebook itself, the file that ends with <code>.ipynb</code>, as it lies
in the folder where you work.</p>
</body>
</html>
"""


def submissions(folder: Path, lessons: Iterable[str]) -> list[Path]:
    """Return the folders `submitted/STUDENT/LESSON` of released lessons, sorted.

    Args:
        folder: of the class.
        lessons: stems of the lessons' files.
    """
    known = set(lessons)
    found = sorted((folder / "submitted").glob("*/*/"))
    return [path for path in found if path.name in known]


def misplaced(folder: Path, lessons: Iterable[str]) -> list[str]:
    """Say of what lies elsewhere below `submitted/` where it should be.

    Args:
        folder: of the class.
        lessons: stems of the released lessons.

    Returns:
        A line for each file or folder; hidden ones aren't counted.
    """
    known = sorted(lessons)
    place = f"{folder.name}/submitted/STUDENT/LESSON/"
    lines = []
    for path in sorted((folder / "submitted").glob("*")):
        if path.name.startswith("."):
            continue
        if not path.is_dir():
            lines.append(f"{_shown(path, folder)}: not graded; expected in {place}")
            continue
        for inner in sorted(path.glob("[!.]*")):
            shown = _shown(inner, folder)
            if not inner.is_dir():
                lines.append(f"{shown}: not graded; expected in {place}")
            elif inner.name not in known:
                lines.append(
                    f"{shown}/: not graded; no lesson of this name was released. "
                    f"LESSON is {_listed(known)}."
                )
    return lines


def _shown(path: Path, folder: Path) -> str:
    return path.relative_to(folder.parent).as_posix()


def _listed(lessons: list[str]) -> str:
    return ", ".join(lessons[:-1]) + " or " * (len(lessons) > 1) + lessons[-1]


def unreadable_page(student: str, lesson: str, told: str) -> str:
    """Return the page for a student whose submission can't be graded.

    Args:
        student: the name.
        lesson: the stem of its file.
        told: what is wrong.
    """
    words = {"student": student, "lesson": lesson, "told": told[:1].upper() + told[1:]}
    return _PAGE.format(**{name: html.escape(word) for name, word in words.items()})
