"""The folder of a class, as nbgrader wants it, and nbgrader's settings for it."""

from pathlib import Path

__all__ = ["write_settings"]

_SETTINGS = """\
# Written by `make release`; what stands below the line of dashes stays yours.
import os
from pathlib import Path

c = get_config()
here = Path(__file__).resolve().parent
c.CourseDirectory.root = str(here)
c.CourseDirectory.db_url = f"sqlite:///{here / 'gradebook.db'}"

# An answer's stub is what learners begin with, and stored outputs belong to the lesson:
# nothing is cleared that `make release` has left in.
c.GenerateAssignment.preprocessors = [
    "nbgrader.preprocessors.LockCells",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
# Duplicated, split, deleted and edited cells are mended before nbgrader sees them.
c.Autograde.sanitize_preprocessors = [
    "classroom.grading.Mend",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
# Not executed here: run in a sandbox, and judged by what it hands out.
c.Autograde.autograde_preprocessors = [
    "classroom.grading.Judge",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Mend.released = str(here / "release")
c.Judge.cell_seconds = float(os.environ.get("LESSONS_CELL_SECONDS", 300))
c.Judge.seconds = float(os.environ.get("LESSONS_NOTEBOOK_SECONDS", 1800))
# A submission's Markdown may hold anything; its page is opened by others.
c.GenerateFeedback.exporter_class = "classroom.pages.FeedbackPage"

# ---------------------------------------------------------------------------
"""
_LINE = "# " + 75 * "-" + "\n"


def write_settings(folder: Path) -> None:
    """Write nbgrader's settings; what an instructor has added to them stays.

    Args:
        folder: of the class; it is made if it isn't there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "nbgrader_config.py"
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    _, _, own = before.partition(_LINE)
    path.write_text(_SETTINGS + own, encoding="utf-8")
