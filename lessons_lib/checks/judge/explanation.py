"""Find the likely reason for a wrong result, from all cases and not from one."""

import contextlib
import copy
import io
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lessons_lib.checks.judge.attempts import Outcome, TooSlow, run
from lessons_lib.checks.judge.comparison import form_fault, same, tidy
from lessons_lib.checks.judge.mistakes import Mistakes
from lessons_lib.checks.judge.observations import observed, separating
from lessons_lib.checks.judge.samples import default_dtype_of
from lessons_lib.checks.judge.slips import slips, without_effect
from lessons_lib.checks.judge.source import code_slip, return_in_loop

__all__ = ["MEMORY", "Trial"]

MEMORY = (
    "The first call with these arguments was right. Something is kept from call to "
    "call: a variable of the notebook, or a list as a default value."
)
_UNSTEADY = (
    "Called twice with the same arguments, it returns different results. Something is "
    "kept from call to call (a variable of the notebook, a list as a default value), "
    "or drawn at random."
)


@dataclass(frozen=True)
class Trial:
    """A learner's function, the right one, and what they are compared on.

    Attributes:
        attempt: the learner's function.
        reference: the right one.
        cases: tuples of arguments.
        arguments: the names of the arguments.
        returns: the names of the values, if there are several.
        tolerance: the largest difference allowed, as a share of the largest value.
    """

    attempt: Callable
    reference: Callable
    cases: Sequence[tuple]
    arguments: Sequence[str]
    returns: Sequence[str]
    tolerance: float

    def tried(self, case: tuple) -> tuple[Outcome, Any]:
        """Call both functions on copies of a case.

        Args:
            case: a tuple of arguments.

        Returns:
            What came of the learner's function, and what the right one returned.
        """
        with default_dtype_of(case), _silence():
            expected = self.reference(*copy.deepcopy(case))
            return run(self.attempt, *copy.deepcopy(case)), expected

    def reason(self, case: tuple, result: Any, mistakes: Mistakes) -> str:
        """Say why a result is likely to be wrong.

        Args:
            case: the arguments.
            result: what the learner's function returned, tidied.
            mistakes: functions that make a likely mistake.

        Returns:
            The reason, or "" if none is known.
        """
        again, expected = self.tried(case)
        well_formed = not form_fault(result, expected, self.returns)
        if well_formed and not self._same(again.value, result):
            return _UNSTEADY
        cases = [case, *(other for other in self.cases if other is not case)]
        tests = [self._makes(other) for other in cases]

        def made(wrong: Callable) -> bool:
            return all(test(wrong) for test in tests)

        return (
            mistakes.explain(made)
            or return_in_loop(self.attempt)
            or self._usual_slip(cases, expected, made)
            or mistakes.explain(*tests)
            or observed(result, expected, self.returns)
            or (well_formed and self._without_effect(case))
            or self._separating()
            or self.slip_in_code(case)
        )

    def slip_in_code(self, case: tuple) -> str:
        """Name a slip that the code of the learner's function shows.

        Args:
            case: the arguments of a case that fails.

        Returns:
            The likely reason, or "".
        """
        cases = [case, *(other for other in self.cases if other is not case)]
        answers: list[tuple[tuple, Any]] = []  # computed when they are needed

        def agrees(function: Callable) -> bool:
            for number, other in enumerate(cases):
                with default_dtype_of(other), _silence():
                    if number == len(answers):
                        answers.append((other, self.reference(*copy.deepcopy(other))))
                    outcome = run(function, *copy.deepcopy(other))
                if outcome.error or not self._same(outcome.value, answers[number][1]):
                    return False
            return True

        return code_slip(self.attempt, self.arguments, agrees)

    def share_of_parts(self) -> float:
        """Return the share of a function's several values that is right on all cases.

        Returns:
            A number from 0 to 1; 0 for a function that returns one value.
        """
        right = set(range(len(self.returns)))
        for case in self.cases:
            outcome, expected = self.tried(case)
            result = tidy(outcome.value, expected)
            if not isinstance(result, tuple) or len(result) != len(self.returns):
                return 0.0
            right = {k for k in right if self._same(result[k], expected[k])}
        return len(right) / max(1, len(self.returns))

    def _same(self, result: Any, expected: Any) -> bool:
        return same(result, expected, self.tolerance)

    def _makes(self, case: tuple) -> Callable[[Any], bool]:
        """Return a test: does a wrong function do on a case what the attempt does?"""
        attempted: list[Outcome] = []  # once, and only if it is asked for

        def makes(mistaken: Callable) -> bool:
            with default_dtype_of(case), _silence():
                if not attempted:
                    attempted.append(run(self.attempt, *copy.deepcopy(case)))
                if attempted[0].error:
                    return True  # this case tells nothing
                try:
                    wrong = mistaken(*case)
                except Exception:  # a mistake may be impossible on this case
                    return False
            return self._same(attempted[0].value, wrong)

        return makes

    def _usual_slip(
        self, cases: list[tuple], expected: Any, made: Callable[..., bool]
    ) -> str:
        returns = self.returns
        if isinstance(expected, tuple) and not returns:
            returns = [f"value {n}" for n in range(1, len(expected) + 1)]
        known = slips(self.reference, self.arguments, cases, returns)
        return next((reason for reason, slip in known if made(slip)), "")

    def _without_effect(self, case: tuple) -> str:
        def attempt(*case: object) -> Any:
            with default_dtype_of(case), _silence():
                return run(self.attempt, *copy.deepcopy(case)).value

        return without_effect(attempt, self.reference, self.arguments, case, self._same)

    def _separating(self) -> str:
        right = []
        for case in self.cases:
            outcome, expected = self.tried(case)
            if isinstance(outcome.error, TooSlow):
                return ""
            right.append(not outcome.error and self._same(outcome.value, expected))
        return separating(self.cases, right)


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Hide what a learner's function prints, or is warned of, when it runs again."""
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
