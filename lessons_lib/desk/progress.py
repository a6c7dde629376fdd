"""What is done: verdicts write it to a small file, which a learner may delete."""

import contextlib
import json
from pathlib import Path

from filelock import FileLock, Timeout

from lessons_lib.desk.files import write_whole
from lessons_lib.paths import work_folder

__all__ = ["DONE", "read_progress", "record"]

DONE = "Right"
_FILE = "progress.json"
_SECONDS = 2  # to wait for another kernel that writes; a verdict shouldn't wait longer


def read_progress(desk: Path | None = None) -> dict[str, dict[str, str]]:
    """Return how far each exercise is that was tried.

    Args:
        desk: the folder of the learner's copies; by default `work_folder()`.

    Returns:
        module of the checks -> check -> the best verdict yet; empty where the file is
        missing or damaged.
    """
    desk = desk or work_folder()
    try:
        stored = json.loads((desk / _FILE).read_text(encoding="utf-8"))
        return {
            str(lesson): {str(check): str(status) for check, status in checks.items()}
            for lesson, checks in stored.items()
        }
    except (OSError, ValueError, AttributeError, RecursionError):
        return {}


def record(lesson: str, check: str, status: str, desk: Path | None = None) -> None:
    """Write down a verdict, unless the exercise was right before.

    Whatever is in the way (no desk, a full disk), the verdict itself must not fail.

    Args:
        lesson: the module of the checks, "convolution".
        check: the name of the check.
        status: the verdict in words.
        desk: the folder of the learner's copies; by default `work_folder()`.
    """
    # RuntimeError: LESSONS_WORK is no folder; NotImplementedError: a disk without locks
    with contextlib.suppress(OSError, RuntimeError, Timeout):
        desk = desk or work_folder()
        if not desk.is_dir() or read_progress(desk).get(lesson, {}).get(check) == DONE:
            return
        with FileLock(desk / f".{_FILE}.lock", timeout=_SECONDS):
            progress = read_progress(desk)
            checks = progress.setdefault(lesson, {})
            if checks.get(check) not in (status, DONE):
                checks[check] = status
                text = json.dumps(progress, indent=1, ensure_ascii=False)
                write_whole(desk / _FILE, f"{text}\n")
