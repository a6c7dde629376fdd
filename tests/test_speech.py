"""The table of spoken formulas is in step with the lessons."""

from pathlib import Path

from handouts.markdown import spoken_formulas
from handouts.settings import find_settings
from handouts.speech import formulas_of


def test_speech_table_is_in_step_with_the_lessons():
    """If not: make speech."""
    lessons = find_settings(Path(__file__).parent).lessons()
    assert sorted(spoken_formulas()) == formulas_of(lessons)
