"""How a check looks at an answer, and what it tells the learner."""

import copy
import textwrap
import traceback
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from IPython import get_ipython
from torch import Tensor, nn

__all__ = ["judge_choice", "judge_function", "judge_module", "judge_value"]

Mistakes = Mapping[str, Callable]


def judge_function(
    name: str,
    attempt: Callable,
    reference: Callable,
    cases: Sequence[tuple],
    mistakes: Mistakes,
    *,
    arguments: Sequence[str],
    returns: Sequence[str] = (),
    tolerance: float = 1e-9,
    praise: str = "",
    errors: Mapping[str, str] | None = None,
) -> None:
    """Run a learner's function beside a right one and print a verdict of a line or two.

    Args:
        name: what the exercise calls the function.
        attempt: the learner's function.
        reference: the right one.
        cases: the inputs to compare on, one tuple of arguments each, small ones first.
        mistakes: likely reason -> a function that makes this mistake. The reason is
            told when the learner's result equals that function's.
        arguments: the names of the arguments, for the message.
        returns: the names of the values, for the message, if there are several.
        tolerance: the largest difference allowed.
        praise: what a right answer is told beyond "Right".
        errors: part of an error's message -> what is likely wrong, if the learner's
            function raises that error.
    """
    if attempt is None or attempt is ...:
        return _say(f"Not tried yet: {name} is still three dots.")
    if not callable(attempt):
        return _say(
            f"Not yet: {name} should be a function, but it is {_kind(attempt)}. "
            f"Define it with def {name}({', '.join(arguments)})."
        )
    for case in cases:
        expected = reference(*copy.deepcopy(case))
        given = copy.deepcopy(case)
        seen = _describe(name, arguments, case)
        try:
            result = attempt(*given)
        except Exception as error:  # a learner's function may raise anything
            known = (why for part, why in (errors or {}).items() if part in str(error))
            return _say(f"Not yet: {seen} raised {_where(error)}.", next(known, ""))
        if result is None or result is ...:
            return _say(
                f"Not tried yet: {name}() returned None. Replace the three dots, end "
                "with a return, and run both cells again."
            )
        if not _same(given, case):
            return _say(
                f"Not yet: {name} changed its input. Work on a copy "
                "(x.clone()), the caller still needs the original."
            )
        complaint = _form(result, expected, returns)
        if complaint:
            reason = _known_mistake(result, case, mistakes, tolerance)
            return _say(f"Not yet: {seen} {complaint}", reason)
        if not _difference(result, expected) <= tolerance:
            reason = _reason(result, expected, case, mistakes, tolerance)
            where = _first_difference(result, expected, tolerance, returns)
            return _say(f"Not yet: {seen} {where}", reason)
    # The difference found varies with the processor, the one allowed doesn't.
    exactness = f"to within {tolerance:.0e}" if tolerance else "exactly"
    return _say(f"Right: {name} agrees on {len(cases)} cases {exactness}. {praise}")


def judge_value(
    name: str,
    answer: object,
    expected: float | tuple,
    mistakes: Mapping[object, str],
    *,
    nudge: str,
    praise: str,
) -> None:
    """Judge a number, or a tuple of whole numbers, without giving the right one away.

    Args:
        name: what the exercise calls the answer.
        answer: the learner's answer.
        expected: the right answer.
        mistakes: wrong answer -> its likely reason.
        nudge: what to do when the reason isn't known. Of several numbers, the learner
            is also told which ones are wrong.
        praise: why the right answer is right.
    """
    if answer is None or answer is ...:
        return _say(f"Not tried yet: {name} is still three dots.")
    if isinstance(answer, Tensor):
        answer = answer.item() if answer.numel() == 1 else answer.tolist()
    if isinstance(expected, tuple):
        answer = tuple(answer) if isinstance(answer, list | tuple) else answer
        if (
            not isinstance(answer, tuple)
            or len(answer) != len(expected)
            or not all(type(part) is int for part in answer)
        ):
            return _say(
                f"Not yet: {name} should be {len(expected)} whole numbers in "
                f"parentheses, but it is {answer!r}."
            )
    elif isinstance(answer, bool) or not isinstance(answer, int | float):
        return _say(f"Not yet: {name} should be a number, but it is {_kind(answer)}.")
    if answer == expected:
        return _say(f"Right: {name} is {_spell(answer)}. {praise}")
    where = _places(answer, expected) if isinstance(expected, tuple) else ""
    return _say(
        f"Not yet: {name} is not {_spell(answer)}.",
        mistakes.get(answer, f"{where}{nudge}"),
    )


