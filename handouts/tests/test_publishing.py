"""Handouts: nothing vanishes, nothing leaks, nothing is executed, all is accessible."""

from __future__ import annotations

import io
import re
from pathlib import Path

import nbformat
import publishing_samples as sample
import pytest
from pypdf import PdfReader

from lessons_lib.publishing.__main__ import NOTEBOOKS, main, publish
from lessons_lib.publishing.document import compose, plain_text, printed_form, unspoken
from lessons_lib.publishing.editions import (
    EDITIONS,
    FoldingError,
    student_edition,
    unfolded,
)
from lessons_lib.publishing.exporter import TypstPDFExporter
from lessons_lib.publishing.handout import Lesson, course_pdf, lesson_pdf
from lessons_lib.publishing.lint import lint
from lessons_lib.publishing.markdown import fragment, spoken_formulas
from lessons_lib.publishing.speech import formulas_of, updated
from lessons_lib.publishing.typesetting import DESIGN, HERE, TypesettingError, typeset


def pdf_of(notebook, edition="student", paper="a4", name="01_sample") -> bytes:
    assert lint(notebook, name) == []
    return lesson_pdf(Lesson(notebook, compose(notebook, name, edition)), paper)


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def with_title(*cells):
    return sample.notebook(sample.markdown("# Title"), *cells)


@pytest.fixture(scope="module")
def pdfs() -> dict[str, bytes]:
    return {edition: pdf_of(sample.lesson(), edition) for edition in EDITIONS}


# What a handout contains -----------------------------------------------------------


def test_sample_lesson_has_no_problem():
    assert lint(sample.lesson(), "01_sample") == []


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


def tags_in(pdf: bytes) -> list[tuple[str, str]]:
    """Return (role, alt text) of each structure element, in reading order."""
    found = []

    def visit(element):
        element = element.get_object()
        if isinstance(element, list):
            for child in element:
                visit(child)
        elif hasattr(element, "get"):
            if "/S" in element:
                found.append((element["/S"], str(element.get("/Alt", ""))))
            if "/K" in element:
                visit(element["/K"])

    root = PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/StructTreeRoot"]
    visit(root["/K"])
    return found


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


def test_progress_bars_end_as_they_do_on_screen():
    assert plain_text("10%\r50%\r100%\ndone\x1b[0m\r\n") == "100%\ndone"


def test_links_lead_to_sections_and_lessons():
    first = with_title(sample.markdown("## Here we are\n\n[go](#Here-we-are)"))
    second = with_title(sample.markdown("[first](01_first.ipynb)"))
    lessons = [
        Lesson(first, compose(first, "01_first", "student")),
        Lesson(second, compose(second, "02_second", "student")),
    ]
    alone = PdfReader(io.BytesIO(lesson_pdf(lessons[1], "a4")))
    assert "/Annots" not in alone.pages[0]
    together = PdfReader(io.BytesIO(course_pdf(lessons, "student", "a4")))
    assert len(together.pages) == 4
    assert len(together.pages[2]["/Annots"]) == 1
    assert len(together.pages[3]["/Annots"]) == 1


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


# Editions --------------------------------------------------------------------------


def test_students_get_no_trace_of_a_solution(pdfs):
    notebook = student_edition(sample.lesson())
    nbformat.validate(notebook)
    assert "SECRET" not in nbformat.writes(notebook)
    text = text_of(pdfs["student"])
    assert "SECRET" not in text
    assert "Solution" not in text
    assert not any("SECRET" in alt for _, alt in tags_in(pdfs["student"]))
    assert b"SECRET" not in pdfs["student"]


def test_instructors_get_all_of_every_solution(pdfs):
    text = text_of(pdfs["instructor"])
    for piece in ("SECRET-source", "SECRET-output", "SECRET-answer"):
        assert piece in text
    assert any("SECRET-alt" in alt for _, alt in tags_in(pdfs["instructor"]))


