"""Which run of which cell a verdict is about, and whether that is what it says now."""

import threading
from dataclasses import replace

from IPython.display import DisplayHandle

from lessons_lib.checks.judge.verdict import Status, Verdict
from lessons_lib.kernel import Execution, Executions, executions

__all__ = ["look_again", "with_provenance"]

# The desk lets JupyterLab save what is typed after 2 seconds.
_UNTIL_SAVED = (3.0, 10.0)  # seconds; the second for a machine that is busy

_OLDER = {
    Status.RIGHT: "was right",
    Status.NOT_YET: "was not right yet",
    Status.NOT_TRIED: "was the exercise as it is given",
}


def with_provenance(verdict: Verdict, answer: object, check: str) -> Verdict:
    """Say in a verdict which run of a cell was judged.

    Args:
        verdict: about the answer.
        answer: what was judged: the value of a name in the cell that runs now.
        check: the name of the check, which that cell calls.

    Returns:
        The verdict with the number of the run; "not yet" if the cell failed since, was
        edited since, or doesn't set that name any more. Unattended, the verdict.
    """
    if not (judged := _judged(answer, check)):
        return verdict
    runs, name, setter = judged
    if doubted := _doubted(verdict, runs, name, setter):
        return doubted
    line = f"Judged: {name} as cell [{setter.number}] set it."
    if verdict.mistake:
        return replace(verdict, mistake=f"{verdict.mistake}\n{line}")
    return replace(verdict, message=f"{verdict.message}\n{line}")


def look_again(
    verdict: Verdict, answer: object, check: str, box: DisplayHandle
) -> None:
    """Correct a verdict on the page if the cell turns out to have been edited before.

    What was typed just now isn't in the file yet when the check runs; a moment later
    it is.

    Args:
        verdict: about the answer, as the judge gave it.
        answer: what was judged.
        check: the name of the check, which the running cell calls.
        box: where the verdict stands on the page.
    """
    if not (judged := _judged(answer, check)) or judged[0].doubt(judged[1]):
        return  # nothing known about the cell, or told already
    runs, _, setter = judged
    last = runs.latest[setter.cell]

    def look() -> None:
        ran_again = runs.latest[setter.cell] is not last
        if not ran_again and (doubted := _doubted(verdict, *judged)):
            box.update(doubted.bundle, raw=True)

    for seconds in _UNTIL_SAVED:
        timer = threading.Timer(seconds, look)
        timer.daemon = True  # a kernel that ends doesn't wait for it
        timer.start()


def _judged(answer: object, check: str) -> tuple[Executions, str, Execution] | None:
    """Return the runs, the name that was judged, and the run that has set it."""
    if not (runs := executions()):
        return None
    name = runs.name_of(answer, check)
    return (runs, name, runs.setter[name]) if name in runs.setter else None


def _doubted(
    verdict: Verdict, runs: Executions, name: str, setter: Execution
) -> Verdict | None:
    """Return "not yet", if the cell says something else now than the run judged."""
    if runs.setter.get(name) is not setter or not (doubt := runs.doubt(name)):
        return None
    older = f"What [{setter.number}] had made of {name} {_OLDER[verdict.status]}."
    return Verdict(Status.NOT_YET, f"{doubt}\n{older}")
