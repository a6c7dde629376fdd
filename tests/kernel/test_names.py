"""Which names a cell sets and reads."""

import pytest

from lessons_lib.kernel.names import argument_names, bound_names, used_names


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("a = b", {"a"}),
        ("def f(x):\n    y = x", {"f"}),
        ("class A:\n    z = 1", {"A"}),
        ("import os.path as p, sys", {"p", "sys"}),
        ("for i in range(3):\n    last = i", {"i", "last"}),
        ("with open('x') as file:\n    pass", {"file"}),
        ("a, (b, *c) = d", {"a", "b", "c"}),
        ("total += 1", {"total"}),
        ("[x for x in y]", set()),
        ("%matplotlib inline\na = 1\n!ls", {"a"}),
        ("%%time\na = 1", {"a"}),
        ("a = (", set()),
        ("a = 1\x00", set()),
        ("", set()),
    ],
)
def test_names_that_are_set(source, names):
    assert bound_names(source) == names


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("a = b + len(c)", {"b", "len", "c"}),
        ("def f(x):\n    return x + scale", {"scale"}),
        ("a = (", set()),
    ],
)
def test_names_that_are_read(source, names):
    assert used_names(source) == names


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("check.total(total)", {"total"}),
        ("x = check.total(total)\ncheck.other(other)", {"total"}),
        ("total(answer)", {"answer"}),
        ("check.total(3)", set()),
        ("check.total(...)", set()),
        ("check.total()", set()),
        ("check.total(", set()),
    ],
)
def test_what_is_handed_to_a_check(source, names):
    assert argument_names(source, "total") == names
