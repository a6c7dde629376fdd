"""Other people's notebooks: all converts, and marks stand for what is lost."""

from __future__ import annotations

import io
import re
from base64 import b64encode
from collections import Counter

import handout_samples as sample
import pytest
from handout_pdfs import tags_in, text_of, with_title
from hostile_inputs import encoded, svg
from nbformat import NotebookNode
from nbformat.v4 import new_raw_cell
from PIL import Image
from pypdf import PdfReader

from handouts.handout import Printed, Source, printed
from handouts.language import code_language, spoken_language
from handouts.losses import closing_line
from handouts.outputs import plain_text, printed_form
from handouts.pictures import picture, printed_width
from handouts.settings import Settings

PLOTLY = "application/vnd.plotly.v1+json"
WIDGET = "application/vnd.jupyter.widget-view+json"
FRAME = (
    "<div><style>x{}</style><table class='dataframe'><thead><tr><th></th><th>city</th>"
    "<th>size</th></tr></thead><tbody><tr><th>0</th><td>Bern</td><td>1.5</td></tr>"
    "</tbody></table></div>"
)


def lenient(*cells: NotebookNode, folder=None) -> Printed:
    """Return the PDF of a notebook of these cells."""
    source = Source(sample.notebook(*cells), "some_lesson", folder)
    return printed(source, "student", "a4", Settings())


def shown(data: dict, **about: object) -> Printed:
    return lenient(
        sample.markdown("# T"), sample.code("x", outputs=[sample.shown(data)])
    )


def image(kind: str, mode: str = "RGB") -> str:
    return encoded(Image.new(mode, (30, 20)), kind)


@pytest.mark.parametrize(
    ("data", "loss", "text"),
    [
        ({PLOTLY: {}, "text/plain": "Figure({})"}, "Plotly figure", "Plotly figure"),
        ({WIDGET: {}, "text/plain": "IntSlider(value=3)"}, "widget", "IntSlider"),
        ({"application/pdf": "AA", "text/plain": "<Figure>"}, "picture{s} in PDF", ""),
        ({"application/vnd.vegalite.v5+json": {}}, "Vega chart", ""),
        ({"application/javascript": "x"}, "script", ""),
        ({"text/plain": "<Figure size 6x4 with 1 Axes>"}, "only the name", "Figure"),
        ({"image/png": "aGk=", "text/plain": "<Figure>"}, "can't be read", "Figure"),
        ({"text/html": "<script>x</script>"}, "HTML output", "HTML output"),
        ({"text/html": "<b>x</b><iframe src=x></iframe>"}, "embedded page", "x"),
        ({"image/png": image("PNG")}, "without alt text", ""),
    ],
)
def test_loss_is_marked_and_counted(data, loss, text):
    result = shown(data)
    [kind] = +result.losses
    assert loss in kind
    assert text in text_of(result.pdf)


@pytest.mark.parametrize(
    ("data", "figures", "text"),
    [
        ({"image/gif": image("GIF")}, 1, ""),
        ({"image/webp": image("WEBP")}, 1, ""),
        ({"image/jpeg": image("JPEG", "CMYK")}, 1, ""),
        (svg("<rect width='9' height='9'/>").pop("data"), 1, ""),
        ({"text/html": FRAME, "text/plain": "  city"}, 0, "Bern"),
        ({"text/html": "<p>An <b>output</b></p>"}, 0, "An output"),
        ({"text/html": "<b>x</b>", "text/plain": "plain"}, 0, "plain"),
        ({"text/latex": "\\begin{align}\nabc &= d\n\\end{align}"}, 0, "=\ud835\udc51"),
        ({WIDGET: {}, "text/plain": " 50%|#####"}, 0, "50%|#####"),
        ({"text/html": "<img alt='a' src='data:;base64," + sample.png() + "'>"}, 1, ""),
    ],
)
def test_every_form_of_output_is_printed(data, figures, text):
    result = shown(data)
    assert [role for role, _ in tags_in(result.pdf)].count("/Figure") == figures
    assert text.encode("utf-16", "surrogatepass").decode("utf-16") in text_of(
        result.pdf
    ).replace(" = ", "=")
    assert not any("read" in kind and "TeX" not in kind for kind in +result.losses)


