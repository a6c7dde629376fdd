"""Text stays text: no sign begins a list, a heading, a term or a comment in print."""

from __future__ import annotations

import re

import handout_samples as sample
import pytest
from handout_pdfs import SETTINGS, composed, pdf_of, tags_in, text_of, with_title

from handouts.handout import lesson_pdf

STARTS = [
    "- 0.5",
    "-0.5",
    "+ 0.5",
    "= 3",
    "== 3",
    "=3",
    "/ a: b",
    "1. x",
    "12. x",
    "3) x",
    "* x",
    "-",
    "+",
    "=",
    "/",
    "1.",
    "#x",
    "# x",
    "<a>",
    "@x",
    "a ~ b",
    "_x_",
    "*x*",
    "$5",
    "`x`",
    "// x",
    "/* x */",
    "x // y",
    "[x]",
    "(x)",
    ".x",
    ";x",
    ": x",
    "{x}",
    "\\x",
    "\\",
    "a\\",
    "a-?b",
    "x_1 = y_2",
    "$x$ & y",
]
# Where text enters, and the structure that this makes, the text apart.
CONTEXTS = {
    "paragraph": ("{}", ["/P"]),
    "after a break": ("a\\\n{}", ["/P"]),
    "list item": ("- {}", ["/L", "/LI", "/Lbl", "/LBody"]),
    "second paragraph of an item": ("- a\n\n  {}", ["/L", "/LI", "/Lbl", "/LBody"]),
    "numbered item": ("7. {}", ["/L", "/LI", "/Lbl", "/LBody"]),
    "quote": ("> {}", []),
    "heading": ("## {}", ["/H2"]),
    "emphasis": ("*{}*", ["/P"]),
    "link": ("[{}](https://example.org)", ["/Link"]),
    "link after a letter": ("a[{}](#Title)(b)", []),
    "code before it": ("`c`{}", ["/P"]),
    "formula before it": ("$y$ {}", ["/Formula"]),
    "table cell": ("| h |\n|---|\n| {} |", ["/Table", "/TH", "/TD"]),
    "header cell": ("| {} |\n|---|\n| b |", ["/Table", "/TH", "/TD"]),
    "caption": ("| h |\n|---|\n| b |\n\nTable: {}", ["/Table", "/Caption"]),
}
COUNTED = ("/L", "/LI", "/H1", "/H2", "/H3", "/Table", "/TH", "/TD", "/Formula")


def typed(text: str) -> str:
    """Return Markdown that stands for exactly this text."""
    return re.sub(r"([!-')-/:-@\\^-`{-~])", r"\\\1", text)


@pytest.mark.parametrize("context", CONTEXTS)
def test_text_is_text_wherever_it_begins(context):
    """Each start in this place: the same structure as for a word, and all its signs."""
    frame, expected = CONTEXTS[context]
    cells = []
    for number, start in enumerate(STARTS):
        marked = typed(f"{start} end{number}")
        cells += [sample.markdown(frame.format(marked)), sample.code("pass")]
    # Not through lint, which takes a backslash or a dollar sign for TeX gone astray.
    lesson = composed(with_title(*cells), "x", "student")
    pdf = lesson_pdf(lesson, "a4", SETTINGS)
    roles = [role for role, _ in tags_in(pdf)]
    words = [sample.markdown(frame.format(f"word{n}")) for n in range(len(STARTS))]
    between = [cell for word in words for cell in (word, sample.code("pass"))]
    plain = [role for role, _ in tags_in(pdf_of(with_title(*between)))]
    for role in COUNTED:
        assert roles.count(role) == plain.count(role), role
    assert set(expected) <= set(roles)
    text = "".join(text_of(pdf).split())
    for number, start in enumerate(STARTS):
        assert f"{start}end{number}".replace(" ", "") in text


def test_numbers_of_a_table_keep_their_signs():
    table = "| a | b |\n|---|---:|\n| - 0.5 | -0.5 |\n| + 0.5 | +1e-3 |\n| = 3 | 1. |"
    pdf = pdf_of(with_title(sample.markdown(table)))
    text = "".join(text_of(pdf).split())
    for written in ("-0.5-0.5", "+0.5+1e-3", "=31."):
        assert written in text
    assert "/L" not in [role for role, _ in tags_in(pdf)]
