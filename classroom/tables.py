"""The points of a class as CSV: one table of all lessons, and one for each."""

import csv
import io
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook

from classroom.marks import check_of
from lessons_lib.desk.files import write_whole
from lessons_lib.desk.notebooks import read_notebook

__all__ = ["write_tables"]


def write_tables(gradebook: Gradebook, folder: Path) -> list[Path]:
    """Write `grades.csv`, and `grades/LESSON.csv` with the points of each exercise.

    Args:
        gradebook: nbgrader's.
        folder: of the class.

    Returns:
        The files. A student who has no graded submission has an empty cell.
    """
    students = {student.id for student in gradebook.students}
    handed_in = (folder / "submitted").glob("[!.]*/")
    students |= {path.name for path in handed_in}
    totals: dict[str, dict[str, Any]] = {name: {} for name in sorted(students)}
    lessons = sorted((folder / "release").glob("*/*.ipynb"))
    made = []
    for path in lessons:
        stem = path.stem
        names = {
            cell.id: check.name
            for cell in read_notebook(path).cells
            if (check := check_of(cell)) and check.points
        }
        rows = {name: _points(gradebook, stem, name, names) for name in totals}
        columns = ["student", "points", "of", *names.values()]
        made.append(folder / "grades" / f"{stem}.csv")
        _write(made[-1], columns, rows)
        for name, row in rows.items():
            totals[name][stem] = row.get("points", "")
    for row in totals.values():
        row["points"] = f"{sum(float(value) for value in row.values() if value):g}"
    made.append(folder / "grades.csv")
    _write(made[-1], ["student", "points", *(path.stem for path in lessons)], totals)
    return made


def _points(
    gradebook: Gradebook, stem: str, student: str, names: dict[str, str]
) -> dict[str, str]:
    """Return the points of a submission; {} if there is none."""
    found = [
        s for s in gradebook.assignment_submissions(stem) if s.student_id == student
    ]
    if not found:
        return {}
    [submission] = found
    row = {"points": f"{submission.score:g}", "of": f"{submission.max_score:g}"}
    for notebook in submission.notebooks:
        for grade in notebook.grades:
            if grade.name in names:
                row[names[grade.name]] = f"{grade.score:g}"
    return row


def _write(path: Path, columns: list[str], rows: dict[str, dict[str, str]]) -> None:
    text = io.StringIO()
    table = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    table.writeheader()
    table.writerows({"student": student, **row} for student, row in rows.items())
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, text.getvalue())
