"""Claims of a lesson, and the checks of its exercises: one module per lesson."""

from lessons_lib.runtime import seed_shift

__all__ = ["claim"]


def claim(condition: bool, text: str, *, missing: str = "") -> None:
    """State a result, provided that it is true.

    With shifted seeds (see `lessons_lib.runtime.seeds`) a false claim is printed, not
    raised, so that the claims after it are judged, too.

    Args:
        condition: whether the result holds in this run.
        text: the result in words that are the same on every machine.
        missing: what this run lacks to test it, "CIFAR-10" for example; the result is
            then named as one that wasn't tested.

    Raises:
        AssertionError: if the condition is false.
    """
    if missing:
        print(f"Not tested here (needs {missing}): {text}")
        return
    if not condition and seed_shift():
        print(f"Claim fails: {text}")
        return
    if not condition:
        raise AssertionError(
            f"this claim does not hold in this run: {text}. If you changed something "
            "above, this is your finding; otherwise please report it."
        )
    print(f"Claim holds: {text}")
