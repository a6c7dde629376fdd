"""Which run of which cell a verdict is about, and whether that is what it says now."""

from dataclasses import replace

from lessons_lib.checks.judge.verdict import Status, Verdict
from lessons_lib.kernel import executions

__all__ = ["with_provenance"]

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
    if not (runs := executions()):
        return verdict
    name = runs.name_of(answer, check)
    if not (setter := runs.setter.get(name)):
        return verdict
    if doubt := runs.doubt(name):
        older = f"What [{setter.number}] had made of {name} {_OLDER[verdict.status]}."
        return Verdict(Status.NOT_YET, f"{doubt}\n{older}")
    judged = f"Judged: {name} as cell [{setter.number}] set it."
    if verdict.mistake:
        return replace(verdict, mistake=f"{verdict.mistake}\n{judged}")
    return replace(verdict, message=f"{verdict.message}\n{judged}")
