"""Notice which functions of PyTorch a learner's code calls."""

from collections.abc import Iterable
from typing import Any

import torch
from torch.overrides import TorchFunctionMode, resolve_name

__all__ = ["BANNED", "Calls"]

BANNED = {  # what an exercise does without -> names of the functions
    "a convolution": {
        *(f"conv{n}d" for n in (1, 2, 3)),
        *(f"conv_transpose{n}d" for n in (1, 2, 3)),
        "conv_tbc",
        "convolution",
    },
    "a pooling function": {
        *(f"{kind}avg_pool{n}d" for kind in ("", "adaptive_") for n in (1, 2, 3)),
        *(f"lp_pool{n}d" for n in (1, 2, 3)),
        "interpolate",
    },
    "autograd": {"backward", "grad"},
    "nn.LSTM": {"lstm", "lstm_cell"},
}

_CUTS = {  # end of a name -> what cuts a result off from what it was computed of
    "Tensor.data.__get__": ".data",
    "Tensor.detach": "detach()",
    "Tensor.detach_": "detach_()",
    "Tensor.item": "item()",
    "Tensor.tolist": "tolist()",
    "Tensor.numpy": "numpy()",
    "Tensor.__array__": "NumPy",
    "Tensor.__float__": "float()",
    "torch.tensor": "torch.tensor()",
    "torch.as_tensor": "torch.as_tensor()",
}


class Calls(TorchFunctionMode):
    """Record the functions of PyTorch that are called while the context is open.

    What they call in turn isn't recorded: F.cross_entropy is one call.
    """

    def __init__(self) -> None:
        """Begin with no call."""
        super().__init__()
        self._names: dict[str, None] = {}  # in the order of the first calls
        self._grad_was_off = False

    def __torch_function__(
        self, func: Any, types: Any, args: tuple = (), kwargs: dict | None = None
    ) -> Any:
        """Record a call and carry it out."""
        name = resolve_name(func) or getattr(func, "__name__", "")
        self._names[name] = None
        result = func(*args, **(kwargs or {}))
        if not torch.is_grad_enabled() and isinstance(result, torch.Tensor):
            self._grad_was_off = True
        return result

    def report(self, names: Iterable[str], grad_was_off: bool) -> None:
        """Add what was called in another process.

        Args:
            names: of functions, as `resolve_name` spells them.
            grad_was_off: whether a tensor came of it while no gradient was recorded.
        """
        self._names.update(dict.fromkeys(names))
        self._grad_was_off |= grad_was_off

    def banned(self, what: str) -> str:
        """Name the first function that an exercise does without.

        Args:
            what: a key of BANNED.

        Returns:
            The name, as "conv2d", or "".
        """
        used = (name.rpartition(".")[2] for name in self._names)
        return next((name for name in used if name in BANNED[what]), "")

    def cuts(self) -> list[str]:
        """Name what may have cut a result off from its gradient."""
        found = [
            spelled
            for name in self._names
            for end, spelled in _CUTS.items()
            if name.endswith(end)
        ]
        return [*found, *["torch.no_grad()"] * self._grad_was_off]
