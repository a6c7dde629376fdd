"""The table of drills tells the worst of each."""

from types import SimpleNamespace

from drills import table


def report(*told, why=""):
    return SimpleNamespace(user_properties=[("drill", told)], longrepr=(0, 0, why))


def test_the_worst_case_counts():
    stats = {
        "passed": [report("disk", "a word"), report("clock", "nothing")],
        "failed": [report("disk", "a word")],
        "skipped": [report("mount", "a word", why="Skipped: no namespaces")],
        "warnings": [object()],
    }
    assert list(table.lines(stats)) == [
        "held    clock: nothing",
        "FAILED  disk: a word (2 cases)",
        "skipped mount: a word [no namespaces]",
        "1 of 3 fault drills held, 1 couldn't be tried here.",
    ]


def test_other_tests_are_no_drills():
    assert table.drills({"passed": [SimpleNamespace(user_properties=[])]}) == {}