def test_student_notebook_keeps_exercises_checks_and_hints():
    original = sample.lesson()
    tags = [tag for cell in original.cells for tag in cell.metadata.get("tags", [])]
    kept = student_edition(original)
    assert [t for c in kept.cells for t in c.metadata.get("tags", [])] == [
        tag for tag in tags if tag != "solution"
    ]
    assert [c.id for c in kept.cells] == [
        c.id for c in original.cells if "solution" not in c.metadata.get("tags", [])
    ]


def test_metadata_of_a_session_does_not_reach_students():
    notebook = sample.lesson()
    notebook.metadata["widgets"] = {"state": "SECRET"}
    notebook.cells[0].metadata["history"] = "SECRET"
    assert "SECRET" not in nbformat.writes(student_edition(notebook))


def test_student_edition_leaves_the_original_alone():
    notebook = sample.lesson()
    before = nbformat.writes(notebook)
    student_edition(notebook)
    assert nbformat.writes(notebook) == before


def test_hints_come_last_for_students_and_in_place_for_instructors(pdfs):
    student, instructor = text_of(pdfs["student"]), text_of(pdfs["instructor"])
    assert student.index("Quiz") < student.index("Hints") < student.index("HINT-1")
    assert student.index("HINT-1") < student.index("HINT-2")
    assert instructor.index("HINT-1") < instructor.index("SECRET-source")
    assert instructor.index("SECRET-source") < instructor.index("HINT-2")
    last = len(PdfReader(io.BytesIO(pdfs["student"])).pages)
    assert f"hint on page {last}" in " ".join(student.split())


def test_not_tried_yet_is_not_printed(pdfs):
    assert all("Not tried yet" not in text_of(pdf) for pdf in pdfs.values())


def test_check_that_says_something_else_is_printed():
    cell = sample.code(
        "check.f(f)", "check", outputs=[sample.printed("Right: 3 cases agree\n")]
    )
    assert "Right: 3 cases" in text_of(pdf_of(with_title(cell)))


def test_several_folded_blocks_in_a_cell():
    source = (
        "Before\n<details><summary>One</summary>\n\n1\n\n</details>\n"
        "<details>\n<summary>**Two**</summary>\n\n2\n\n</details>\nAfter"
    )
    labels = [part.label for part in unfolded(source)]
    assert labels == [None, "One", "Two", None]


@pytest.mark.parametrize(
    "source",
    [
        "<details><summary>A</summary>open",
        "</details>",
        "<details><summary>A</summary><details><summary>B</summary></details></details>",
        "<details>no summary</details>",
    ],
)
def test_broken_folding_is_refused(source):
    with pytest.raises(FoldingError):
        unfolded(source)


# Problems --------------------------------------------------------------------------

TABLE_WITHOUT_HEADER = "|  |  |\n|---|---|\n| 1 | 2 |"
WIDGET = {"application/vnd.jupyter.widget-view+json": {"model_id": "0"}}
HTML = {"text/html": "<b>x</b>", "text/plain": "<IPython.core.display.HTML object>"}


def never_executed():
    cell = sample.code("x = 1")
    cell["execution_count"] = None
    return cell


def folded_without_tag():
    cell = sample.code("x = 1")
    cell.metadata["jupyter"] = {"source_hidden": True}
    return cell


