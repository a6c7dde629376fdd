"""Handouts from notebooks: python -m handouts [NOTEBOOK ...]."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from .editions import EDITIONS
from .handout import PAPERS
from .publish import publish
from .settings import SettingsError, find_settings

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m handouts",
        description="Write handouts (PDF) and student notebooks. Executes nothing. "
        "The settings are those in the nearest pyproject.toml, from the current folder "
        "upward, that has a table [tool.handouts].",
    )
    parser.add_argument(
        "notebooks",
        nargs="*",
        type=Path,
        metavar="NOTEBOOK",
        help="default: all of notebooks/, and the whole course as one PDF",
    )
    parser.add_argument("--paper", choices=PAPERS, default="a4")
    parser.add_argument("--edition", choices=(*EDITIONS, "both"), default="both")
    parser.add_argument(
        "--strict",
        action="store_true",
        help="refuse what would print badly, instead of printing a mark for it",
    )
    options = parser.parse_args(arguments)
    editions = EDITIONS if options.edition == "both" else (options.edition,)
    whole_course = not options.notebooks
    try:
        settings = find_settings(Path.cwd())
        if options.strict:
            settings = replace(settings, strict=True)
        notebooks = options.notebooks or settings.lessons()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    return publish(
        notebooks, settings, editions, options.paper, whole_course=whole_course
    )


if __name__ == "__main__":
    sys.exit(main())
