"""What a project says about its handouts, in [tool.handouts] of its pyproject.toml."""

from __future__ import annotations

import subprocess
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

__all__ = ["Settings", "SettingsError", "find_settings"]


class SettingsError(ValueError):
    """A setting that doesn't exist or is wrong, or a file that isn't TOML."""


@dataclass(frozen=True)
class Settings:
    """The settings of a project; without any, handouts are neutral.

    Attributes:
        course: its name: stands on first pages and on the cover of the course's PDF,
            which is made only where there is a name.
        subtitle: stands on the cover.
        imprint: stands at the foot of first pages. From a pyproject.toml: the course,
            its version and its commit, unless the file says otherwise.
        tags: the cell tags that are known; none: every tag is accepted.
        strict: whether what would print badly is refused; else a mark stands for it.
        lang: the language of the notebooks, as "de" or "pt-br"; a notebook's metadata
            may name another. Without it, the language is told from the words.
        untried: how the output of a `check` cell begins that nobody has tried yet:
            on paper this goes without saying.
        show: the call that shows a picture with alt text, as messages advise it.
        notebooks: the folder of the lessons, named 01_topic.ipynb and so on; a page
            that is for the screen alone begins with 00.
        exports: the folder where handouts land.
    """

    course: str = ""
    subtitle: str = ""
    imprint: str = ""
    tags: tuple[str, ...] = ()
    strict: bool = False
    lang: str = ""
    untried: str = ""
    show: str = 'display(figure, metadata={"image/png": {"alt": "..."}})'
    notebooks: Path = Path("notebooks")
    exports: Path = Path("exports")

    def lessons(self) -> list[Path]:
        """Return the paths of all lessons, in order.

        Raises:
            SettingsError: the folder holds none.
        """
        numbered = sorted(self.notebooks.glob("[0-9]*.ipynb"))
        if found := [path for path in numbered if not path.name.startswith("00")]:
            return found
        raise SettingsError(
            f"no lesson (01_topic.ipynb, ...) in {self.notebooks}: nothing to print; "
            "change to the folder of a course, or name the notebooks"
        )


# By the name of a field's type: the type in TOML, its name in words, how it is stored.
KINDS = {
    "str": (str, "a text in quotes"),
    "bool": (bool, "true or false"),
    "Path": (str, "a folder in quotes"),
    "tuple[str, ...]": (list, "a list of texts in quotes"),
}


def find_settings(folder: Path) -> Settings:
    """Return the settings in the nearest pyproject.toml that has some, going upward.

    Args:
        folder: where the search begins.

    Returns:
        the settings, their folders relative to that file; the neutral ones if no file
        has any.

    Raises:
        SettingsError: a setting is unknown or has the wrong type.
    """
    folder = folder.resolve()
    for place in (folder, *folder.parents):
        file = place / "pyproject.toml"
        try:
            content = tomllib.loads(file.read_text(encoding="utf-8"))
        except OSError:
            continue
        except ValueError as error:
            raise SettingsError(f"{file}: not valid TOML ({error}); mend it") from None
        if (given := content.get("tool", {}).get("handouts")) is not None:
            version = content.get("project", {}).get("version", "")
            return _settings(given, file, version)
    return Settings()


def _settings(given: Any, file: Path, version: str) -> Settings:
    if not isinstance(given, dict):
        raise SettingsError(f"{file}: tool.handouts is {given!r}; write a table")
    kinds = {field.name: str(field.type) for field in fields(Settings)}
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name not in kinds:
            raise SettingsError(
                f"{file}: [tool.handouts] has the unknown setting {name!r}; "
                f"use one of {', '.join(kinds)}"
            )
        kind, words = KINDS[kinds[name]]
        texts = value if isinstance(value, list) else [value]
        right = kind is bool or all(isinstance(text, str) for text in texts)
        if not isinstance(value, kind) or not right:
            raise SettingsError(
                f"{file}: [tool.handouts] {name} is {value!r}; write {words}"
            )
        values[name] = tuple(texts) if kind is list else value
    for name in ("notebooks", "exports"):
        values[name] = file.parent / values.get(name, name)
    version = f"Version {version}" if version else ""
    imprint = (values.get("course", ""), version, _commit(file.parent))
    values.setdefault("imprint", ", ".join(part for part in imprint if part))
    return Settings(**values)


def _commit(folder: Path) -> str:
    """Return date and short hash, or "" outside of a git clone."""
    if not (folder / ".git").exists():
        return ""
    command = ["git", "-C", str(folder), "log", "-1", "--format=%cs (%h)"]
    try:
        return subprocess.run(
            command, capture_output=True, text=True, check=True, timeout=10
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""
