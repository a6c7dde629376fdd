"""What a check finds, for the learner to read and for other tools to use."""

import textwrap
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Status", "Verdict"]


class Status(StrEnum):
    """How far an answer is."""

    RIGHT = "Right"
    NOT_YET = "Not yet"
    NOT_TRIED = "Not tried yet"


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
        """What is told, line by line; the first one follows the status."""
        told = f"{self.message}\n{self.mistake}".strip().splitlines()
        return [textwrap.shorten(line, 400, placeholder=" ...") for line in told]

    @property
    def text(self) -> str:
        """The verdict as plain text."""
        return f"{self.status}: " + "\n".join(self.lines)

    def __str__(self) -> str:
        return self.text
