"""Look at what a learner wrote."""

import traceback

from torch import Tensor

__all__ = ["kind", "where_raised"]


def where_raised(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    message = f"{type(error).__name__}: {error}".split("\n")[0][:160]
    line = frames[-1].lineno if len(frames) > 1 else None
    in_attempt = [f for f in frames[1:] if "lessons_lib" not in f.filename]
    if in_attempt:
        line = in_attempt[0].lineno
    return f"{message} (line {line} of your cell)" if line else message


def kind(thing: object) -> str:
    if isinstance(thing, Tensor):
        return f"a tensor of shape {tuple(thing.shape)}"
    kind = type(thing).__name__
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"