def failed():
    output = nbformat.v4.new_output(
        "error", ename="ValueError", evalue="too small", traceback=[]
    )
    return sample.code("f()", outputs=[output])


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (never_executed(), "never executed"),
        (failed(), "ValueError: too small"),
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
        (sample.markdown("$ x $"), "begins no formula"),
        (sample.markdown("$$\nx\n\ny\n$$"), "begins no formula"),
        (sample.markdown("$\\color{red}{x}$"), "color is lost"),
        (sample.markdown("$\\hspace{1cm}$"), "\\hspace is lost"),
        (
            sample.markdown("$$\\begin{array}{c|c} a & b \\end{array}$$"),
            "rules in an array",
        ),
        (sample.markdown("$\\left( x \\right.$"), "lost in print"),
        (sample.markdown("$$x \\tag{1} \\tag{2}$$"), "\\tag works once"),
        (sample.markdown("$\\boxed{x}$"), "boxed"),
        (
            sample.markdown("\\begin{equation}\nx\n\\end{equation}"),
            "raw TeX (\\begin{equation})",
        ),
        (sample.markdown("\\input{/etc/passwd}"), "raw TeX"),
        (sample.markdown('```{=typst}\n#read("x")\n```'), "raw typst"),
        (sample.markdown('`#read("x")`{=typst}'), "raw typst"),
        (sample.markdown("A cat: \u732b"), "U+732B"),
        (sample.code("x = '\U0001f408'"), "U+1F408"),
        (sample.code("x", outputs=[sample.printed("\u732b")]), "U+732B"),
        (sample.markdown("x", "Solution"), 'unknown tag "Solution"'),
        (folded_without_tag(), "not tagged solution"),
        (nbformat.v4.new_raw_cell("\\input{x}"), "raw cell"),
    ],
)
def test_each_problem_is_one_line_that_names_the_cell(cell, said):
    problems = lint(with_title(cell), "07_lesson")
    assert len(problems) == 1, problems
    assert problems[0].startswith("07_lesson, cell 2 (id cell-2): ")
    assert said in problems[0]
    assert "\n" not in problems[0]


def test_attachment_is_refused():
    cell = sample.markdown("text")
    cell["attachments"] = {"cat.png": {"image/png": sample.png()}}
    assert "attached picture" in lint(with_title(cell), "x")[0]


def test_title_is_required():
    notebook = sample.notebook(sample.markdown("## Section"))
    problems = lint(notebook, "07_lesson")
    assert any("no title" in problem for problem in problems)


def test_solution_that_other_cells_use_is_refused():
    notebook = sample.lesson()
    notebook.cells.append(sample.code("print(solution_double(2))"))
    notebook.cells[-1]["id"] = "late"
    assert any("uses solution_double" in line for line in lint(notebook, "x"))


def test_all_problems_are_listed_in_order_of_cells():
    notebook = with_title(never_executed(), sample.markdown("\u732b"), failed())
    found = [re.search(r"cell (\d)", line).group(1) for line in lint(notebook, "x")]
    assert found == ["2", "3", "4"]


def test_details_may_be_shown_as_code():
    text = "Write `<details>` like this:\n\n```html\n<details>x</details>\n```"
    assert lint(with_title(sample.markdown(text)), "x") == []


def test_a_notebook_that_a_student_worked_on_is_exported():
    notebook = sample.lesson()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell["execution_count"] = 42
        if "exercise" in cell.metadata.get("tags", []):
            cell["source"] = "def double(x):\n    return x + x"
    assert "return x + x" in text_of(pdf_of(notebook))


def test_plain_text_beside_html_is_printed():
    assert printed_form({"text/html": "<table/>", "text/plain": "a  b"}) == "text/plain"


# Hostile notebooks -----------------------------------------------------------------


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


# Formulas --------------------------------------------------------------------------

