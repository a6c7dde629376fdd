"""Tolerances, kinds of numbers, and two texts compared."""

import pytest
from nbformat.v4 import new_code_cell
from tolerant.rules import Rule, Tolerance, faults, rule_of
from tolerant.texts import compare_figures, compare_texts
from tolerant.written import split

REASON = "accuracies after training differ"
TABLE = """\
| recipe | training (s) | test accuracy | mistakes |
| ------ | -----------: | ------------: | -------: |
| short, 3 epochs |  2.2 | 38.7% | 126 |

Table: Three networks, 10,000 pictures."""
COLUMNS = """\
Three networks.
recipe           training (s)  test accuracy  mistakes
short, 3 epochs           2.2          38.7%       126"""


def rule(name="training", **said):
    about = {"as": name, "reason": REASON, **said}
    return rule_of(new_code_cell(metadata={"compare": about}))


def found(stored, fresh, name="training", **said):
    return list(compare_texts(stored, fresh, rule(name, **said)))


def kinds(text):
    return [number.kind for _, numbers in split(text) for number in numbers]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("97.5% right, 3 percent, +1.6 points", 3 * ["percent"]),
        ("84.8 to 86.7%", 2 * ["percent"]),
        ("22.0 ms, 3 s, 1 to 2 minutes", 4 * ["time"]),
        ("42 times as fast", ["ratio"]),
        ("one by one: 11.1 ms, ratio 30", ["time", "ratio"]),
        ("loss 0.49 after 300 updates", ["decimal", "integer"]),
        ("from 3e-19 to 1e+02", 2 * ["magnitude"]),
        ("conv1, F.conv2d and e4 hold no number, nan does", ["decimal"]),
        ("accuracy in percent: 94.9 moved by 6", ["percent", "integer"]),
        (TABLE, ["integer", "time", "percent", "integer", "integer"]),
        (COLUMNS, ["integer", "time", "percent", "integer"]),
        ("seed 1: 3 seeds", 2 * ["integer"]),
        ("[68, 77]", 2 * ["integer"]),
    ],
)
def test_the_kind_of_a_number_follows_from_what_stands_around_it(text, expected):
    assert kinds(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-0.25 and \u22120.25", [-0.25, -0.25]),
        ("3-5", [3, 5]),
        ("10,000 of 1,234.5", [10000, 1234.5]),
        ("1e-08.", [1e-8]),
        ("ends with 3.", [3]),
    ],
)
def test_numbers_are_read_as_written(text, expected):
    assert [n.value for _, numbers in split(text) for n in numbers] == expected


@pytest.mark.parametrize(
    "table",
    [
        "| net | flip | seconds | right |\n| D | | 3.1, 3.2 | |\n| E | yes | | 98.0 |",
        "net  flip   seconds  right\nD          3.1, 3.2\nE    yes            98.0",
    ],
    ids=["with rules", "without"],
)
def test_a_cell_keeps_its_column_where_cells_beside_it_are_empty(table):
    *_, row, last = (numbers for _, numbers in split(table))
    assert [number.kind for number in row] == ["time", "time"]
    assert [number.places[2:] for number in last] == [("right", "E")]


@pytest.mark.parametrize(
    ("written", "tolerance"),
    [
        ("0.5", Tolerance(0.5)),
        ("20%", Tolerance(share=0.2)),
        ("1.5 + 20%", Tolerance(1.5, 0.2)),
        ("1e-6", Tolerance(1e-6)),
        ("x3", Tolerance(factor=3)),
        ("0", Tolerance()),
    ],
)
def test_a_tolerance_is_read(written, tolerance):
    assert Tolerance.read(written) == tolerance


@pytest.mark.parametrize(
    "written", ["", "any", "x", "5 %%", "-3", "1 + 2", "3 + x2", "inf", "nan"]
)
def test_what_is_no_tolerance_is_refused(written):
    with pytest.raises(ValueError, match="no tolerance"):
        Tolerance.read(written)


@pytest.mark.parametrize(
    ("stored", "fresh"),
    [
        ("98.4% right", "97.1% right"),
        ("50.0% right", "60.0% right"),
        ("loss 0.49", "loss 0.40"),
        ("gradient 4e-10", "gradient 9e-11"),
        ("took 3.0 s", "took 60 s"),
        ("took 0.0 s", "took 0.9 s"),
        ("9.9%  right", "10.1% right"),
        ("-0.01", "+0.01"),
        ("loss nan", "loss nan"),
        (TABLE, TABLE.replace("2.2", "14.2").replace("------ |", "------- |")),
        (COLUMNS, COLUMNS.replace("  2.2", " 14.2").replace("38.7", "40.1")),
    ],
)
def test_numbers_within_the_tolerance_pass(stored, fresh):
    assert found(stored, fresh) == []


