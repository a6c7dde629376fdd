"""What each guard must find: the proof of the guards.

DEFECTS: guard -> (what is wrong, how to break the good lesson, words of the problem).
HARMLESS: (guard, a change that leaves the lesson good).
"""

from . import exercises, handout, outputs, reading, seeds, text

__all__ = ["DEFECTS", "HARMLESS"]

MODULES = (handout, outputs, exercises, reading, seeds, text)
DEFECTS = {
    guard: cases for module in MODULES for guard, cases in module.DEFECTS.items()
}
HARMLESS = [case for module in MODULES for case in module.HARMLESS]
