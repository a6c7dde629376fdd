"""What a check finds, for the learner to read and for other tools to use."""

import html
import textwrap
from dataclasses import dataclass
from enum import StrEnum

from IPython.display import DisplayHandle, display

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
        share: of an answer that has parts and isn't right yet, the share of them that
            is right, from 0 to 1.
    """

    status: Status
    message: str
    mistake: str = ""
    share: float = 0.0

    @property
    def credit(self) -> float:
        """The share of its points that an answer earns where it is graded."""
        return 1.0 if self.status is Status.RIGHT else self.share

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

    @property
    def bundle(self) -> dict[str, str]:
        """The verdict in every form, by media type."""
        return {"text/plain": self.text, "text/html": self.html}

    def show(self) -> DisplayHandle | None:
        """Show the box in a live notebook; print the text anywhere else.

        Returns:
            The box on the page, which can be updated; None where text was printed.
        """
        if live():
            return display(self.bundle, raw=True, display_id=True)
        print(self.text)
        return None

    def _ipython_display_(self) -> None:
        """Show nothing: the check whose value ends a cell has shown it already."""