@pytest.mark.parametrize(
    ("stored", "fresh", "said"),
    [
        ("98.4% right", "96.0% right", "stored 98.4, came 96.0, tolerance within 1.82"),
        ("50.0% right", "62.0% right", "tolerance within 11.5"),
        ("loss 0.49", "loss 0.70", "decimal (loss ...)"),
        ("gradient 4e-10", "gradient 4e-12", "within a factor of 5"),
        ("took 3.0 s", "took 95 s", "within a factor of 30"),
        ("took 3 s", "took -3 s", "factor"),
        ("took 3 s", "took 3 ms", "words differ"),
        ("seed 1: 98.4%", "seed 2: 98.4%", "stored 1, came 2, tolerance none"),
        ("98.4% right", "98.4% wrong", "'98.4% wrong'"),
        ("98.4% right", "98.4% right\n", "1 lines, came 2"),
        ("98.4% right", "98.4% and 98.1% right", "stored 1 numbers, came 2"),
        ("loss 0.49", "loss nan", "came nan"),
        ("loss nan", "loss 0.49", "stored nan"),
        ("loss inf", "loss nan", "stored inf, came nan"),
        ("loss inf", "loss -inf", "came -inf"),
        (TABLE, TABLE.replace("126", "127"), "integer"),
        (TABLE, TABLE.replace("38.7", "58.7"), "in test accuracy in short, 3 epochs"),
    ],
)
def test_what_lies_beyond_is_told_with_both_and_the_tolerance(stored, fresh, said):
    [message] = found(stored, fresh)
    assert said in message


def test_words_name_the_numbers_that_may_move_farther():
    fresh = TABLE.replace("126", "160")
    assert found(TABLE, fresh)
    assert not found(TABLE, fresh, where={"mistakes": "30%"})
    assert found(TABLE, TABLE.replace("126", "170"), where={"mistakes": "30%"})
    text = "the recipe is as good after 300 updates"
    assert not found(text, text.replace("300", "600"), where={"updates": "x3"})


def test_a_kind_gets_another_tolerance():
    assert found("loss 0.49", "loss 0.60", decimal="10%")
    assert not found("seed 5", "seed 6", integer="1")
    assert found("0.49123", "0.4914", "exact", decimal="1e-4")
    assert not found("0.49123", "0.49124", "exact", decimal="1e-4")


def test_without_a_rule_every_sign_counts():
    exact = Rule("exact", {})
    assert list(compare_texts("a  1.0", "a  1.0", exact)) == []
    [said] = compare_texts("a  1.0\nb", "a 1.0\nb", exact)
    assert said == "line 1: stored 'a  1.0', came 'a 1.0', tolerance none"
    assert list(compare_texts("a", "a\nb", exact))


FIGURE = [
    "figure: 1 panels",
    "panel 'After 3 epochs', x 'epoch', y 'loss' | x 0 20 | y 0 2",
    "line 'train': 20 values | x 0 19 1 3 | y 0.1 1.9 1.5 0.8",
    "image 28 by 28 | c 0 1 0.5 0.25",
]


def changed(old, new, name="exact", **said):
    fresh = [line.replace(old, new) for line in FIGURE]
    assert fresh != FIGURE
    return list(compare_figures(FIGURE, fresh, rule(name, **said)))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("1.5", "1.52", "stored 1.5, came 1.52, tolerance within 0.01"),
        ("20 values", "21 values", "20 values"),
        ("y 0 2", "y 0 2.1", "tolerance within 0.01 (0.5% of the axis)"),
        ("0 1 0.5", "0 1 0.52", "of the range"),
        ("28 by 28", "28 by 27", "28 by 28"),
        ("'loss'", "'error'", "error"),
        ("After 3", "After 4", "After 4"),
        ("1.5 0.8", "1.5", 'stored "line'),
        (" | x 0 19 1 3", "", 'stored "line'),
        ("1.9", "nan", "came nan"),
    ],
)
def test_a_changed_figure_is_noticed(old, new, said):
    [message] = changed(old, new)
    assert said in message


def test_a_figure_may_move_by_a_share_of_its_axis():
    assert not changed("1.5", "1.505")
    assert not changed("1.5", "1.8", "training")
    assert changed("1.5", "1.95", "training")
    assert not changed("1.5", "1.95", "training", figure="25%")
    assert changed("20 values", "21 values", "training")


def test_a_part_more_is_shown():
    [message] = compare_figures(FIGURE, FIGURE[:-1], rule())
    assert "has 3 parts, stored 4" in message and "- image 28 by 28" in message


@pytest.mark.parametrize(
    ("about", "tags", "said"),
    [
        ({"as": "trained", "reason": REASON}, (), "no rule 'trained'"),
        ({"as": "training"}, (), "no reason"),
        ({"as": "training", "reason": "differs"}, (), "no reason"),
        ({"as": "training", "reason": REASON, "percent": "lots"}, (), "'lots'"),
        ({"as": "training", "reason": REASON, "percents": "3"}, (), "percents"),
        ({"as": "training", "reason": REASON, "where": {"a": "b"}}, (), "'b'"),
        ({"figure": "5%"}, (), "no reason"),
        ({"where": {"updates": "3"}}, (), "no reason"),
        ({"reason": REASON}, (), "compared strictly"),
        ({}, ("nbval-ignore-output",), "no reason"),
        ({"as": "training", "reason": REASON}, ("nbval-ignore-output",), "ignored"),
        ({"only_if": "later"}, (), "no earlier cell"),
    ],
)
def test_wrong_metadata_are_told(about, tags, said):
    cell = new_code_cell(metadata={"compare": about, "tags": list(tags)})
    assert any(said in fault for fault in faults(cell, {"earlier"}))


@pytest.mark.parametrize(
    ("about", "tags"),
    [
        ({}, ()),
        ({"as": "training", "reason": REASON, "figure": "30%"}, ()),
        ({"as": "times", "reason": REASON, "where": {"copied": "0"}}, ()),
        ({"reason": REASON}, ("nbval-ignore-output",)),
        ({"only_if": "earlier"}, ()),
    ],
)
def test_right_metadata_pass(about, tags):
    cell = new_code_cell(metadata={"compare": about, "tags": list(tags)})
    assert faults(cell, {"earlier"}) == []
