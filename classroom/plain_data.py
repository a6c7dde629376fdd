"""Values as plain data: all that passes between a submission and its judge.

Nothing is unpickled, so that no value can bring code along.
"""

import base64
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

__all__ = ["Malformed", "Opaque", "decode", "encode"]

_MOST_BYTES = 64 * 2**20  # of one tensor
_DEEPEST = 20
_TENSORS = {
    str(dtype).removeprefix("torch."): dtype
    for dtype in (
        *(torch.float16, torch.bfloat16, torch.float32, torch.float64),
        *(torch.int8, torch.int16, torch.int32, torch.int64, torch.uint8, torch.bool),
        *(torch.complex64, torch.complex128),
    )
}
_ARRAYS = set("?bhilqBHILQefdFD")  # characters of NumPy's numeric types


class Malformed(ValueError):
    """What came from a submission isn't in the form that was agreed on."""


class Opaque:
    """Stands for a value that can't be plain data; its type has the value's name."""


def encode(value: object, function: Callable[[Any], int] | None = None) -> Any:
    """Turn a value into what JSON can hold.

    Args:
        value: anything.
        function: keeps something that can be called and returns its number.

    Returns:
        The data; of what isn't plain data, the name of its type.
    """
    return _encode(value, function, 0)


def _encode(value: Any, function: Callable[[Any], int] | None, depth: int) -> Any:
    kind = type(value)
    if value is None or kind in (bool, int, float, str):
        return value
    if value is ...:
        return {"dots": True}
    if kind is complex:
        return {"complex": [value.real, value.imag]}
    if isinstance(value, Tensor) and value.numel() * value.itemsize <= _MOST_BYTES:
        if (encoded := _encode_tensor(value)) is not None:
            return encoded
    elif isinstance(value, np.ndarray | np.generic) and value.nbytes <= _MOST_BYTES:
        if value.dtype.char in _ARRAYS:
            return {"array": [value.dtype.str, list(value.shape), _text(value)]}
    elif isinstance(value, tuple | list) and depth < _DEEPEST:
        parts = [_encode(part, function, depth + 1) for part in value]
        return {"tuple" if isinstance(value, tuple) else "list": parts}
    elif isinstance(value, dict) and depth < _DEEPEST:
        below = depth + 1
        pairs = [
            [_encode(key, None, below), _encode(part, function, below)]
            for key, part in value.items()
        ]
        return {"dict": pairs}
    elif function and callable(value):
        name = getattr(value, "__name__", kind.__name__)
        return {"function": [function(value), str(name)]}
    return {"opaque": kind.__name__}


def _encode_tensor(value: Tensor) -> Any:
    name = str(value.dtype).removeprefix("torch.")
    if name not in _TENSORS or value.layout != torch.strided:
        return None
    flat = value.detach().cpu().resolve_conj().resolve_neg().contiguous().view(-1)
    bits = flat.view(torch.uint8) if flat.numel() else flat.new_empty(0).to(torch.uint8)
    return {"tensor": [name, list(value.shape), _text(bits.numpy())]}


def _text(array: Any) -> str:
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode("ascii")


def decode(data: Any, function: Callable[[int, str], Any] | None = None) -> Any:
    """Turn data back into a value.

    Args:
        data: what `encode` made, or something made up.
        function: makes what stands for a function, of its number and its name.

    Returns:
        The value; for what isn't plain data, an `Opaque`.

    Raises:
        Malformed: `encode` can't have made it.
    """
    try:
        return _decode(data, function, 0)
    except (TypeError, ValueError, KeyError, AttributeError, RuntimeError) as error:
        raise Malformed(str(error)) from None
    except ArithmeticError as error:  # a number that is no size, or too large for one
        raise Malformed(str(error)) from None


def _decode(data: Any, function: Callable[[int, str], Any] | None, depth: int) -> Any:
    if data is None or isinstance(data, bool | int | float | str):
        return data
    if depth > _DEEPEST:
        raise Malformed("it is nested too deeply")
    ((kind, content),) = data.items()
    if kind == "dots":
        return ...
    if kind == "complex":
        return complex(*content)
    if kind == "tensor":
        return _decode_tensor(*content)
    if kind == "array":
        return _decode_array(*content)
    if kind in ("tuple", "list"):
        parts = [_decode(part, function, depth + 1) for part in content]
        return tuple(parts) if kind == "tuple" else parts
    if kind == "dict":
        return {
            _decode(k, None, depth + 1): _decode(v, function, depth + 1)
            for k, v in content
        }
    if kind == "function" and function:
        return function(int(content[0]), str(content[1]))
    return type(str(content)[:80], (Opaque,), {})()


def _decode_tensor(name: str, shape: list[int], text: str) -> Tensor:
    dtype, bits = _TENSORS[name], bytearray(base64.b64decode(text, validate=True))
    if math.prod(_sizes(shape)) * dtype.itemsize != len(bits):
        raise Malformed("a tensor has another size than its shape says")
    if not bits:
        return torch.empty(shape, dtype=dtype)
    return torch.frombuffer(bits, dtype=dtype).view(shape).clone()


def _decode_array(name: str, shape: list[int], text: str) -> np.ndarray:
    dtype, bits = np.dtype(name), base64.b64decode(text, validate=True)
    if dtype.char not in _ARRAYS or math.prod(_sizes(shape)) * dtype.itemsize != len(
        bits
    ):
        raise Malformed("an array has another size than its shape says")
    return np.frombuffer(bits, dtype=dtype).reshape(shape).copy()


def _sizes(shape: list[int]) -> list[int]:
    if not all(type(size) is int and 0 <= size <= _MOST_BYTES for size in shape):
        raise Malformed("a shape isn't made of sizes")
    return shape
