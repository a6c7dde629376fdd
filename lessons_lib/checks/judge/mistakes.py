"""The mistakes that a learner is likely to make in an exercise."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

__all__ = ["Mistakes"]

Wrong = TypeVar("Wrong")


class Mistakes:
    """Known mistakes: a reason each, and a function or a number that makes it.

    A reason stands as a decorator above the function that it describes, or beside the
    numbers that it explains::

        mistakes = Mistakes()

        @mistakes("It looks as if the bias is missing.")
        def without_bias(x, weight, bias): ...

        mistakes("These are the weights. There is a bias, too.", 16 * 3 * 5 * 5)
    """

    def __init__(self) -> None:
        """Begin with no mistake."""
        self._known: list[tuple[str, object]] = []

    def __call__(self, reason: str, *wrong: object) -> Callable[[Wrong], Wrong]:
        """Declare a mistake.

        Args:
            reason: what a learner is told whose answer equals a wrong one.
            wrong: answers with this mistake: functions like the learner's, or values.

        Returns:
            A decorator that declares one more wrong function for the same reason.
        """

        def declare(answer: Wrong) -> Wrong:
            self._known.append((reason, answer))
            return answer

        for answer in wrong:
            declare(answer)
        return declare

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        """Go through the pairs of a reason and a wrong function or number."""
        return iter(self._known)

    def explain(self, *makes: Callable[[Any], bool]) -> str:
        """Name the mistakes that an answer may have made.

        Args:
            makes: tests of a wrong function or number, the first of which must pass;
                of several mistakes left, those count that pass the others, too.

        Returns:
            The reasons of those mistakes, or "" if there is none.
        """
        known = [(reason, wrong) for reason, wrong in self if makes[0](wrong)]
        for test in makes[1:]:
            if len({reason for reason, _ in known}) > 1:
                known = [pair for pair in known if test(pair[1])] or known
        return " Or: ".join(dict.fromkeys(reason for reason, _ in known))
