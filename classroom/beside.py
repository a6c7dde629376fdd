"""Judge a network in the process that made it: the one verdict that isn't given apart.

A network can't be plain data, and a check looks at how it computes. So the teacher's
checks come through the pipe when all cells have run, replace what the submission may
have changed of them, and have to prove that they still refuse what is wrong.
"""

import importlib
import io
import sys
import tempfile
import zipfile
from collections.abc import Callable
from typing import Any

from torch import nn

__all__ = ["judge"]


def judge(answer: object, check: str, package: bytes) -> dict[str, Any]:
    """Judge an answer with fresh checks.

    Args:
        answer: what a submission hands in.
        check: lesson and name, "pooling.wide_view".
        package: `lessons_lib.checks`, zipped.

    Returns:
        The verdict's status, message and mistake, and whether the check can be fooled.
    """
    checker = _fresh(check, package)
    fooled = any(str(checker(wrong).status) == "Right" for wrong in _wrong(answer))
    verdict = checker(answer)
    return {
        "status": str(verdict.status),
        "message": verdict.message,
        "mistake": verdict.mistake,
        "fooled": fooled,
    }


def _fresh(check: str, package: bytes) -> Callable[[object], Any]:
    """Import a check from the package and from nowhere else."""
    import lessons_lib

    folder = tempfile.mkdtemp()
    zipfile.ZipFile(io.BytesIO(package)).extractall(folder)
    for name in [n for n in sys.modules if n.startswith("lessons_lib.checks")]:
        del sys.modules[name]
    lessons_lib.__path__.insert(0, folder)
    importlib.invalidate_caches()
    lesson, _, name = check.partition(".")
    return getattr(importlib.import_module(f"lessons_lib.checks.{lesson}"), name)


def _wrong(answer: object) -> list[object]:
    """Return answers that no check accepts, of the form that the answer has."""
    networks: list[Callable[[], nn.Module]] = [
        nn.Identity,
        lambda: nn.Sequential(nn.Flatten(), nn.LazyLinear(3)),
    ]
    if isinstance(answer, nn.Module):
        return [None, *(network() for network in networks)]
    return [None, *networks]
