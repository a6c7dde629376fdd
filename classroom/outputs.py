"""What a graded notebook shows: the submission's outputs, and what the judge found."""

import re
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

from lessons_lib.checks.judge import Verdict

__all__ = ["about_cell", "about_check"]

_MOST_OUTPUTS = 60
_MOST_CHARACTERS = 25_000
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")


def about_check(verdict: Verdict, points: float) -> list[NotebookNode]:
    """Return the outputs of a check cell, from which nbgrader takes the points.

    Args:
        verdict: what was found.
        points: that a right answer earns.

    Returns:
        The words of the verdict; as an error if it earns nothing, and with the points
        as the result if it earns some.
    """
    if verdict.credit <= 0:
        text = verdict.text
        return [
            new_output("error", ename="Points: 0", evalue=text, traceback=[text]),
        ]
    told = new_output("stream", name="stdout", text=f"{verdict.text}\n")
    if verdict.credit >= 1:
        return [told]
    earned = {"text/plain": f"{round(verdict.credit * points, 2):g}"}
    return [told, new_output("execute_result", data=earned)]


def about_cell(outputs: list[Any], left_out: str = "") -> list[NotebookNode]:
    """Return the outputs of any other cell: text and pictures, nothing that could run.

    Args:
        outputs: what the submission says they are.
        left_out: why the cell wasn't executed, if it wasn't.

    Returns:
        Valid outputs of a bearable size.
    """
    if left_out:
        told = f"This cell was left out when the notebook was graded: {left_out}."
        return [new_output("stream", name="stdout", text=told)]
    made = (_output(output) for output in outputs[:_MOST_OUTPUTS])
    return [output for output in made if output]


def _output(output: Any) -> NotebookNode | None:
    if not isinstance(output, dict):
        return None
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return new_output("stream", name=name, text=_text(output.get("text")))
    if kind == "error":
        told = _text(output.get("ename")), _text(output.get("evalue"))
        line = ": ".join(told)
        return new_output("error", ename=told[0], evalue=told[1], traceback=[line])
    content = output.get("data")
    if kind != "display_data" or not isinstance(content, dict):
        return None
    shown = {"text/plain": _text(content.get("text/plain"))}
    picture = content.get("image/png")
    if isinstance(picture, str) and _BASE64.fullmatch(picture):
        shown["image/png"] = picture
    return new_output("display_data", data=shown)


def _text(value: object) -> str:
    return str(value)[:_MOST_CHARACTERS]