def judge_choice(
    name: str, answer: object, options: Mapping[str, tuple[bool, str]]
) -> None:
    """Judge one letter out of several, and say about each why it is right or not.

    Args:
        name: what the exercise calls the answer.
        answer: the learner's letter.
        options: letter -> whether it is right, and why.
    """
    letters = ", ".join(options)
    if answer is None or answer is ...:
        return _say(
            f"Not tried yet: {name} is still three dots (choose from {letters})."
        )
    letter = answer.strip().lower() if isinstance(answer, str) else answer
    if not isinstance(letter, str) or letter not in options:
        return _say(
            f"Not yet: {name} should be one of the letters {letters} in quotes, but it "
            f"is {answer!r}."
        )
    right, why = options[letter]
    return _say(f"{'Right' if right else 'Not yet'}: {why}")


def judge_module(
    name: str,
    attempt: Callable[[], nn.Module],
    faults: Callable[[nn.Module], str],
    praise: Callable[[nn.Module], str],
) -> None:
    """Build a learner's network and judge it, leaving all random numbers as they are.

    Args:
        name: what the exercise calls the function that builds the network.
        attempt: the learner's function; it takes nothing and returns a module.
        faults: returns what is wrong with the module, or "" if nothing is.
        praise: returns what a right answer is told beyond "Right".
    """
    if attempt is None or attempt is ...:
        return _say(f"Not tried yet: {name} is still three dots.")
    if not callable(attempt) or isinstance(attempt, nn.Module):
        return _say(
            f"Not yet: {name} should be a function that builds the network, but it is "
            f"{_kind(attempt)}. Define it with def {name}()."
        )
    with torch.random.fork_rng():
        try:
            model = attempt()
        except Exception as error:  # a learner's function may raise anything
            return _say(f"Not yet: {name}() raised {_where(error)}.")
        if model is None or model is ...:
            return _say(
                f"Not tried yet: {name}() returned None. Replace the three dots, end "
                "with a return, and run both cells again."
            )
        if not isinstance(model, nn.Module):
            return _say(
                f"Not yet: {name}() returned {_kind(model)}; expected an nn.Module, "
                "for example nn.Sequential(...)."
            )
        try:
            complaint = faults(model)
        except Exception as error:
            return _say(f"Not yet: the network of {name}() raised {_where(error)}.")
        if complaint:
            return _say(f"Not yet: {name}() builds a network, but {complaint}")
        return _say(f"Right: the network of {name}() keeps to the plan.", praise(model))


def _say(verdict: str, reason: str = "") -> None:
    if verdict.startswith("Right:") and _in_solution():
        verdict = "Right: the solution passes this check."
    for sentence in (verdict, reason):
        if sentence.strip():
            print(textwrap.shorten(sentence.strip(), 400, placeholder=" ..."))


def _in_solution() -> bool:
    """Tell whether the cell that runs is a solution.

    JupyterLab keeps a solution folded, but unfolds its output when everything is run.
    So a solution doesn't repeat the answer to somebody who hasn't tried yet.
    """
    kernel = getattr(get_ipython(), "kernel", None)
    request = kernel.get_parent("shell") if kernel else {}
    return request.get("content", {}).get("code", "").lstrip().startswith("# Solution")


def _kind(thing: object) -> str:
    if isinstance(thing, Tensor):
        return f"a tensor of shape {tuple(thing.shape)}"
    kind = type(thing).__name__
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def _spell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _places(answer: tuple, expected: tuple) -> str:
    """Say which numbers of an answer to look at again, counted from 1."""
    pairs = enumerate(zip(answer, expected, strict=True), 1)
    wrong = [str(place) for place, (given, right) in pairs if given != right]
    if len(wrong) == 1:
        return f"Look again at number {wrong[0]}. "
    return f"Look again at numbers {', '.join(wrong[:-1])} and {wrong[-1]}. "


def _describe(name: str, arguments: Sequence[str], case: tuple) -> str:
    def text(value: object) -> str:
        if isinstance(value, Tensor) and value.ndim and value.numel() > 4:
            return f"{tuple(value.shape)} tensor"
        if isinstance(value, Tensor) and value.is_floating_point():
            return np.array2string(value.numpy(), precision=3, separator=", ")
        return str(value.tolist() if isinstance(value, Tensor) else value)

    inside = ", ".join(f"{a}={text(v)}" for a, v in zip(arguments, case, strict=True))
    return f"{name}({inside})"


