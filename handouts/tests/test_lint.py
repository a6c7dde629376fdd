"""What would print badly is refused: notebook, cell, what, what to do."""

from __future__ import annotations

import re

import handout_samples as sample
import nbformat
import pytest
from handout_pdfs import SETTINGS, with_title

from handouts.lint import lint
from handouts.outputs import printed_form
from handouts.settings import Settings

TABLE_WITHOUT_HEADER = "|  |  |\n|---|---|\n| 1 | 2 |"
WIDGET = {"application/vnd.jupyter.widget-view+json": {"model_id": "0"}}
HTML = {"text/html": "<b>x</b>", "text/plain": "<IPython.core.display.HTML object>"}


def folded_without_tag():
    cell = sample.code("x = 1")
    cell.metadata["jupyter"] = {"source_hidden": True}
    return cell


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (sample.never_executed(), "never executed"),
        (sample.failed(), "ValueError: too small"),
        (sample.code("show(f)", outputs=[sample.figure(alt=" ")]), "without alt text"),
        (sample.code("x", outputs=[sample.shown(HTML)]), "text/html"),
        (
            sample.code("x", outputs=[sample.shown({"text/html": "<b>x</b>"})]),
            "without text",
        ),
        (sample.code("x", outputs=[sample.shown(WIDGET)]), "widget without a picture"),
        (
            sample.code("x", outputs=[sample.shown({"image/svg+xml": "<svg/>"})]),
            "image/svg+xml",
        ),
        (
            sample.code("x", outputs=[sample.shown({"text/markdown": "<b>x</b>"})]),
            "HTML (<b>)",
        ),
        (sample.markdown("![](https://example.org/a.png)"), "remote"),
        (sample.markdown("![a cat](https://example.org/a.png)"), "remote"),
        (sample.markdown("![](cat.png)"), "no alt text"),
        (sample.markdown("![cat](attachment:cat.png)"), "embedded"),
        (sample.markdown("![cat](file:///etc/passwd)"), "picture file:///etc/passwd"),
        (sample.markdown('<img src="cat.png" alt="cat">'), "HTML (<img"),
        (sample.markdown("<script>alert(1)</script>"), "HTML (<script>"),
        (sample.markdown("[x](javascript:alert)"), "link to javascript"),
        (
            sample.markdown("<details><summary>A</summary>\n\nb\n\n</details>"),
            "<details> outside",
        ),
        (
            sample.markdown("<details><summary>A</summary>\n\nb", "hint"),
            "nested or not closed",
        ),
        (sample.markdown("# Another title"), "second heading of level 1"),
        (sample.markdown("### Deep"), "skips a level"),
        (sample.markdown("## Look here", "hint"), "heading in a hint"),
        (sample.markdown("## Look here", "solution"), "heading in a hint or solution"),
        (sample.markdown(TABLE_WITHOUT_HEADER), "without a header row"),
        (sample.markdown("$\\unknownmacro x$"), "\\unknownmacro"),
        (sample.markdown("$a_{b$"), "begins no formula"),
        (sample.markdown("$$\nx\n\ny\n$$"), "begins no formula"),
        (sample.markdown("$\\color{red}{x}$"), "color is lost"),
        (sample.markdown("$\\left( x$"), "\\left has no \\right"),
        (sample.markdown("$x_1_2$"), "two subscripts"),
        (sample.markdown("$x \\tag{1}$"), "\\tag works in a displayed formula"),
        (sample.markdown("$$x \\tag{1} \\tag{2}$$"), "\\tag works once"),
        (
            sample.markdown("\\begin{tikzpicture}\nx\n\\end{tikzpicture}"),
            "the environment tikzpicture isn't known",
        ),
        (sample.markdown("\\input{/etc/passwd}"), "raw TeX"),
        (sample.markdown('```{=typst}\n#read("x")\n```'), "raw typst"),
        (sample.markdown('`#read("x")`{=typst}'), "raw typst"),
        (sample.markdown("A cat: \u732b"), "U+732B"),
        (sample.code("x = '\U0001f408'"), "U+1F408"),
        (sample.code("x", outputs=[sample.printed("\u732b")]), "U+732B"),
        (sample.markdown("x", "Solution"), 'unknown tag "Solution"'),
        (folded_without_tag(), "neither solution nor plumbing"),
        (nbformat.v4.new_raw_cell("\\input{x}"), "raw cell"),
    ],
)
def test_each_problem_is_one_line_that_names_the_cell(cell, said):
    problems = lint(with_title(cell), "07_lesson", SETTINGS)
    assert len(problems) == 1, problems
    assert problems[0].startswith("07_lesson, cell 2 (id cell-2): ")
    assert said in problems[0]
    assert "\n" not in problems[0]


def test_attachment_is_refused():
    cell = sample.markdown("text")
    cell["attachments"] = {"cat.png": {"image/png": sample.png()}}
    assert "attached picture" in lint(with_title(cell), "x", SETTINGS)[0]


def test_title_is_required():
    notebook = sample.notebook(sample.markdown("## Section"))
    problems = lint(notebook, "07_lesson", SETTINGS)
    assert any("no title" in problem for problem in problems)


def test_solution_that_other_cells_use_is_refused():
    notebook = sample.lesson()
    notebook.cells.append(sample.code("print(solution_double(2))"))
    notebook.cells[-1]["id"] = "late"
    assert any("uses solution_double" in line for line in lint(notebook, "x", SETTINGS))


def test_class_of_a_solution_that_other_cells_use_is_refused():
    notebook = with_title(
        sample.code("class SolutionNet:\n    pass", "solution"),
        sample.code("net = SolutionNet()"),
    )
    [problem] = lint(notebook, "x", SETTINGS)
    assert "cell 3" in problem and "uses SolutionNet" in problem


def test_without_known_tags_every_tag_is_accepted():
    notebook = with_title(sample.markdown("x", "whatever"))
    assert lint(notebook, "x", Settings()) == []


def test_advice_is_the_one_of_the_settings():
    notebook = with_title(sample.code("plot()", outputs=[sample.figure(alt="")]))
    [advice] = lint(notebook, "x", SETTINGS)
    assert advice.endswith("use show(fig, alt)")
    [neutral] = lint(notebook, "x", Settings())
    assert "display(figure, metadata=" in neutral


def test_all_problems_are_listed_in_order_of_cells():
    notebook = with_title(
        sample.never_executed(), sample.markdown("\u732b"), sample.failed()
    )
    found = [
        re.search(r"cell (\d)", line).group(1) for line in lint(notebook, "x", SETTINGS)
    ]
    assert found == ["2", "3", "4"]


def test_details_may_be_shown_as_code():
    text = "Write `<details>` like this:\n\n```html\n<details>x</details>\n```"
    assert lint(with_title(sample.markdown(text)), "x", SETTINGS) == []


def test_plain_text_beside_html_is_printed():
    assert printed_form({"text/html": "<table/>", "text/plain": "a  b"}) == "text/plain"
