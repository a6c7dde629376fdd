"""No wrong answer that can be derived from a solution passes its check."""

import pytest
from mutants.solutions import exercises
from mutants.trial import Report, in_full, in_short, tried

__all__ = ["REPORTS", "in_short"]  # for the end of the test run, see conftest.py

REPORTS: list[Report] = []
FEWEST = 12  # mutants of a function
NAMED = 0.8  # of all messages to wrong functions say what the mistake is


@pytest.fixture(scope="module", params=exercises(), ids=str)
def report(request):
    REPORTS.append(tried(exercises()[request.param]))
    return REPORTS[-1]


def test_no_mutant_passes(report):
    assert not report.survived, in_full(report)


def test_no_message_is_wrong(report):
    assert not report.wrong_words, in_full(report)


def test_there_are_enough_mutants_and_most_are_named(report):
    if callable(report.exercise.right):
        assert report.mutants >= FEWEST
        assert report.named >= NAMED * report.killed, in_full(report)
