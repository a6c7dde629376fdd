"""What is wider than the page: formulas and tables are broken, shrunk or parted."""

from __future__ import annotations

import io

import handout_samples as sample
import pytest
from handout_pdfs import SETTINGS, composed, pdf_of, tags_in, text_of, with_title
from pypdf import PdfReader

from handouts.handout import lesson_pdf

TERMS = " + ".join(f"x_{{{n}}}" for n in range(80))
SHORTER = " + ".join(f"x_{{{n}}}" for n in range(40))
MATRIX = " & ".join(f"a_{{{n}}}" for n in range(40))
A4_WIDE, MARGIN = 595, 60


def table(columns: int, cell: str = "0.12345", rows: int = 3) -> str:
    head = "|".join(f"accuracy{n}" for n in range(columns))
    line = "|".join(f"{cell}" for _ in range(columns))
    return f"|{head}|\n|{'--|' * columns}\n" + f"|{line}|\n" * rows


def quoted(text: str) -> str:
    return "".join(f"> {line}\n" for line in text.splitlines())


def listed(text: str) -> str:
    return "- item\n\n" + "".join(f"  {line}\n" for line in text.splitlines())


def rightmost(pdf: bytes) -> float:
    """Return where the last piece of text begins that is farthest to the right."""
    places = []

    def visit(text, outer, inner, *_):
        if text.strip():
            places.append(inner[4] * outer[0] + outer[4])

    for page in PdfReader(io.BytesIO(pdf)).pages:
        page.extract_text(visitor_text=visit)
    return max(places)


@pytest.mark.parametrize(
    "source",
    [
        f"$${TERMS}$$",
        f"$${TERMS} \\tag{{3}}$$",
        f"- item\n\n  $${TERMS}$$",
        f"> $${TERMS}$$",
        f"$$\\begin{{pmatrix}} {MATRIX} \\end{{pmatrix}}$$",
        f"$$\\begin{{aligned}} y &= {SHORTER} \\\\ &= 3 \\end{{aligned}}$$",
        f"$$y = \\frac{{{TERMS}}}{{2}}$$",
        f"$$\\text{{{'word ' * 60}}}$$",
    ],
)
def test_wide_formula_stays_on_the_page(source):
    pdf = pdf_of(with_title(sample.markdown(source)))
    assert rightmost(pdf) < A4_WIDE - MARGIN
    assert [role for role, _ in tags_in(pdf)].count("/Formula") == 1


def test_a_long_sum_goes_on_below_in_full_size():
    pdf = pdf_of(with_title(sample.markdown(f"$${TERMS}$$")))
    sizes = set()

    def visit(text, outer, inner, font, size):
        if "+" in text:
            sizes.add(round(size * inner[0] * outer[0]))

    PdfReader(io.BytesIO(pdf)).pages[0].extract_text(visitor_text=visit)
    assert sizes == {11}


@pytest.mark.parametrize("columns", [9, 14, 40])
@pytest.mark.parametrize("frame", [str, quoted, listed])
def test_wide_table_stays_on_the_page_and_keeps_every_cell(columns, frame):
    source = table(columns)
    source = frame(
        source.replace("\n", "\n  ") if frame not in (str, quoted) else source
    )
    pdf = pdf_of(with_title(sample.markdown(source)))
    assert rightmost(pdf) < A4_WIDE - MARGIN
    text = text_of(pdf)
    for number in range(columns):
        assert f"accuracy{number}" in text
    assert text.count("0.12345") >= 3 * columns
    roles = [role for role, _ in tags_in(pdf)]
    assert roles.count("/TH") == text.count("accuracy")


@pytest.mark.parametrize("cell", ["word " * 30, "x" * 150, "`" + "y" * 90 + "`"])
def test_wide_cells_are_broken(cell):
    pdf = pdf_of(with_title(sample.markdown(table(2, cell))))
    assert rightmost(pdf) < A4_WIDE - MARGIN
    letter = cell.strip("`")[0]
    assert text_of(pdf).count(letter) >= 6 * cell.count(letter)


def test_a_long_table_repeats_its_header():
    pdf = pdf_of(with_title(sample.markdown(table(3, rows=120))))
    pages = PdfReader(io.BytesIO(pdf)).pages
    assert len(pages) > 2
    assert all("accuracy0" in page.extract_text() for page in pages)


def test_what_cannot_be_set_is_marked_and_stays_on_the_page():
    source = f"$\\unknown{{x}}$ and $$\\unknown{{{'z' * 200}}}$$"
    lesson = composed(with_title(sample.markdown(source)), "x", "student")
    pdf = lesson_pdf(lesson, "a4", SETTINGS)
    text = "".join(text_of(pdf).split())
    assert text.count("TeX\\unknown") == 2
    assert rightmost(pdf) < A4_WIDE - MARGIN