FORMULAS = r"""
y_{ij} = \sum_{a=0}^{k-1} \sum_{b=0}^{k-1} w_{ab}\, x_{i+a,\,j+b} + b
\left\lfloor\frac{n + 2p - d(k-1) - 1}{s}\right\rfloor + 1
\lfloor n/2 \rfloor + \lceil x \rceil
(f * g)[n] = \sum_{m=-\infty}^{\infty} f[m]\, g[n-m]
\mathrm{ReLU}(x) = \max(0, x)
\operatorname{softmax}(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}
\hat{y} = \operatorname*{arg\,max}_k p_k
\mathcal{L} = -\frac{1}{N}\sum_{n=1}^{N} \log p_{n, y_n}
\frac{\partial \mathcal{L}}{\partial W^{(1)}_{ij}} = p - y
\left.\frac{\partial f}{\partial x}\right|_{x=0}
\frac{\partial f}{\partial x}\Big|_{x=0}
\theta \leftarrow \theta - \eta \nabla_\theta J(\theta)
v_t = \beta v_{t-1} + (1-\beta)\, g_t
\theta_{t+1} = \theta_t - \frac{\eta}{\sqrt{\hat{v}_t} + \epsilon}\,\hat{m}_t
\sigma_B^2 = \frac{1}{m}\sum_{i=1}^m (x_i - \mu_B)^2
\hat{x}_i = \frac{x_i - \mu_B}{\sqrt{\sigma_B^2 + \varepsilon}}
h_t = \tanh(W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh})
f_t = \sigma(W_f \cdot [h_{t-1}, x_t] + b_f)
\tilde{C}_t = \tanh(W_C [h_{t-1}, x_t] + b_C)
C_t = f_t \odot C_{t-1} + i_t \odot \tilde{C}_t
\sigma'(z) = \sigma(z)(1 - \sigma(z))
\mathbb{E}[X] = \int x\, p(x)\, dx
\mathrm{Var}[X] = \mathbb{E}[X^2] - \mathbb{E}[X]^2
x \sim \mathcal{N}(0, 0.1^2)
W \in \mathbb{R}^{m \times n}
\mathbf{x}^\top \mathbf{W} \boldsymbol{\theta}
\lVert x \rVert_2 + \|x\|_1 + |x| + \left\| x \right\|
\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix} \begin{pmatrix} a, c \\ b \end{pmatrix}
f(x) = \begin{cases} x & \text{if } x > 0,\\ 0 & \text{otherwise.} \end{cases}
\left\{ \begin{array}{ll} a & b \\ c & d\end{array}\right.
\begin{aligned} a &= b + c \\ &= d \end{aligned}
\begin{align} a &= b \\ c &= d \end{align}
\begin{equation} x = 1 \label{one} \end{equation}
\prod_{l=1}^{L} \frac{\partial h_l}{\partial h_{l-1}}
\underbrace{a + b}_{\text{sum}} + \overbrace{c}^{n}
10{,}000 \times 28 \times 28 \;\approx\; 7.8\!\cdot\!10^6
x \mapsto x + 1, \quad a \to b, \qquad c \implies d
p(y \mid x)
p\left(y \middle| x\right)
D_{\mathrm{KL}}(p \,\|\, q) = \sum_i p_i \log \frac{p_i}{q_i}
\binom{n}{k} + \sqrt[3]{x} \pm 5\%
A \otimes B \oplus C \cap D \cup E \setminus F
i \ne j \leq k \geq l \ll m \equiv n \propto o
\text{output size} = \text{input\_size} - \text{kernel size} + 1
\mathbf{1}_{x > 0} + \mathbb{1}[x > 0]
\max_{i,j} x_{ij} + \lim_{n \to \infty} a_n
r_l = r_{l-1} + (k_l - 1)\prod_{i<l} s_i
\Big( \sum_i x_i \Big)^2 + \bigl[ x \bigr] + \bigg\{ y \bigg\}
\overline{x} + \bar{x} + \dot{x} + \vec{x} + \widehat{xy}
\tfrac12 x + \dfrac{1}{2} y
\ell_1, \ldots, \ell_n, \cdots, \vdots, \ddots
O(n \log n)
\log_2 8 = 3
\det(H - \lambda I) = 0
f''(x)
\forall x \exists y \in \emptyset
a \bmod n \equiv b \pmod n
x^{(i)}_{t+1}
e^{-\frac{x^2}{2\sigma^2}}
\mathtt{kernel\_size} + \texttt{stride}
\sum_{\substack{i = 1 \\ i \ne j}}^{n} x_i
\overset{!}{=} \stackrel{d}{=} \xrightarrow{f}
\underset{\theta}{\operatorname{arg\,min}}\; L(\theta)
\star \ast \circ \bullet \dagger \nabla \Delta \Omega
\hbar \Re \Im \aleph
A^\intercal
\phantom{-}1
\cancel{x}
""".strip().splitlines()


