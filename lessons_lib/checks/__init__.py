"""Claims of a lesson, and the checks of its exercises: one module per lesson."""

__all__ = ["claim"]


def claim(condition: bool, text: str) -> None:
    """State a result, provided that it is true.

    Args:
        condition: whether the result holds in this run.
        text: the result in words that are the same on every machine.

    Raises:
        AssertionError: if the condition is false.
    """
    if not condition:
        raise AssertionError(
            f"this claim does not hold in this run: {text}. If you changed something "
            "above, this is your finding; otherwise please report it."
        )
    print(f"Claim holds: {text}")
