"""Handouts: nothing vanishes, and all is accessible."""

from __future__ import annotations

import io
import re

import handout_samples as sample
import pytest
from handout_pdfs import SETTINGS, pdf_of, tags_in, text_of, with_title
from pypdf import PdfReader

from handouts.editions import EDITIONS
from handouts.lint import lint
from handouts.markdown import fragment
from handouts.outputs import plain_text
from handouts.settings import Settings
from handouts.typesetting import DESIGN, HERE


def test_sample_lesson_has_no_problem():
    assert lint(sample.lesson(), "01_sample", SETTINGS) == []


@pytest.mark.parametrize("edition", EDITIONS)
def test_same_notebook_gives_same_bytes(pdfs, edition):
    assert pdf_of(sample.lesson(), edition) == pdfs[edition]


@pytest.mark.parametrize("edition", EDITIONS)
def test_pdf_is_tagged_and_has_title_and_language(pdfs, edition):
    reader = PdfReader(io.BytesIO(pdfs[edition]))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "en-US"
    assert reader.metadata.title == "A lesson about everything"
    assert reader.metadata.creation_date is None
    assert "pdfuaid" in root["/Metadata"].get_data().decode()


@pytest.mark.parametrize(
    ("paper", "size"), [("a4", (595, 842)), ("us-letter", (612, 792))]
)
def test_paper(paper, size):
    page = PdfReader(io.BytesIO(pdf_of(sample.lesson(), paper=paper))).pages[0]
    assert tuple(round(float(side)) for side in page.mediabox[2:]) == size


def test_figures_and_formulas_have_alt_text(pdfs):
    tags = tags_in(pdfs["student"])
    figures = [alt for role, alt in tags if role == "/Figure"]
    formulas = [alt for role, alt in tags if role == "/Formula"]
    assert figures == [sample.ALT] * 2
    assert len(formulas) == 4
    assert all(formulas)


def test_tables_have_header_cells(pdfs):
    roles = [role for role, _ in tags_in(pdfs["student"])]
    assert roles.count("/Table") == 2
    assert roles.count("/TH") == 4
    assert roles.count("/TD") == 8


def test_headings_are_tagged(pdfs):
    roles = [role for role, _ in tags_in(pdfs["instructor"])]
    assert roles.count("/H1") == 1
    assert roles.count("/H2") == 2
    assert roles.count("/H3") == 1


@pytest.mark.parametrize("start", ["1.", "-", "+", "=", "/"])
def test_heading_that_begins_like_a_list_is_a_heading(start):
    notebook = sample.notebook(sample.markdown(f"# {start} Convolution\n\nText."))
    roles = [role for role, _ in tags_in(pdf_of(notebook))]
    assert roles.count("/H1") == 1
    assert "/L" not in roles


def test_last_row_of_a_table_that_ends_its_cell_is_in_the_table():
    table = fragment("| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |").typst
    assert "[3], [4]" in table


def test_long_token_is_complete_in_code_and_in_output(pdfs):
    text = re.sub(r"\s", "", text_of(pdfs["student"]))
    assert text.count(sample.LONG_TOKEN) == 2


def test_long_lines_stay_on_the_page(pdfs):
    reader = PdfReader(io.BytesIO(pdfs["student"]))
    positions = []
    for page in reader.pages:
        page.extract_text(
            visitor_text=lambda text, _, matrix, *__: (
                positions.append(matrix[4]) if text.strip() else None
            )
        )
    assert max(positions) < 595 - 50


def test_very_long_line_is_complete():
    line = ", ".join(str(number) for number in range(900))
    cell = sample.code("print(x)", outputs=[sample.printed(line)])
    text = re.sub(r"\s", "", text_of(pdf_of(with_title(cell))))
    missing = [n for n in range(1, 899) if f",{n}," not in text]
    assert len(missing) <= 2  # where a page ends, its number stands between


def test_output_order_is_kept():
    cell = sample.code(
        "f()",
        outputs=[
            sample.printed("first\n"),
            sample.shown({"text/plain": "second"}),
            sample.printed("third\n"),
        ],
    )
    text = text_of(pdf_of(with_title(cell)))
    assert text.index("first") < text.index("second") < text.index("third")


@pytest.mark.parametrize("lines", range(24, 44, 2))
def test_an_exercise_stays_on_the_page_of_its_stub(lines):
    above = "\n\n".join(f"Paragraph {number}." for number in range(lines))
    told = "**Exercise 1 (difficulty 1 of 3).** " + "Say what you expect, and why. " * 9
    cells = sample.markdown(above), sample.markdown(told), sample.code("STUB = ...")
    pages = PdfReader(io.BytesIO(pdf_of(with_title(*cells)))).pages
    (page,) = (p.extract_text() for p in pages if "STUB" in p.extract_text())
    assert "Exercise 1" in page


def test_progress_bars_end_as_they_do_on_screen():
    assert plain_text("10%\r50%\r100%\ndone\x1b[0m\r\n") == "100%\ndone"


def test_links_lead_to_sections_and_lessons():
    second = with_title(sample.markdown("[first](01_first.ipynb)\n\n[x](other.md)"))
    alone = PdfReader(io.BytesIO(pdf_of(second)))
    (link,) = (link.get_object() for link in alone.pages[0]["/Annots"])
    assert link["/A"]["/URI"] == "01_first.pdf"


def test_first_page_names_version_and_last_page_counts_all(pdfs):
    pages = [p.extract_text() for p in PdfReader(io.BytesIO(pdfs["student"])).pages]
    assert "Version" in pages[0]
    assert "Version" not in pages[1]
    assert f"{len(pages)} / {len(pages)}" in pages[-1]


def test_code_colors_have_enough_contrast():
    theme = (HERE / "code.tmTheme").read_text()
    settings = theme[theme.index("<plist") :]
    background = re.search(r"background</key><string>#(\w+)", settings).group(1)
    colors = re.findall(r"foreground</key><string>#(\w+)", settings)

    def luminance(color: str) -> float:
        channels = [int(color[i : i + 2], 16) / 255 for i in (0, 2, 4)]
        linear = [
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
            for c in channels
        ]
        return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    assert len(colors) >= 5
    for color in colors:
        assert (luminance(background) + 0.05) / (luminance(color) + 0.05) >= 4.5


def test_without_settings_a_handout_names_no_course():
    notebook = with_title(sample.markdown("Text."))
    assert "SQUARES" in text_of(pdf_of(notebook))
    words = text_of(pdf_of(notebook, settings=Settings())).split()
    assert sorted(words) == sorted(["Title", "Text.", "1", "/", "1"])


def test_design_files_exist():
    assert all((HERE / name).is_file() for name in DESIGN)


def plumbing(source):
    cell = sample.code(source, outputs=[sample.printed("Seven rows.")])
    cell.metadata.update(tags=["plumbing"], jupyter={"source_hidden": True})
    return with_title(cell)


def test_plumbing_prints_what_it_says_and_what_it_prints():
    text = text_of(pdf_of(plumbing("# Draws both maps.\nfor m in maps:\n    go(m)")))
    assert "Draws both maps." in text
    assert "for m in maps" not in text
    assert "Seven rows." in text


def test_plumbing_that_says_nothing_is_printed():
    assert "for map in maps" in text_of(pdf_of(plumbing("for map in maps: go(map)")))
