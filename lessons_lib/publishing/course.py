"""What stands on every handout about the course: its name, version and commit."""

from __future__ import annotations

import subprocess
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

__all__ = ["COURSE", "ROOT", "SUBTITLE", "Imprint", "imprint"]

ROOT = Path(__file__).parents[2]
COURSE = "Convolutional and Recurrent Networks"
SUBTITLE = "From convolution arithmetic to recurrent cells"
DISTRIBUTION = "lessons-lib"


@dataclass(frozen=True)
class Imprint:
    """Version of the course, and (in a git clone) date and hash of its commit."""

    version: str
    commit: str

    def __str__(self) -> str:
        """Return what the first page of a handout says at its foot."""
        version = f"Version {self.version}" if self.version else ""
        return ", ".join(part for part in (COURSE, version, self.commit) if part)


@cache
def imprint() -> Imprint:
    """Return what is known about this copy of the course; never fails."""
    return Imprint(_version(), _commit())


def _version() -> str:
    try:
        return metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        pass
    try:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        return str(project["project"]["version"])
    except (OSError, KeyError, tomllib.TOMLDecodeError):
        return ""


def _commit() -> str:
    """Return date and short hash, or "" outside of a git clone."""
    if not (ROOT / ".git").exists():
        return ""
    command = ["git", "-C", str(ROOT), "log", "-1", "--format=%cs (%h)"]
    try:
        return subprocess.run(
            command, capture_output=True, text=True, check=True, timeout=10
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""
