"""The two steps that nbgrader takes from the course: to mend and to judge."""

from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Float, Unicode

from classroom.judging import judge_notebook
from classroom.marks import MARKS
from classroom.mending import mended
from classroom.oddities import oddities
from lessons_lib.desk.notebooks import read_notebook

__all__ = ["Judge", "Mend"]


class Mend(NbGraderPreprocessor):
    """Put a submission's cells into the lesson as it was released."""

    released = Unicode(help="The folder of the assignments as they were released").tag(
        config=True
    )

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Mend a submission.

        Args:
            nb: the submission.
            resources: nbgrader's, which say which assignment it is.

        Returns:
            The mended submission, and the resources.
        """
        about = resources["nbgrader"]
        name = f"{about['notebook']}.ipynb"
        path = Path(self.released) / about["assignment"] / name
        released = read_notebook(path)
        made = mended(nb, released)
        made.metadata[MARKS]["odd"] = oddities(nb, released)
        return made, resources


class Judge(NbGraderPreprocessor):
    """Run a submission in the sandbox and write down what its answers are worth."""

    cell_seconds = Float(300, help="Seconds that one cell may take").tag(config=True)
    seconds = Float(1800, help="Seconds that all cells may take").tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Judge a submission.

        Args:
            nb: the mended submission.
            resources: nbgrader's.

        Returns:
            The notebook with outputs from which nbgrader takes points, and the
            resources.
        """
        limits = {"cell_seconds": self.cell_seconds, "seconds": self.seconds}
        judge_notebook(nb, **limits)
        return nb, resources
