"""How `make run` stores a lesson that was executed."""

from pathlib import Path
from typing import Any

from nbconvert.writers import FilesWriter

from lessons_lib.desk.files import write_whole

__all__ = ["NotebookWriter"]


class NotebookWriter(FilesWriter):
    """Writes a notebook whole; until then, the one that was there stays."""

    def write(
        self,
        output: str,
        resources: dict[str, Any],
        notebook_name: str | None = None,
        **_: object,
    ) -> Path:
        """Write the notebook beside or over the one that was executed.

        Args:
            output: the notebook as text.
            resources: where it lies, as nbconvert tells.
            notebook_name: its name, without suffix.

        Returns:
            The path of what was written.

        Raises:
            OSError: it can't be written.
        """
        folder = self.build_directory or resources["metadata"].get("path", "")
        path = Path(folder) / f"{notebook_name}{resources['output_extension']}"
        write_whole(path, output)
        return path
