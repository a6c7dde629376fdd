"""Files are written whole, or not at all."""

import contextlib
import os
from pathlib import Path

__all__ = ["write_whole"]


def write_whole(path: Path, text: str) -> None:
    """Write under a temporary name, then move into place: whole, or not at all.

    Args:
        path: where to; the folder exists.
        text: the whole content.

    Raises:
        OSError: it can't be written; what was there is still there.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        os.replace(part, path)
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
