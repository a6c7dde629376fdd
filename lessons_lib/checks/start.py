"""The check on the first page."""

from lessons_lib.checks.judge import Mistakes, Verdict, checker, judge_value

__all__ = ["numbers"]


@checker
def numbers(answer: int) -> Verdict:
    """Check exercise 1: how many numbers a picture of 28 x 28 gray pixels is.

    Args:
        answer: one whole number.
    """
    mistakes = Mistakes()
    mistakes("This is the sum. There are 28 rows, and in each of them 28.", 28 + 28)
    mistakes("This is one row. How many rows are there?", 28)
    mistakes("These are three colors for each pixel. A gray one has one.", 3 * 28 * 28)
    return judge_value(
        "numbers",
        answer,
        28 * 28,
        mistakes,
        nudge="Count the pixels in a row, then the rows.",
        praise="One for each pixel. This is how lesson 3 sees a written digit.",
    )