def test_no_formula_vanishes_without_a_word():
    """Each formula is set in full, or lint names it."""
    cells = [sample.markdown(f"$${tex}$$") for tex in FORMULAS]
    notebook = with_title(*cells)
    refused = {
        int(re.search(r"cell (\d+)", line).group(1)) - 2: line
        for line in lint(notebook, "x")
    }
    assert all("formula" in line for line in refused.values())
    set_in_full = [c for n, c in enumerate(cells) if n not in refused]
    assert len(set_in_full) >= len(FORMULAS) - 3, refused
    pdf = pdf_of(sample.notebook(notebook.cells[0], *set_in_full))
    roles = [role for role, _ in tags_in(pdf)]
    assert roles.count("/Formula") == len(set_in_full)


@pytest.mark.parametrize(
    ("tex", "part"),
    [
        (r"a\!b", "h(-0.1667em)"),
        (r"a\;b", "thick"),
        (r"\left.\frac{a}{b}\right|_0", "lr(a / b|)_0"),
        (r"\Big|_0", "lr(size: #180%"),
        (r"\big\langle x", "lr(size: #120%, chevron.l)"),
        (r"\mathrm{ReLU}(x)", 'upright("ReLU")'),
        (r"\operatorname{softmax}(x)", 'op("softmax")'),
        (r"\operatorname*{median}_i", 'op("median", limits: #true)'),
        (r"10{,}000", '10","000'),
        (r"\|x\|", "bar.v.double"),
        (r"x \label{a}", "$x$"),
    ],
)
def test_what_pandoc_would_lose_is_kept(tex, part):
    formula = fragment(f"${tex}$").formulas[0]
    assert part in formula.typst


def test_names_of_the_design_do_not_reach_formulas():
    """`mono` and `accent` are functions of Typst's mathematics, and were ours, too."""
    notebook = with_title(sample.markdown(r"$\widehat{xy} + \texttt{stride}$"))
    text = text_of(pdf_of(notebook))
    assert "DejaVu" not in text
    assert "rgb" not in text


def test_bars_are_delimiters_where_they_come_in_pairs():
    assert "lr(|x|)_1" in fragment("$|x|_1$").formulas[0].typst
    assert "lr" not in fragment("$p(a|b) + q(c|d)$").formulas[0].typst


def test_tag_becomes_the_number_of_a_formula(pdfs):
    assert "(1)" in text_of(pdfs["student"])


def test_unknown_formula_falls_back_to_its_source():
    formula = fragment("$q_{unheard} + 17$").formulas[0]
    assert not formula.spoken
    assert '"q_{unheard} + 17"' in formula.typst
    notebook = with_title(sample.markdown("$q_{unheard} + 17$"))
    assert unspoken(notebook) == ["q_{unheard} + 17"]


def test_speech_table_gains_what_is_new_and_loses_what_is_unused(monkeypatch):
    asked = []

    def speak(formulas):
        asked.extend(formulas)
        return [f"spoken {tex}" for tex in formulas]

    monkeypatch.setattr("lessons_lib.publishing.speech.speak", speak)
    table = updated({"a": "ay", "gone": "gone"}, ["a", "b"])
    assert table == {"a": "ay", "b": "spoken b"}
    assert asked == ["b"]


def test_speech_table_is_in_step_with_the_lessons():
    """If not: python -m lessons_lib.publishing.speech."""
    lessons = sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))
    assert sorted(spoken_formulas()) == formulas_of(lessons)


# nbconvert and the command line ----------------------------------------------------


def test_nbconvert_exporter():
    exporter = TypstPDFExporter(edition="instructor", paper="us-letter")
    pdf, resources = exporter.from_notebook_node(sample.lesson())
    assert resources["output_extension"] == ".pdf"
    assert "SECRET-source" in text_of(pdf)
    student, _ = TypstPDFExporter().from_notebook_node(sample.lesson())
    assert "SECRET" not in text_of(student)


def test_nbconvert_exporter_lists_problems():
    notebook = with_title(never_executed(), failed())
    with pytest.raises(Exception, match="never executed") as caught:
        TypstPDFExporter().from_notebook_node(notebook)
    assert "ValueError" in str(caught.value)


