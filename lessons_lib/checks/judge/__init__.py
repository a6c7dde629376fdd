"""What all checks share: how they look at an answer, and what they tell the learner."""

from lessons_lib.checks.judge.answers import judge_choice, judge_value, listed
from lessons_lib.checks.judge.architecture import (
    batch_norm_fault,
    pooling_fault,
    shortcut_fault,
)
from lessons_lib.checks.judge.behavior import behavior_fault, training_fault
from lessons_lib.checks.judge.checker import checker
from lessons_lib.checks.judge.functions import judge_function
from lessons_lib.checks.judge.mistakes import Mistakes
from lessons_lib.checks.judge.networks import judge_module, trained
from lessons_lib.checks.judge.quiz import judge_quiz
from lessons_lib.checks.judge.samples import fixed, generator, randn
from lessons_lib.checks.judge.verdict import Status, Verdict
