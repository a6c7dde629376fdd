"""Make the learner's desk, or bring it up to date; `--open` starts JupyterLab on it."""

import argparse
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

from lessons_lib.desk.folder import DeskError, lay_out
from lessons_lib.kernel import startup
from lessons_lib.paths import work_folder

__all__ = ["main"]

_SETTINGS = Path(__file__).parent / "jupyter"
_FIRST_PAGE = "00 Start here.ipynb"


def main(arguments: list[str] | None = None) -> int:
    """Lay out the desk, say what happened, and open it if asked to.

    Args:
        arguments: of the command line; what is unknown goes to JupyterLab.

    Returns:
        The exit code: 1 if the desk can't be written to.
    """
    parser = argparse.ArgumentParser(prog="python -m lessons_lib.desk")
    parser.add_argument("--open", action="store_true", help="open it in JupyterLab")
    options, further = parser.parse_known_args(arguments)
    if further and not options.open:
        parser.error(f"unknown: {' '.join(further)} (with --open, JupyterLab gets it)")
    try:
        print(
            "\n".join(lay_out() or [f"Your copies in {work_folder()} are up to date."])
        )
    except (DeskError, RuntimeError) as error:  # or LESSONS_WORK is no folder
        print(error, file=sys.stderr)
        return 1
    startup.install()
    return _open(work_folder(), further) if options.open else 0


def _open(desk: Path, further: list[str]) -> int:
    """Run JupyterLab until it is stopped."""
    # Saved every two seconds, so that a check can tell an edited cell from a run one;
    # and the list leaves its width to the lessons' names.
    paths = [str(_SETTINGS), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    command = [
        *(sys.executable, "-m", "jupyterlab"),
        f"--notebook-dir={desk}",
        f"--LabApp.default_url=/lab/tree/{quote(_FIRST_PAGE)}",
        # In a container, a learner often is root, and JupyterLab would refuse.
        *(["--allow-root"] if getattr(os, "geteuid", lambda: 1)() == 0 else []),
        *further,
    ]
    setting = {"JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, paths))}
    try:
        return subprocess.call(command, env={**os.environ, **setting})
    except KeyboardInterrupt:  # JupyterLab has asked, and ended
        return 0


if __name__ == "__main__":
    sys.exit(main())