@pytest.fixture
def course(tmp_path) -> list[Path]:
    paths = []
    for number in (1, 2):
        path = tmp_path / "notebooks" / f"0{number}_lesson.ipynb"
        path.parent.mkdir(exist_ok=True)
        nbformat.write(with_title(*sample.exercise(number)), path)
        paths.append(path)
    return paths


def all_of(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".published.json"
    }


def test_course_is_written_once_and_again_only_where_stale(course, tmp_path, capsys):
    exports = tmp_path / "exports"
    assert publish(course, exports, EDITIONS, "a4", whole_course=True) == 0
    written = all_of(exports)
    assert sorted(written) == [
        "course-instructor.pdf",
        "course.pdf",
        "instructor/01_lesson.pdf",
        "instructor/02_lesson.pdf",
        "student/01_lesson.ipynb",
        "student/01_lesson.pdf",
        "student/02_lesson.ipynb",
        "student/02_lesson.pdf",
    ]
    capsys.readouterr()
    assert publish(course, exports, EDITIONS, "a4", whole_course=True) == 0
    assert capsys.readouterr().out.count("wrote") == 0
    (exports / "course.pdf").unlink()
    notebook = nbformat.read(course[1], as_version=4)
    notebook.cells.append(sample.markdown("## New section"))
    nbformat.write(notebook, course[1])
    assert publish(course, exports, ("student",), "a4", whole_course=True) == 0
    out = capsys.readouterr().out
    assert out.count("wrote") == 3
    assert not re.search("wrote .*01_lesson", out)
    assert "note: 01_lesson: no speech for $x + x$" in out
    assert publish(course, exports, EDITIONS, "us-letter", whole_course=True) == 0
    assert capsys.readouterr().out.count("wrote") == 8


def test_a_problem_leaves_former_files_and_says_all(course, tmp_path, capsys):
    exports = tmp_path / "exports"
    publish(course, exports, EDITIONS, "a4", whole_course=True)
    before = all_of(exports)
    for path in course:
        notebook = nbformat.read(path, as_version=4)
        notebook.cells.append(sample.markdown("$\\nonsense$"))
        nbformat.write(notebook, path)
    capsys.readouterr()
    assert publish(course, exports, EDITIONS, "a4", whole_course=True) == 1
    said = capsys.readouterr()
    assert all_of(exports) == before
    assert "01_lesson, cell 7" in said.err
    assert "02_lesson, cell 7" in said.err
    assert "Traceback" not in said.err
    assert "wrote" not in said.out


def test_a_good_lesson_is_written_beside_a_bad_one(course, tmp_path):
    course[0].write_text("not a notebook")
    exports = tmp_path / "exports"
    assert publish(course, exports, ("student",), "a4", whole_course=True) == 1
    assert sorted(all_of(exports)) == [
        "student/02_lesson.ipynb",
        "student/02_lesson.pdf",
    ]


def test_nothing_half_written_when_the_disk_fails(course, tmp_path, monkeypatch):
    exports = tmp_path / "exports"
    publish(course, exports, ("student",), "a4")
    before = all_of(exports)

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr("lessons_lib.publishing.__main__.os.replace", fail)
    with pytest.raises(OSError, match="disk full"):
        publish(course, exports, ("student",), "us-letter")
    assert all_of(exports) == before


def test_missing_notebook_is_one_line(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("lessons_lib.publishing.__main__.EXPORTS", tmp_path)
    assert main([str(tmp_path / "nowhere.ipynb")]) == 1
    assert "nowhere.ipynb: can't be read" in capsys.readouterr().err


def test_works_without_git(monkeypatch, tmp_path):
    from lessons_lib.publishing import course as about

    about.imprint.cache_clear()
    monkeypatch.setattr(about, "ROOT", tmp_path)
    try:
        assert about.imprint().commit == ""
        assert str(about.imprint()).startswith(about.COURSE)
    finally:
        about.imprint.cache_clear()


def test_design_files_exist():
    assert all((HERE / name).is_file() for name in DESIGN)


def test_a_course_without_lessons_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("lessons_lib.publishing.__main__.NOTEBOOKS", tmp_path)
    assert main([]) == 1
    assert "nothing to print" in capsys.readouterr().out
