"""Speech is right if the formula can be written down again from it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from formula_corpus import CALCULUS, LEARNING, STATISTICS
from formula_listener import NotUnderstoodError, heard, written

from handouts.speech import speak
from handouts.tex import parse

# Those of a course on convolutional and recurrent networks.
COURSE = Path(__file__).with_name("course_formulas.txt").read_text("utf-8").splitlines()
# What is set on arrows or above signs, and two names without a letter in common.
BEYOND_THE_LISTENER = ("\\overset", "\\underset", "\\xrightarrow", "\\perp")
OTHERS = [
    tex
    for subject in (LEARNING, STATISTICS, CALCULUS)
    for tex in subject.strip().splitlines()
    if not any(command in tex for command in BEYOND_THE_LISTENER)
]


@pytest.mark.parametrize("tex", [*COURSE, *OTHERS])
def test_formula_can_be_written_down_from_its_speech(tex):
    tree = parse(tex).tree
    assert heard(speak(tree)) == written(tree)


@pytest.mark.parametrize(
    ("tex", "said"),
    [
        (
            r"h_t = \tanh(w h_{t-1} + 0.1)",
            "h sub t equals the hyperbolic tangent of open paren w h sub t minus 1 "
            "end sub plus 0.1 close paren",
        ),
        ("1 - h_t^2", "1 minus h sub t squared"),
        (r"\lfloor iH/O \rfloor", "the floor of i H divided by O end floor"),
        ("f_2 f_1", "f sub 2 f sub 1"),
        ("F(x) + x", "F of x plus x"),
        ("D(K-1)", "D times open paren K minus 1 close paren"),
        (r"\sqrt{n} + 1", "the square root of n plus 1"),
        (r"\sqrt{n + 1}", "the square root of n plus 1 end root"),
        (r"|x + y|", "the absolute value of x plus y end absolute value"),
        ("-1", "negative 1"),
        ("1{,}024", "1,024"),
        (r"\ln", "natural log"),
        (
            r"\begin{cases} x & \text{if } x > 0 \\ 0 \end{cases}",
            "case 1, x, if x is greater than 0; case 2, 0; end cases",
        ),
    ],
)
def test_speech(tex, said):
    assert speak(parse(tex).tree) == said


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r"\sqrt{x} + 1", r"\sqrt{x + 1}"),
        ("x_{n-k}", "x_n - k"),
        ("e^{z_j} + 1", "e^{z_j + 1}"),
        (r"W_{ih} x", r"W_{ihx}"),
        (r"\frac{a}{b} + c", r"\frac{a}{b + c}"),
        (r"|x| + |y|", r"|x + |y||"),
        (r"\sum_i x_i + b", r"\sum_{i x_i} b"),
        ("{ab}^2", "ab^2"),
    ],
)
def test_different_formulas_sound_different(one, other):
    assert speak(parse(one).tree) != speak(parse(other).tree)


@pytest.mark.parametrize(
    ("tex", "wrong"),
    [
        ("h_t = 1", "h sub equals 1"),
        ("1 - h_t^2", "1 minus h sub to the power t end power"),
        ("f_2 f_1", "f sub 2 of f sub 1"),
        ("H/O", "H of slash O"),
        (r"\lfloor x \rfloor", "the floor of x"),
        ("x_{n-k}", "x sub n minus k"),
    ],
)
def test_the_listener_notices_what_is_wrong(tex, wrong):
    right = written(parse(tex).tree)
    with suppress(NotUnderstoodError):
        assert heard(wrong) != right
