"""What belongs together stays on one line, or on one page."""

import io

import handout_samples as sample
import pytest
from handout_pdfs import pdf_of, text_of, with_title
from pypdf import PdfReader

QUESTION = "**1.** Which of these answers is right?\n\na) This one.<br>\nb) That one."
ANNOUNCED = "It is one of these:\n\n- first\n- second"
TABLE = "| a | b |\n| --- | --- |\n" + "\n".join(f"| row {n} | {n} |" for n in range(6))
FILLING = "Words.\n\n"


def pages(*texts, filling):
    """Print texts below a number of short paragraphs; return the text of each page."""
    cells = [sample.markdown(FILLING * filling), *map(sample.markdown, texts)]
    pdf = pdf_of(with_title(*cells))
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def page_with(found, words):
    [number] = [n for n, text in enumerate(found) if words in text]
    return number


@pytest.mark.parametrize(
    ("text", "first", "then"),
    [
        (QUESTION, "Which of these", "This one."),
        (ANNOUNCED, "It is one of these", "first"),
        (f"## Quiz\n\nWrite a letter.\n\n{QUESTION}", "Quiz", "This one."),
        (TABLE, "row 0", "row 5"),
    ],
    ids=["question", "announced", "quiz", "table"],
)
def test_no_page_ends_between_them(text, first, then):
    for filling in range(22, 42):
        found = pages(text, filling=filling)
        assert page_with(found, first) == page_with(found, then)


@pytest.mark.parametrize("product", ["3 \u00d7 3", "3 x 3", "$k$ \u00d7 $k$"])
def test_a_product_stays_on_its_line(product):
    sign = product.split(" ")[1]
    for length in range(1, 12):
        words = f"{'w' * length} " + f"{product} " * 30
        lines = text_of(pdf_of(with_title(sample.markdown(words)))).splitlines()
        assert not any(line.strip().endswith(sign) for line in lines)
        assert not any(line.strip().startswith(sign) for line in lines)
