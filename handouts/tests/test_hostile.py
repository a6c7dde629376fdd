"""Hostile notebooks: what looks like Typst is text, and nothing is read."""

from __future__ import annotations

import handout_samples as sample
import pytest
from handout_pdfs import pdf_of, tags_in, text_of, with_title

from handouts.typesetting import TypesettingError, typeset


def test_text_that_looks_like_typst_is_text():
    attack = 'Look: #read("/etc/passwd") and #image("x.png") ] #panic("!") \\ ${ "'
    cells = [
        sample.markdown(attack.replace("\\ $", "")),
        sample.code(attack + '")', outputs=[sample.printed('") #panic("out")')]),
        sample.markdown('$\\text{") #panic("math") #("}$ and `") #panic("code")`'),
        sample.markdown('## Heading ] #panic("heading")'),
        sample.markdown('[link ] #panic("link")](https://x.org/")#panic()("")'),
    ]
    text = " ".join(text_of(pdf_of(with_title(*cells))).split())
    assert '#read("/etc/passwd")' in text
    assert "root:" not in text
    for place in ("out", "code", "heading"):
        assert f'#panic("{place}")' in text.replace("”", '"').replace("“", '"')


@pytest.mark.parametrize(
    "attack", ['#read("/etc/passwd")', '#image("../../etc/x.png")', '#read("../x")']
)
def test_typst_itself_sees_nothing_outside_of_its_folder(attack):
    with pytest.raises(TypesettingError):
        typeset(attack, {})


def test_alt_text_cannot_break_out():
    cell = sample.code("show()", outputs=[sample.figure(alt='x") #panic("alt") #("\\')])
    assert "#panic" in dict(tags_in(pdf_of(with_title(cell))))["/Figure"]