def _where(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    message = f"{type(error).__name__}: {error}".split("\n")[0][:160]
    line = frames[-1].lineno if len(frames) > 1 else None
    in_attempt = [f for f in frames[1:] if "lessons_lib" not in f.filename]
    if in_attempt:
        line = in_attempt[0].lineno
    return f"{message} (line {line} of your cell)" if line else message


def _same(after: tuple, before: tuple) -> bool:
    return all(
        torch.equal(a, b) if isinstance(b, Tensor) else a == b
        for a, b in zip(after, before, strict=True)
    )


def _form(result: object, expected: object, names: Sequence[str] = ()) -> str:
    """Compare type, shape and dtype; return a complaint, or nothing."""
    if isinstance(expected, tuple):
        if not isinstance(result, tuple | list) or len(result) != len(expected):
            return (
                f"returned {_kind(result)}; expected {len(expected)} values, as in "
                "return a, b."
            )
        names = names or [f"value {n}" for n in range(1, len(expected) + 1)]
        for name, part, right in zip(names, result, expected, strict=True):
            complaint = _form(part, right)
            if complaint:
                return f"({name}) {complaint}"
        return ""
    if not isinstance(expected, Tensor):
        if isinstance(result, Tensor) and result.numel() == 1:
            result = result.item()
        if isinstance(result, bool) or not isinstance(result, int | float):
            return f"returned {_kind(result)}; expected a number."
        return ""
    if not isinstance(result, Tensor):
        return (
            f"returned {_kind(result)}; expected a tensor of shape "
            f"{tuple(expected.shape)}. torch.tensor(...) or torch.stack(...) makes one."
        )
    if result.shape != expected.shape:
        return (
            f"returned shape {tuple(result.shape)}; expected {tuple(expected.shape)}."
        )
    if result.dtype != expected.dtype and not expected.is_floating_point():
        return f"returned {result.dtype}; expected whole numbers, {expected.dtype}."
    if result.dtype != expected.dtype:
        return (
            f"returned {result.dtype}; expected {expected.dtype}, the dtype of the "
            "input. torch.zeros(..., dtype=x.dtype) keeps it."
        )
    return ""


def _difference(result: object, expected: object) -> float:
    if isinstance(expected, tuple):
        pairs = zip(result, expected, strict=True)
        return max(_difference(r, e) for r, e in pairs)
    if not isinstance(expected, Tensor):
        return abs(float(result) - float(expected))
    if expected.numel() == 0:
        return 0.0
    gap = (result.detach() - expected.detach()).abs().double()
    # Equal infinities differ by nothing, nor does one NaN from another; everything
    # else that is not finite differs.
    same = result.detach() == expected.detach()
    same |= result.detach().isnan() & expected.detach().isnan()
    gap = torch.where(same, 0.0, gap)
    return gap.nan_to_num(nan=float("inf")).max().item()


def _first_difference(
    result: object, expected: object, tolerance: float, names: Sequence[str] = ()
) -> str:
    if isinstance(expected, tuple):
        names = names or [f"value {n}" for n in range(1, len(expected) + 1)]
        for name, r, e in zip(names, result, expected, strict=True):
            if not _difference(r, e) <= tolerance:
                return f"({name}) {_first_difference(r, e, tolerance)}"
    if not isinstance(expected, Tensor) or expected.ndim == 0:
        return f"gave {float(result):.6g}; expected {float(expected):.6g}."
    wrong = ~((result == expected) | ((result - expected).abs() <= tolerance))
    place = tuple(wrong.nonzero()[0].tolist())
    return (
        f"gave {result[place].item():.6g} at {list(place)}; expected "
        f"{expected[place].item():.6g} ({int(wrong.sum())} of {wrong.numel()} values "
        "differ)."
    )


def _known_mistake(result, case: tuple, mistakes: Mistakes, tolerance) -> str:
    """Name the known mistake that gives this very result, or nothing."""
    for reason, mistaken in mistakes.items():
        try:
            wrong = mistaken(*copy.deepcopy(case))
        except Exception:  # a mistake may be impossible on this case
            continue
        if not _form(result, wrong) and _difference(result, wrong) <= tolerance:
            return reason
    return ""


def _reason(result, expected, case: tuple, mistakes: Mistakes, tolerance) -> str:
    """Name the likely reason why values of the right form are wrong."""
    if reason := _known_mistake(result, case, mistakes, tolerance):
        return reason
    if isinstance(expected, Tensor) and expected.numel() > 1:
        if torch.allclose(result.flatten().flip(0), expected.flatten()):
            return "Your values are right, but in reverse order."
        safe = expected.abs() > 1e-6
        ratios = (result[safe] / expected[safe]).double()
        if len(ratios) > 1 and ratios.any() and ratios.std() < 1e-6:
            return f"Every value is {ratios[0]:.4g} times what it should be."
        gaps = (result - expected).double()
        if gaps.std() < 1e-6:
            return f"Every value is off by the same {gaps.flatten()[0]:.4g}."
    return ""
