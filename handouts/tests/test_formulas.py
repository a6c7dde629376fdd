"""Formulas: set in full and spoken, or refused."""

from __future__ import annotations

import json
from pathlib import Path

import handout_samples as sample
import pytest
from formula_corpus import FORMULAS
from handout_pdfs import SETTINGS, pdf_of, tags_in, text_of, with_title

from handouts.lint import lint
from handouts.markdown import fragment
from handouts.speech import speak
from handouts.tex import parse
from handouts.tex_to_typst import typst_lines

CORPUS = Path(__file__).with_name("formula_corpus.json")
STORED = json.loads(CORPUS.read_text(encoding="utf-8"))


def set_and_spoken(tex: str) -> list[str]:
    """Return a displayed formula as Typst and as speech."""
    tree = parse(tex).tree
    return [typst_lines(tree), speak(tree)]


def test_corpus_is_large_and_stored():
    assert len(FORMULAS) >= 120
    assert list(STORED) == FORMULAS


@pytest.mark.parametrize("tex", FORMULAS)
def test_formula_is_set_and_spoken_as_stored(tex):
    """Each was looked at beside KaTeX's; if a change is meant, look again and store it.

    python handouts/tests/formula_corpus.py stores what there is now.
    """
    assert set_and_spoken(tex) == STORED[tex]


def test_every_formula_of_the_corpus_is_printed_and_tagged():
    """In a display and in a line."""
    cells = [sample.markdown(f"$${tex}$$") for tex in FORMULAS]
    cells += [sample.markdown(f"a ${tex}$ b") for tex in FORMULAS if "tag" not in tex]
    notebook = with_title(*cells)
    assert lint(notebook, "x", SETTINGS) == []
    tags = [tag for tag in tags_in(pdf_of(notebook)) if tag[0] == "/Formula"]
    assert len(tags) == len(cells)
    assert all(alt for _, alt in tags)


@pytest.mark.parametrize(
    ("tex", "part"),
    [
        (r"a\!b", "a#h(-0.1667em)b"),
        (r"a\;=b", "a#h(0.5556em)\\=b"),
        (r"\left.\frac{a}{b}\right|_0", 'attach(lr(""frac(a, b)\\|), br: 0)'),
        (r"\Big|_0", 'attach(class("normal", stretch(\\|, size: #1.8em)), br: 0)'),
        (r"\big\langle x", "stretch(⟨, size: #1.2em)"),
        (r"\mathrm{ReLU}(x)", '"ReLU"\\(x\\)'),
        (r"\operatorname{softmax}(x)", 'op("softmax")'),
        (r"\operatorname*{median}_i", 'op("median", limits: #true)'),
        (r"10{,}000", '10 class("normal", \\,)000'),
        (r"\left\lVert W \right\rVert_F^2", "attach(lr(‖W‖), tr: 2, br: F)"),
        (r"x^23", "attach(x, tr: 2)3"),
        (r"x \label{a}", "$x$"),
    ],
)
def test_tex_is_kept(tex, part):
    formula = fragment(f"${tex}$").formulas[0]
    assert part in formula.typst


def test_names_of_the_design_do_not_reach_formulas():
    """`mono` and `accent` are functions of Typst's mathematics, and were ours, too."""
    notebook = with_title(sample.markdown(r"$\widehat{xy} + \texttt{stride}$"))
    text = text_of(pdf_of(notebook))
    assert "DejaVu" not in text
    assert "rgb" not in text


def test_tag_becomes_the_number_of_a_formula(pdfs):
    assert "(1)" in text_of(pdfs["student"])


def test_what_cannot_be_set_is_printed_as_tex_and_named():
    found = fragment("$q_{7} + \\unheard{x}$")
    [formula] = found.formulas
    assert not formula.spoken
    assert '"q_{7} + \\\\unheard{x}"' in formula.typst
    assert "\\unheard isn't known" in found.problems[0]
    assert found.losses == ("formula{s} printed as TeX",)
