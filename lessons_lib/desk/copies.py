"""A learner's copy of a lesson: nothing has run, answers and plumbing are folded."""

import copy
import re
from collections.abc import Mapping
from urllib.parse import quote

from nbformat import NotebookNode

__all__ = ["learners_copy", "readable_name"]

_FOLDED = {"hint", "solution", "plumbing"}
_TITLE = re.compile(r"#\s+(?:\d+\.\s*)?([^,:;(\n]+)")
_NO_FILE_NAME = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
_LINK = re.compile(r"\]\(([^()\s#]+)(#[^()\s]*)?\)")


def learners_copy(lesson: NotebookNode, names: Mapping[str, str]) -> NotebookNode:
    """Make a learner's copy of a lesson.

    Args:
        lesson: a notebook in format 4.5; it stays as it is.
        names: file name among the originals -> file name on the learner's desk. Links
            from lesson to lesson follow.

    Returns:
        The copy, with the same text, code, ids and tags.
    """

    def moved(link: re.Match) -> str:
        name = names.get(link[1])
        return f"]({quote(name)}{link[2] or ''})" if name else link[0]

    made = copy.deepcopy(lesson)
    made.metadata.pop("widgets", None)
    for cell in made.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "markdown":
            cell.source = _LINK.sub(moved, cell.source)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            if _FOLDED & set(cell.metadata.get("tags", [])):
                cell.metadata.setdefault("jupyter", {})["source_hidden"] = True
    return made


def readable_name(stem: str, lesson: NotebookNode) -> str:
    """Name a lesson's file so that a tab can be read: "02 Pooling and ....ipynb".

    Args:
        stem: what the original is called, "02_pooling".
        lesson: the original; its first cell holds the title.

    Returns:
        The number of the original, and its title up to the first comma or colon.
    """
    number, _, topic = stem.partition("_")
    title = _TITLE.match(lesson.cells[0].source) if lesson.cells else None
    words = (
        title[1].replace("\N{MULTIPLICATION SIGN}", "x")
        if title
        else topic.replace("_", " ")
    )
    return f"{number} {_NO_FILE_NAME.sub('', words).strip(' .')}.ipynb"
