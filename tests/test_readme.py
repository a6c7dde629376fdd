"""The README names what is there, and only that."""

import re
from pathlib import Path

import pytest

from lessons_lib.desk.contents import contents

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
LINKS = sorted(set(re.findall(r"\]\(([^)#:]+)\)", README)))


@pytest.mark.parametrize("link", LINKS)
def test_what_the_readme_links_to_exists(link):
    assert (ROOT / link).exists()


@pytest.mark.parametrize(
    "lesson",
    [lesson.stem for lesson in contents()],  # page 00 opens by itself
)
def test_every_lesson_is_in_the_table(lesson):
    assert f"notebooks/{lesson}.ipynb" in LINKS


def test_every_make_target_that_the_readme_names_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"^`?make ([a-z-]+)|`make ([a-z-]+)", README, re.MULTILINE))
    targets = {first or second for first, second in named}
    assert {"lab", "pdf", "test"} <= targets
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
