"""Tables with cells over several columns or rows, and heads of several rows."""

from __future__ import annotations

import re

import handout_samples as sample
from handout_pdfs import composed, text_of, with_title

from handouts.handout import lesson_pdf
from handouts.markdown import fragment
from handouts.settings import Settings


def grid(html: str) -> list[list[str]]:
    """Return the rows of a table as the words of its cells, the head first."""
    rows = re.findall(r"\((\[.*\]),\)", fragment(html, "html").typst)
    return [re.findall(r"\[([^\]]*)\]", row) for row in rows]


def table(head: str, *rows: str) -> str:
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return f"<table><thead>{head}</thead><tbody>{body}</tbody></table>"


def test_a_column_says_all_that_stands_above_it():
    head = "<tr><th></th><th colspan=2>A</th><th>B</th></tr>"
    head += "<tr><th></th><th>x</th><th>y</th><th>x</th></tr>"
    head += "<tr><th>name</th><th></th><th></th><th></th></tr>"
    found = grid(table(head, "<td>1</td><td>2</td><td>3</td><td>4</td>"))
    assert found == [["name", "A x", "A y", "B x"], ["1", "2", "3", "4"]]


def test_a_tall_cell_moves_the_cells_of_the_rows_that_it_covers():
    head = "<tr><th>a</th><th>b</th></tr>"
    found = grid(table(head, "<th rowspan=2>one</th><td>1</td>", "<td>2</td>"))
    assert found == [["a", "b"], ["one", "1"], ["", "2"]]


def test_a_wide_cell_leaves_its_other_columns_empty():
    head = "<tr><th>a</th><th>b</th><th>c</th></tr>"
    found = grid(table(head, "<td>1</td><td colspan=2>2</td>", "<td>3</td>"))
    assert found == [["a", "b", "c"], ["1", "2", ""], ["3", "", ""]]


def test_a_cell_that_claims_to_be_wider_than_any_page_is_cut():
    (head,) = grid(table("<tr><th colspan=9999>x</th></tr>"))
    assert len(head) <= 64


def test_a_wide_table_without_a_head_is_printed():
    cell = "<td>" + "word " * 40 + "</td>"
    notebook = with_title(sample.markdown(f"<table><tr>{2 * cell}</tr></table>"))
    lenient = Settings()
    main = composed(notebook, "wide", "student", lenient)
    assert text_of(lesson_pdf(main, "a4", lenient)).count("word") == 80
