"""Pictures are found in each form that notebooks store, and keep their words."""

from __future__ import annotations

import handout_samples as sample
import pytest
from handout_pdfs import SETTINGS, pdf_of, tags_in, with_title

from handouts.embedded import pictures_in_html, with_pictures_apart
from handouts.lint import lint

TAG = f'<img alt="A &lt; B" width="30" src="data:image/png;base64,{sample.png()}">'


def test_a_picture_in_html_becomes_an_output_of_its_own():
    lesson = with_title(
        sample.code("show(fig)", outputs=[sample.html_figure(sample.ALT)])
    )
    [output] = with_pictures_apart(lesson).cells[-1].outputs
    html = lesson.cells[-1].outputs[0].data["text/html"]
    assert output.data["image/png"] in html
    assert output.metadata["image/png"] == {"alt": sample.ALT, "width": "300"}


@pytest.mark.parametrize(
    "html, count",
    [
        (TAG, 1),
        (f"<div><p>{TAG}<br>{TAG}</p></div><script>let x = '<b>';</script>", 2),
        (f"<style>img {{ color: red }}</style>\n{TAG}", 1),
        (f"<b>Look:</b>{TAG}", 0),
        (f"Look: {TAG}", 0),
        (f"<table><tr><td>{TAG}</td></tr></table>", 0),
        (f'{TAG}<img alt="far" src="https://example.org/a.png">', 0),
        ('<img alt="drawn" src="data:image/svg+xml;base64,AAAA">', 0),
        ("<b>no picture</b>", 0),
    ],
)
def test_html_counts_as_pictures_if_it_shows_nothing_else(html, count):
    found = pictures_in_html(html)
    assert len(found) == count
    assert all(picture.alt == "A < B" and picture.width == "30" for picture in found)


def test_frames_of_a_slider_are_printed_each_with_its_words():
    alts = [f"step {step}: the frame stands at {step}." for step in range(1, 5)]
    frames = sample.html_figure(*alts, around="<script>start()</script>")
    pdf = pdf_of(with_title(sample.code("explore(draw)", outputs=[frames])))
    assert [alt for role, alt in tags_in(pdf) if role == "/Figure"] == alts


def test_html_picture_without_alt_text_is_refused():
    cell = sample.code("x", outputs=[sample.html_figure("A fine picture.", "")])
    [problem] = lint(with_title(cell), "x", SETTINGS)
    assert "a picture without alt text" in problem
