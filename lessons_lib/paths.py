"""Where the project lies, its data, and what a learner works in."""

import os
from pathlib import Path

__all__ = ["ROOT", "class_folder", "data_folder", "work_folder"]

_CHECKOUT = Path(__file__).resolve().parents[1]
# a copy installed elsewhere works in the folder where it was started
ROOT = _CHECKOUT if (_CHECKOUT / "notebooks").is_dir() else Path.cwd()


def data_folder() -> Path:
    """Return the folder of all data sets: `LESSONS_DATA`, or else `data`.

    Both are taken relative to `ROOT`, so that a notebook and a terminal mean the same
    folder.

    Raises:
        RuntimeError: `LESSONS_DATA` begins with a home folder that there is not.
    """
    return _folder("LESSONS_DATA", "data")


def work_folder() -> Path:
    """Return the folder of the learner's own copies: `LESSONS_WORK`, or else `work`.

    Both are taken relative to `ROOT`.

    Raises:
        RuntimeError: `LESSONS_WORK` begins with a home folder that there is not.
    """
    return _folder("LESSONS_WORK", "work")


def class_folder() -> Path:
    """Return the folder of the class: `LESSONS_CLASS`, or else `class`.

    Both are taken relative to `ROOT`.

    Raises:
        RuntimeError: `LESSONS_CLASS` begins with a home folder that there is not.
    """
    return _folder("LESSONS_CLASS", "class")


def _folder(variable: str, usual: str) -> Path:
    wanted = os.environ.get(variable) or usual
    try:
        return ROOT / Path(wanted).expanduser()
    except RuntimeError:
        raise RuntimeError(
            f"{variable} is {wanted!r}, and there is no such home folder; write the "
            "whole path instead."
        ) from None
