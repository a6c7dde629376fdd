"""What a check finds, for the learner to read and for other tools to use."""

import html
import textwrap
from dataclasses import dataclass
from enum import StrEnum

from IPython.display import display

from lessons_lib.runtime import live

__all__ = ["Status", "Verdict"]

_LONGEST_LINE = 600  # characters


class Status(StrEnum):
    """How far an answer is."""

    RIGHT = "Right"
    NOT_YET = "Not yet"
    NOT_TRIED = "Not tried yet"


# The words say it all. Whoever wants to see it at a glance gets another line as well,
# drawn in the color of the text, which fits every theme.
_LINE = {Status.RIGHT: "solid", Status.NOT_YET: "dashed", Status.NOT_TRIED: "dotted"}


@dataclass(frozen=True)
class Verdict:
    """What a check finds about an answer.

    Attributes:
        status: right, not yet, or not tried yet.
        message: what was seen, in a line or two.
        mistake: the likely mistake, or "" if it isn't known.
    """

    status: Status
    message: str
    mistake: str = ""

    @property
    def lines(self) -> list[str]:
        """What is told beside the status, line by line."""
        told = f"{self.message}\n{self.mistake}".strip().splitlines()
        return [textwrap.shorten(t, _LONGEST_LINE, placeholder=" ...") for t in told]

    @property
    def text(self) -> str:
        """The verdict as plain text."""
        return f"{self.status}: " + "\n".join(self.lines)

    @property
    def html(self) -> str:
        """The verdict as a box that needs no color to be understood."""
        told = "<br>".join(html.escape(line) for line in self.lines)
        return (
            '<div style="border: 1px solid; border-left: 0.4em '
            f"{_LINE[self.status]}; max-width: 45em; padding: 0.4em 0.8em"
            f'"><strong>{self.status}:</strong> {told}</div>'
        )

    def __str__(self) -> str:
        """Return the plain text."""
        return self.text

    def show(self) -> None:
        """Show the box in a live notebook; print the text anywhere else."""
        if live():
            display({"text/plain": self.text, "text/html": self.html}, raw=True)
        else:
            print(self.text)

    def _ipython_display_(self) -> None:
        """Show nothing: the check whose value ends a cell has shown it already."""
