"""What a project says in [tool.handouts], and what happens if it is wrong."""

import subprocess
from pathlib import Path

import pytest

from handouts.settings import Settings, SettingsError, find_settings

PROJECT = """
[project]
name = "cubes"
version = "2.5"

[tool.handouts]
course = "All about cubes"
tags = ["hint", "solution"]
exports = "print/here"
"""


def written(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    return folder


def test_settings_come_with_the_folder_of_their_file(tmp_path):
    root = written(tmp_path / "a räum", PROJECT)
    assert find_settings(root) == Settings(
        course="All about cubes",
        imprint="All about cubes, Version 2.5",
        tags=("hint", "solution"),
        notebooks=root / "notebooks",
        exports=root / "print/here",
    )


def test_lessons_are_numbered_from_one(tmp_path):
    for name in ("00_start", "01_cubes", "10_more", "notes"):
        (tmp_path / f"{name}.ipynb").touch()
    found = Settings(notebooks=tmp_path).lessons()
    assert [path.stem for path in found] == ["01_cubes", "10_more"]


def test_nearest_file_with_settings_counts(tmp_path):
    written(tmp_path, PROJECT)
    written(tmp_path / "a", "[tool.handouts]\ncourse = 'A'")
    below = written(tmp_path / "a" / "package", "[project]\nname = 'x'") / "deep"
    below.mkdir()
    assert find_settings(below).course == "A"
    assert find_settings(tmp_path / "b").course == "All about cubes"


def test_without_settings_handouts_are_neutral(tmp_path):
    assert find_settings(tmp_path) == Settings()
    assert not (Settings().course or Settings().imprint or Settings().tags)


def test_an_imprint_of_its_own(tmp_path):
    root = written(tmp_path, PROJECT + "imprint = 'Spring 2031'")
    assert find_settings(root).imprint == "Spring 2031"


def test_imprint_names_the_commit(tmp_path):
    root = written(tmp_path, PROJECT)
    git = ["git", "-C", str(root), "-c", "user.name=a", "-c", "user.email=a@b.c"]
    subprocess.run([*git, "init", "--quiet"], check=True)
    assert find_settings(root).imprint == "All about cubes, Version 2.5"
    subprocess.run([*git, "add", "."], check=True)
    date = "2031-02-03T12:00:00+00:00"
    subprocess.run([*git, "commit", "--quiet", "-m", "a", "--date", date], check=True)
    head = subprocess.run(
        [*git, "log", "-1", "--format=%cs (%h)"], capture_output=True, text=True
    ).stdout.strip()
    assert head
    assert find_settings(root).imprint == f"All about cubes, Version 2.5, {head}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "[tool.handouts]\ncours = 'A'",
            "unknown setting 'cours'; use one of",
        ),
        ("[tool.handouts]\ncourse = 3", "course is 3; write a text in quotes"),
        ("[tool.handouts]\ntags = 'hint'", "tags is 'hint'; write a list of texts"),
        ("[tool.handouts]\ntags = ['a', 1]", "tags is ['a', 1]; write a list of texts"),
        ("[tool.handouts]\nexports = true", "exports is True; write a folder"),
        ("[tool.handouts]\nshow = ['a']", "show is ['a']; write a text"),
        ("[tool]\nhandouts = 3", "tool.handouts is 3; write a table"),
        ("[tool.handouts", "not valid TOML"),
    ],
)
def test_wrong_settings_are_one_error(tmp_path, text, said):
    root = written(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        find_settings(root)
    message = str(caught.value)
    assert message.startswith(f"{root / 'pyproject.toml'}: ")
    assert said in message
