"""What an instructor decides otherwise: points of an exercise, a comment on it."""

from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry

from classroom.marks import check_of, is_answer

__all__ = ["AmendError", "amend"]


class AmendError(ValueError):
    """Nothing can be changed; the message says why."""


def amend(
    gradebook: Gradebook,
    released: NotebookNode,
    stem: str,
    student: str,
    exercise: str,
    points: str = "",
    comment: str = "",
) -> None:
    """Write down points or a comment that go before the automatic ones.

    Args:
        gradebook: nbgrader's.
        released: the lesson as it was handed out.
        stem: what its file is called.
        student: whose submission.
        exercise: the check's name.
        points: a number, or "auto" for those of the check; "" leaves them alone.
        comment: Markdown for the student's page, "none" for no comment; "" leaves it
            alone.

    Raises:
        AmendError: there is no such exercise or submission, or it isn't worth as much.
    """
    answer, places = "", {}
    for cell in released.cells:
        if is_answer(cell):
            answer = cell.id
        elif check := check_of(cell):
            places[check.name] = cell.id, answer, check.points
    if exercise not in places:
        raise AmendError(f"EXERCISE is one of {', '.join(places)}.")
    place, answer, worth = places[exercise]
    try:
        given = None if points in ("", "auto") else float(points)
    except ValueError:
        raise AmendError(f"POINTS is a number or auto, not {points!r}.") from None
    if given is not None and not 0 <= given <= worth:
        raise AmendError(f"{exercise} is worth 0 to {worth:g} points.")
    try:
        grade = gradebook.find_grade(place, stem, stem, student)
        words = gradebook.find_comment(answer, stem, stem, student)
    except MissingEntry:
        raise AmendError(f"Nothing of {student} in {stem} was graded yet.") from None
    if points:
        grade.manual_score, grade.needs_manual_grade = given, False
    if comment:
        words.manual_comment = None if comment == "none" else comment
    gradebook.db.commit()
