r"""Formulas in Markdown are found wherever Jupyter finds them."""

from __future__ import annotations

import handout_samples as sample
import pytest
from handout_pdfs import pdf_of, tags_in, with_title

from handouts.delimiters import with_dollars
from handouts.markdown import fragment
from handouts.tex import parse
from handouts.tex_tree import TexError


@pytest.mark.parametrize(
    ("text", "formulas"),
    [
        ("a $x$ b", ["x"]),
        ("a $$x$$ b", ["x"]),
        ("a $ x $ b", ["x"]),
        (r"a \(x_1\) b", ["x_1"]),
        (r"a \\(x_1\\) b", ["x_1"]),
        (r"a \[x_1\] b", ["x_1"]),
        (r"a \\[x_1\\] b", ["x_1"]),
        ("\\begin{equation}\nE = mc^2\n\\end{equation}", None),
        ("\\begin{align*}\na &= b \\\\\n- c &= d\n\\end{align*}", None),
        ("$$\na\n= b\n- c\n+ d\n$$", ["a = b - c + d"]),
        ("$$\na % comment $\n= b\n$$", ["a = b"]),
        ("> $$\n> a\n> = b\n> $$", ["a = b"]),
        ("| a |\n|---|\n| $|x| \\| y$ |", [r"\vert x\vert  \Vert  y"]),
        ("$a_1$ and $b_1$, $5", ["a_1", "b_1"]),
        ("costs $5 or $10", []),
        ("5 $ and 6 $ more", []),
        (r"\$5 and \$6", []),
        (r"a \[note\] and \(see there\)", []),
        ("`$x$` and ``\\(x_1\\)``", []),
        ("```\n$x$\n\\begin{align}\nx\n\\end{align}\n```", []),
        ("~~~\n$x$\n~~~\n$y$", ["y"]),
    ],
)
def test_formulas_are_found(text, formulas):
    found = [formula.tex for formula in fragment(text).formulas]
    if formulas is None:
        assert len(found) == 1
    else:
        assert [" ".join(tex.split()) for tex in found] == [
            " ".join(tex.split()) for tex in formulas
        ]


def test_a_macro_holds_for_all_that_follows():
    cells = [
        sample.markdown(r"$$\newcommand{\R}{\mathbb{R}} \def\half#1{\frac{#1}{2}}$$"),
        sample.markdown(r"$\half{x} \in \R$"),
    ]
    pdf = pdf_of(with_title(*cells))
    [alt] = [alt for role, alt in tags_in(pdf) if role == "/Formula"]
    assert alt == "x over 2 in the reals"


@pytest.mark.parametrize(
    "text",
    [
        "\\(" * 100_000,
        "$" * 100_001,
        "$a " * 50_000,
        "\\begin{a}" * 50_000,
        "`" * 30_000 + "$x$",
        "```\n" * 20_000,
    ],
)
def test_what_never_closes_is_text(text):
    assert isinstance(with_dollars(text), str)


@pytest.mark.parametrize(
    "tex",
    [
        "{" * 10_000 + "x" + "}" * 10_000,
        "x^" * 5_000 + "{x}",
        "\\frac" * 5_000,
        "\\sqrt[" * 5_000,
        "\\left(" * 5_000,
        "\\begin{matrix}" * 5_000,
        "\\text{" * 5_000,
        "\\hat" * 5_000 + "x",
        "\\text{" + "\\textbf{" * 5_000 + "x" + "}" * 5_001,
        "\\newcommand{\\a}{\\a\\a} \\a",
        "\\def\\a#1{#1#1}" + "\\a{" * 40 + "x" + "}" * 40,
        "\\newcommand{\\a}[x]{b}",
        "\\kern",
        "\\left",
        "\\begin",
        "_",
        "\\",
    ],
)
def test_what_cannot_be_read_is_refused(tex):
    with pytest.raises(TexError):
        parse(tex)
