"""Mutants of what a function does: right for some inputs, spoiled for the others."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor

from mutants.comparison import copied, equal

__all__ = ["misbehaving"]

Change = Callable[[Any], Any]


def misbehaving(
    right: Callable, calls: list[tuple], gradients: bool
) -> Iterator[tuple[str, Callable, str]]:
    """Yield (label, wrong function, words that its message must have, if certain).

    Args:
        right: the right function.
        calls: arguments with which the check calls it, in order.
        gradients: whether the function has to let gradients pass.
    """
    yield from _misused_arguments(right, calls)
    yield from _changed_results(right, calls, gradients)
    for label, right_for in _SPECIAL_CASES.items():
        yield f"right for {label} only", _only(right, right_for), ""
    yield "changes its input", _spoils_input(right), "changed its input"
    yield "adds to the last result", _accumulates(right), ""
    yield "counts its calls", _counts(right), ""
    yield "knows the first case by heart", _learned(right, calls[:1]), ""
    yield "knows all cases by heart", _learned(right, calls), ""
    yield "always the first result", lambda *_: right(*copied(calls[0])), ""
    yield "an argument itself", lambda *args: args[0], ""
    yield "no return", _without_return(right), "A return is missing"
    yield "prints", lambda *args: print(right(*args)), "write return instead of print"


def _without_return(right: Callable) -> Callable:
    def wrong(*args):
        right(*args)

    return wrong


def _misused_arguments(right: Callable, calls: list[tuple]) -> Iterator[tuple]:
    """Ignore, exchange, flip and transpose arguments, one at a time."""
    for k, argument in enumerate(calls[0]):
        for label, change in _MISUSES.items():
            yield f"argument {k} {label}", _with_argument(right, k, change), ""
        for other in range(k):
            if _alike(argument, calls[0][other]):
                yield f"{k} and {other} exchanged", _exchanged(right, k, other), ""


def _alike(one: object, other: object) -> bool:
    if isinstance(one, Tensor) and isinstance(other, Tensor):
        return one.ndim == other.ndim and one.dtype == other.dtype
    return type(one) is type(other)


def _with_argument(right: Callable, k: int, change: Change) -> Callable:
    def wrong(*args):
        args = list(args)
        args[k] = change(args[k])
        return right(*args)

    return wrong


def _exchanged(right: Callable, one: int, other: int) -> Callable:
    def wrong(*args):
        args = list(args)
        args[one], args[other] = args[other], args[one]
        return right(*args)

    return wrong


def _number(value: Any) -> bool:
    return isinstance(value, int | float)


def _constant(number: float) -> Change:
    def change(value):
        if isinstance(value, Tensor):
            return torch.full_like(value, number)
        return type(value)(number) if _number(value) else value

    return change


def _spatial(change: Change) -> Change:
    return lambda x: change(x) if isinstance(x, Tensor) and x.ndim > 1 else x


_MISUSES: dict[str, Change] = {
    "taken for 0": _constant(0),
    "taken for 1": _constant(1),
    "taken for 2": _constant(2),
    "doubled": lambda v: v * 2 if isinstance(v, Tensor) or _number(v) else v,
    "one more": lambda v: v + 1 if _number(v) and not isinstance(v, bool) else v,
    "one less": lambda v: v - 1 if _number(v) and not isinstance(v, bool) else v,
    "flipped": lambda x: x.flip(-1) if isinstance(x, Tensor) and x.ndim else x,
    "upside down": _spatial(lambda x: x.flip(-2)),
    "turned": _spatial(lambda x: x.flip(-1, -2)),
    "transposed": _spatial(lambda x: x.transpose(-1, -2)),
    "without its first": lambda v: v[1:] if isinstance(v, Tensor | list) else v,
    "without its last": lambda v: v[:-1] if isinstance(v, Tensor | list) else v,
    "negative": lambda v: -v if isinstance(v, Tensor) and v.dtype != torch.bool else v,
}


def _changed_results(
    right: Callable, calls: list[tuple], gradients: bool
) -> Iterator[tuple]:
    result = right(*copied(calls[0]))
    part = result[0] if isinstance(result, tuple) else result
    changes = dict(_NUMBER_CHANGES)
    if isinstance(part, Tensor):
        changes |= _TENSOR_CHANGES
    if isinstance(part, Tensor) and part.is_floating_point() and part.ndim:
        changes |= _FLOAT_CHANGES
    if gradients:
        first = 0 if isinstance(result, tuple) else None
        yield "detached", _then(right, torch.Tensor.detach, first), "gradient"
    for number, (label, (change, words)) in enumerate(changes.items()):
        if isinstance(result, tuple):  # one of them each time
            k = number % len(result)
            yield f"value {k} {label}", _then(right, change, k), words
        else:
            yield label, _then(right, change), words
    if isinstance(result, tuple):
        for k in range(1, len(result)):
            exchange = _exchanging(k)
            yield f"results {k - 1} and {k} exchanged", _then(right, exchange), ""
        yield "the first result only", _then(right, lambda r: r[0]), "values"
        yield "without the last result", _then(right, lambda r: r[:-1]), "values"


def _then(right: Callable, change: Change, k: int | None = None) -> Callable:
    def wrong(*args):
        result = right(*args)
        if k is None:
            return change(result)
        return (*result[:k], change(result[k]), *result[k + 1 :])

    return wrong


def _exchanging(k: int) -> Change:
    return lambda r: (*r[: k - 1], r[k], r[k - 1], *r[k + 1 :])


def _tensors(change: Callable[[Tensor], Any]) -> Change:
    return lambda value: change(value) if isinstance(value, Tensor) else value


def _ends_replaced(k: int) -> Change:
    def change(x: Tensor) -> Tensor:
        x = x.clone()
        x[..., k] = x[..., k] + 3 if x.ndim else x
        return x

    return lambda x: change(x) if isinstance(x, Tensor) and x.ndim else x


_NUMBER_CHANGES: dict[str, tuple[Change, str]] = {
    "doubled": (lambda r: r * 2, ""),
    "halved": (lambda r: r / 2, ""),
    "negative": (lambda r: -r, ""),
    "one more": (lambda r: r + 1, ""),
    "one less": (lambda r: r - 1, ""),
    "NaN": (lambda r: r * float("nan"), ""),
    "infinite": (lambda r: r * 0 + float("inf"), ""),
    "a word": (str, "returned a str"),
    "in a tuple of two": (lambda r: (r, r), "returned"),
}
_TENSOR_CHANGES: dict[str, tuple[Change, str]] = {
    "all 0": (_tensors(torch.zeros_like), ""),
    "reversed": (_tensors(lambda x: x.flip(-1) if x.ndim else x), ""),
    "turned by one place": (_tensors(lambda x: x.roll(1, -1) if x.ndim else x), ""),
    "transposed": (_tensors(lambda x: x.transpose(-1, -2) if x.ndim > 1 else x), ""),
    "flat": (_tensors(torch.flatten), "shape"),
    "with one axis more": (_tensors(lambda x: x[None]), "shape"),
    "without its last": (_tensors(lambda x: x[..., :-1] if x.ndim else x), "shape"),
    "without its first": (_tensors(lambda x: x[1:] if x.ndim else x), "shape"),
    "as a list": (_tensors(lambda x: x.tolist()), ""),
    "wrong at the end": (_ends_replaced(-1), ""),
    "wrong at the beginning": (_ends_replaced(0), ""),
}
_FLOAT_CHANGES: dict[str, tuple[Change, str]] = {
    "NaN": (_tensors(lambda x: x * torch.nan), "NaN"),
    "float32": (_tensors(torch.Tensor.float), "torch.float32"),
    "half precision": (_tensors(torch.Tensor.half), "torch.float16"),
    "whole": (_tensors(torch.Tensor.long), "torch.int64"),
    "complex": (_tensors(lambda x: x.to(torch.complex128)), "torch.complex128"),
    "without its sign": (_tensors(torch.abs), ""),
    "through ReLU": (_tensors(torch.relu), ""),
    "rounded": (_tensors(lambda x: x.round(decimals=3)), ""),
}


def _sides(args: tuple) -> tuple[int, ...]:
    tensors = [a for a in args if isinstance(a, Tensor)]
    return tuple(tensors[0].shape) if tensors else ()


_SPECIAL_CASES: dict[str, Callable[[tuple[int, ...]], bool]] = {
    "square": lambda s: len(s) < 2 or s[-1] == s[-2],
    "odd sizes": lambda s: all(n % 2 for n in s[-2:]),
    "even sizes": lambda s: not any(n % 2 for n in s[-2:]),
    "one sample": lambda s: len(s) < 2 or s[0] == 1,
    "one channel": lambda s: len(s) < 4 or s[1] == 1,
    "more than one sample": lambda s: len(s) < 2 or s[0] > 1,
}


def _only(right: Callable, right_for: Callable) -> Callable:
    """Be right for some sizes, and compute something without pattern for others."""

    def wrong(*args):
        result = right(*args)
        return result if right_for(_sides(args)) else _spoiled(result)

    return wrong


def _spoiled(result: Any) -> Any:
    if isinstance(result, tuple):
        return (_spoiled(result[0]), *result[1:])
    if isinstance(result, Tensor) and result.is_floating_point():
        noise = torch.arange(result.numel()).to(result).view(result.shape)
        return result * (2 + noise.sin()) + noise.cos()
    return result + 2


def _spoils_input(right: Callable) -> Callable:
    def wrong(*args):
        result = right(*args)
        for value in args:
            if isinstance(value, Tensor):
                value.data.copy_(value.logical_not())
            elif isinstance(value, list):
                value.clear()
        return result

    return wrong


def _accumulates(right: Callable) -> Callable:
    kept: dict[object, Any] = {}

    def wrong(*args):
        result = right(*args)
        key = str([getattr(a, "shape", a) for a in args])
        if key in kept:
            first, *others = result if isinstance(result, tuple) else (result,)
            result = (first + kept[key], *others) if others else first + kept[key]
        kept[key] = result[0] if isinstance(result, tuple) else result
        return result

    return wrong


def _counts(right: Callable) -> Callable:
    count = 0

    def wrong(*args):
        nonlocal count
        count += 1
        result = right(*args)
        first, *others = result if isinstance(result, tuple) else (result,)
        return (first + count - 1, *others) if others else first + count - 1

    return wrong


def _learned(right: Callable, known: list[tuple]) -> Callable:
    def wrong(*args):
        if any(equal(args, case) for case in known):
            return right(*args)
        return _spoiled(right(*args))

    return wrong
