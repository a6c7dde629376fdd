"""Bring a student's copies of the lessons up to date, then become the student's server.

Every spawner can start it: it runs under the student's account, never the hub's.
"""

import os
import sys

from lessons_lib.desk.folder import DeskError, lay_out

__all__ = ["main"]


def main() -> None:
    """Lay out the desk, say in the server's log what happened, and go on."""
    try:
        print(*lay_out(), sep="\n", flush=True)
    except DeskError as error:  # a full disk: the student comes in to make room
        print(error, file=sys.stderr, flush=True)
    server = [sys.executable, "-m", "jupyterhub.singleuser", *sys.argv[1:]]
    os.execv(sys.executable, server)


if __name__ == "__main__":
    main()