def test_frame_is_a_table_with_header():
    roles = Counter(role for role, _ in tags_in(shown({"text/html": FRAME}).pdf))
    assert roles["/Table"] == 1
    assert roles["/TH"] >= 3
    assert roles["/TR"] == 2


def test_attached_and_local_pictures_are_printed(tmp_path):
    Image.new("RGB", (40, 30)).save(tmp_path / "a b.png")
    cell = sample.markdown(
        "![one](attachment:x.png) ![two](<a b.png>) ![three](a%20b.png)\n\n"
        '<img src="a b.png" width="50%" alt="four"> ![five](http://x.org/y.png)'
    )
    cell["attachments"] = {"x.png": {"image/png": sample.png()}}
    result = lenient(sample.markdown("# T"), cell, folder=tmp_path)
    figures = [alt for role, alt in tags_in(result.pdf) if role == "/Figure"]
    assert figures == ["one", "two", "three", "four"]
    assert result.losses["picture{s} from elsewhere, never fetched"] == 1


def test_html_in_markdown_is_printed():
    text = text_of(
        lenient(
            sample.markdown(
                "<center><b>Bold</b> and $x^2$</center>\n\n<details><summary>More"
                "</summary>\n\nInside.\n\n</details>\n\n<table><tr><td>cell</td></tr>"
                "</table> costs $5 or $6"
            )
        ).pdf
    )
    for words in ("Bold", "More", "Inside.", "cell", "$5 or $6"):
        assert words in text


def test_levels_of_headings_never_skip():
    cells = [sample.markdown(text) for text in ("before", "### a", "# b\n#### c\n## d")]
    roles = [role for role, _ in tags_in(lenient(*cells).pdf)]
    levels = [int(role[2:]) for role in roles if re.fullmatch(r"/H\d", role)]
    assert levels == [1, 1, 2, 2]


def test_title_is_the_first_heading_of_level_1_or_the_file():
    def title(*sources: str) -> str:
        pdf = lenient(*map(sample.markdown, sources)).pdf
        return PdfReader(io.BytesIO(pdf)).metadata.title

    assert title("text", "## a", "# b") == "b"
    assert title("text", "## a") == "some_lesson"
    assert "some_lesson" in text_of(lenient(sample.markdown("text")).pdf)


def test_unexecuted_raw_tagged_and_failed_cells_are_printed():
    text = text_of(
        lenient(
            sample.never_executed(),
            new_raw_cell("raw words"),
            sample.markdown("tagged words", "whatever"),
            sample.failed(),
            sample.code("", outputs=[sample.printed("of an empty cell")]),
        ).pdf
    )
    for words in ("x = 1", "raw words", "tagged words", "ValueError: too small"):
        assert words in text
    assert "of an empty cell" in text


def test_what_cannot_be_set_is_printed_as_tex():
    result = lenient(sample.markdown("$x$ and $\\unknownmacro x$ and \\newpage"))
    assert "\\unknownmacro x" in text_of(result.pdf)
    assert "\\newpage" in text_of(result.pdf)
    assert result.losses["formula{s} printed as TeX"] == 1


def test_character_without_a_font_is_replaced_and_counted():
    cells = [sample.markdown("a \U0010fffd b"), sample.code("'\U0010fffd'")]
    result = lenient(*cells)
    assert "\ufffd" in text_of(result.pdf)
    assert result.losses["character{s} that no font here has"] == 2


def test_long_output_is_cut_with_a_note():
    lines = "\n".join(f"line {number}" for number in range(5000))
    result = lenient(sample.code("x", outputs=[sample.printed(lines)]))
    text = text_of(result.pdf)
    assert "4,100 lines left out" in text
    assert "line 0" in text and "line 4999" in text
    assert result.losses["long text{s} cut"] == 1


@pytest.mark.parametrize(
    "source",
    [
        "$$" + " + ".join(f"x_{{{n}}}" for n in range(24)) + "$$",
        "$$" + " + ".join(f"x_{{{n}}}" for n in range(80)) + "$$",
        "`" + "long_code_" * 12 + "`",
        "longword" * 20,
        f"|{'accuracy0|' * 14}\n|{'--|' * 14}\n|{'0.12345|' * 14}",
        "https://example.org/" + "path/" * 40,
    ],
)
def test_nothing_runs_off_the_page(source):
    page = PdfReader(io.BytesIO(lenient(sample.markdown(source)).pdf)).pages[0]
    positions = []
    page.extract_text(
        visitor_text=lambda text, ctm, matrix, *_: (
            positions.append(matrix[4] * ctm[0] + ctm[4]) if text.strip() else None
        )
    )
    assert min(positions) > 50 and max(positions) < 595 - 50


def test_links_to_other_files_are_kept():
    pdf = lenient(sample.markdown("[data](data/x.csv) [next](02_next.ipynb)")).pdf
    links = PdfReader(io.BytesIO(pdf)).pages[0]["/Annots"]
    targets = {link.get_object()["/A"]["/URI"] for link in links}
    assert targets == {"data/x.csv", "02_next.ipynb"}


@pytest.mark.parametrize(
    ("text", "metadata", "language"),
    [
        ("Dies ist ein deutscher Text.", {}, "de"),
        ("Ceci est un texte dans la langue des poètes", {}, "fr"),
        ("This is the text", {}, "en"),
        ("Привет", {}, "ru"),
        ("これは日本語", {}, "ja"),
        ("12 + 3", {}, "en"),
        ("This is the text", {"language": "pt_BR"}, "pt-br"),
        ("This is the text", {"language": "Python"}, "en"),
    ],
)
def test_language_of_the_text(text, metadata, language):
    notebook = sample.notebook(sample.markdown(text))
    notebook.metadata.update(metadata)
    assert spoken_language(notebook) == language


def test_language_is_in_the_pdf():
    pdf = lenient(sample.markdown("# Faltung\n\nDies ist ein deutscher Text.")).pdf
    assert PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/Lang"] == "de"


def test_language_of_the_code():
    notebook = sample.notebook()
    assert code_language(notebook) == "python"
    notebook.metadata["language_info"] = {"name": "R"}
    assert code_language(notebook) == "r"
    notebook.metadata["language_info"] = {"name": "C++17"}
    assert code_language(notebook) == "cpp"


@pytest.mark.parametrize(
    "name", ["main", "template", "code", "lesson", "a b'\"#c", "é"]
)
def test_notebook_may_have_any_name(name):
    source = Source(with_title(sample.markdown("hello")), name)
    assert "hello" in text_of(printed(source, "student", "a4", Settings()).pdf)


def test_escapes_of_terminals_leave_the_text():
    link = (
        "\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\ \x1b]0;title\x07\x1b[38;5;1mred\x1b(B"
    )
    assert plain_text(link) == "link red"
    assert plain_text("ab\bc\n|\b/\b-\bdone") == "ac\ndone"


def test_strict_takes_no_name_of_a_figure_for_a_figure():
    for data in ({}, {"application/pdf": "A"}, {PLOTLY: {}}):
        bundle = {"text/plain": "<Figure size 640x480 with 1 Axes>", **data}
        assert printed_form(NotebookNode(bundle)) is None


def test_drawing_reaches_nothing():
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="x()">'
        '<script>x</script><image href="http://x/y.png"/><a href="http://x">'
        '<rect style="fill:url(http://x)"/></a><use href="#ok"/></svg>'
    )
    found = picture(drawing.encode())
    assert found.incomplete
    for word in (b"script", b"onload", b"http://x"):
        assert word not in found.content
    assert b"#ok" in found.content


@pytest.mark.parametrize(
    ("stated", "points"),
    [(100, 75), ("100", 75), ("100px", 75), ("50%", 235.25), ("x", 30), (None, 30)],
)
def test_width_as_stated(stated, points):
    assert printed_width((40, 20), stated) == points


def test_closing_line_names_every_kind():
    losses = Counter({"picture{s} lost": 3, "widget{s} left": 1, "nothing": 0})
    line = closing_line("x.ipynb", losses)
    assert line == "note: x.ipynb: 3 pictures lost, 1 widget left"
    assert closing_line("x.ipynb", Counter({"nothing": 0})) == ""


def test_data_of_a_picture_may_be_a_drawing():
    data = b64encode(b'<svg xmlns="http://www.w3.org/2000/svg"/>').decode()
    result = lenient(sample.markdown(f"![d](data:image/svg+xml;base64,{data})"))
    assert ("/Figure", "d") in tags_in(result.pdf)
