"""Lessons in JupyterLab, each after Run All: what a learner sees and does."""

import nbformat
from driver import Notebook, first_exercise, move_slider, saved, tagged
from playwright.sync_api import expect

from handouts.embedded import pictures_in_html
from lessons_lib.desk.progress import read_progress

PICTURE = "img[src^='data:image/png']"
# How far text is from what stands behind it (WCAG 2.2, 1.4.3).
CONTRAST = """
const ratio = (element) => {
    const rgb = (color) => {
        const context = new OffscreenCanvas(1, 1).getContext("2d");
        context.fillStyle = color;
        context.fillRect(0, 0, 1, 1);
        return context.getImageData(0, 0, 1, 1).data;
    };
    const luminance = (color) => {
        const [r, g, b] = [...rgb(color)].slice(0, 3).map((value) => value / 255)
            .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    let behind = element;
    while (behind && rgb(getComputedStyle(behind).backgroundColor)[3] < 255) {
        behind = behind.parentElement;
    }
    const pair = [getComputedStyle(element).color,
        behind ? getComputedStyle(behind).backgroundColor : "white"].map(luminance);
    return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
};
"""


def alts(notebook: nbformat.NotebookNode) -> list[str]:
    """Return the alt text of every picture that a file holds."""
    return [
        picture.alt
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "data" in output
        for picture in pictures_in_html(output["data"].get("text/html", ""))
    ]


def test_run_all_goes_through(lesson):
    assert lesson.errors() == []


def test_the_saved_file_holds_each_picture_once_and_no_widget(lesson):
    notebook = saved(lesson.path)
    assert "widgets" not in notebook.metadata
    outputs = [o for cell in notebook.cells for o in cell.get("outputs", [])]
    kinds = {kind for output in outputs for kind in output.get("data", {})}
    assert kinds <= {"text/html", "text/markdown", "text/plain"}
    assert "stderr" not in {output.get("name") for output in outputs}
    words = alts(notebook)
    assert len(words) >= len(list(tagged(notebook, "explore")))
    assert all(len(alt) >= 20 for alt in words)


def test_alt_texts_in_the_page_are_those_of_the_file(lesson):
    lesson.show_all()
    shown = lesson.page.locator(PICTURE).evaluate_all(
        "pictures => pictures.map((picture) => [picture.alt, picture.naturalWidth])"
    )
    assert [alt for alt, _ in shown] == alts(saved(lesson.path))
    assert all(width > 0 for _, width in shown)


def test_answers_and_hints_are_folded_after_run_all(lesson):
    notebook = saved(lesson.path)
    lesson.show_all()
    folded = [c.id for c in tagged(notebook, "solution") if c.cell_type == "code"]
    assert folded
    for cell_id in folded:
        editor = lesson.page.locator(f'[data-cell="{cell_id}"] .jp-InputArea-editor')
        expect(editor).to_be_hidden()
    expect(lesson.page.locator(".jp-RenderedMarkdown details[open]")).to_have_count(0)


def test_answers_and_hints_unfold_by_a_click(lesson):
    notebook = saved(lesson.path)
    solution = next(c for c in tagged(notebook, "solution") if c.cell_type == "code")
    cell = lesson.cell(solution.id)
    editor = cell.locator(".jp-InputArea-editor")
    cell.locator(".jp-InputPlaceholder, .jp-Placeholder").first.click()
    expect(editor).to_be_visible()
    cell.locator(".jp-InputCollapser").first.click()
    expect(editor).to_be_hidden()

    hint = lesson.cell(next(tagged(notebook, "hint")).id)
    hint.locator("summary").first.click()
    expect(hint.locator("details > :not(summary)").first).to_be_visible()
    hint.locator("summary").first.click()


def test_sliders_by_keyboard_and_mouse(lesson):
    for cell in tagged(saved(lesson.path), "explore"):
        move_slider(lesson, cell.id)


def test_what_the_course_renders_is_accessible(themed, axe):
    looked_at, found = axe(themed.page)
    assert found == []
    # In JupyterLab's nested, scrolled boxes axe tells no contrast; the next test does.
    assert "image-alt" in looked_at or not themed.page.locator(PICTURE).count()


def test_words_stand_out(themed, request, screenshots):
    ratios = themed.page.evaluate(
        f"""() => {{{CONTRAST}
            const rendered = ".jp-RenderedHTMLCommon *, .jp-OutputArea *";
            return [...document.querySelectorAll(rendered)]
                .filter((element) => element.checkVisibility())
                .filter((element) => [...element.childNodes].some(
                    (node) => node.nodeType === Node.TEXT_NODE && node.data.trim()))
                .map((element) => [ratio(element), element.innerText?.slice(0, 60)]);
        }}"""
    )
    themed.cell(next(tagged(saved(themed.path), "check")).id)
    themed.picture(screenshots / f"{request.node.callspec.id}.png")
    assert len(ratios) > 30
    assert [pair for pair in ratios if pair[0] < 4.5] == []


WIDER_THAN_ITS_PLACE = """(selector) => [...document.querySelectorAll(selector)]
    .filter((area) => area.scrollWidth > area.clientWidth + 1)
    .map((area) => area.innerText.slice(0, 100))"""


def test_nothing_is_cut_off_in_900_pixels(lesson, screenshots):
    """Pictures and tables with the list of lessons beside them, formulas without it."""
    lesson.page.set_viewport_size({"width": 900, "height": 900})
    lesson.show_all()
    wide = lesson.page.evaluate(
        WIDER_THAN_ITS_PLACE,
        ".jp-Notebook, .jp-OutputArea-output:has(img, label, table)",
    )
    squeezed = lesson.page.locator(PICTURE).evaluate_all(
        """pictures => pictures.filter((p) => p.offsetWidth).filter((picture) =>
            Math.abs(picture.width * picture.naturalHeight
                / picture.height / picture.naturalWidth - 1) > 0.05)
            .map((picture) => picture.alt)"""
    )
    lesson.picture(screenshots / f"{lesson.path.stem}-900.png")
    lesson.page.keyboard.press("Control+B")
    expect(lesson.page.locator("#jp-left-stack")).to_be_hidden()
    wide += lesson.page.evaluate(WIDER_THAN_ITS_PLACE, ".jp-RenderedMarkdown")
    lesson.page.keyboard.press("Control+B")
    lesson.page.set_viewport_size({"width": 1300, "height": 900})
    assert wide == [] and squeezed == []


def test_an_answer_untried_wrong_broken_edited_and_right(lesson):
    stub, check, wrong, right = first_exercise(saved(lesson.path))
    verdict = lesson.output(check)
    expect(verdict).to_contain_text("Not tried yet")

    lesson.write(stub, wrong)
    lesson.run(stub)
    expect(lesson.run(check)).to_contain_text("Not yet")

    lesson.write(stub, right)
    lesson.run(stub)
    expect(lesson.run(check)).to_contain_text("Right")

    lesson.write(stub, right + "\n(")  # what was right is still in the kernel
    expect(lesson.run(stub)).to_contain_text("SyntaxError")
    expect(lesson.run(check)).to_contain_text("ended with SyntaxError")
    expect(lesson.output(check)).not_to_contain_text("Right")

    lesson.write(stub, right)
    lesson.run(stub)
    expect(lesson.run(check)).to_contain_text("Right")
    lesson.write(stub, wrong)
    lesson.saved()  # by itself, some seconds after the edit
    expect(lesson.run(check)).to_contain_text("was edited after it ran as [")

    lesson.write(stub, right)
    lesson.run(stub)
    lesson.write(stub, wrong)  # and at once, before anything is saved
    edited = "was edited after it ran as ["
    expect(lesson.run(check)).to_contain_text(edited, timeout=20_000)

    lesson.write(stub, right)
    lesson.run(stub)
    expect(lesson.run(check)).to_contain_text("Right")
    assert lesson.errors() == []
    assert "Right" in str(read_progress(lesson.path.parent))


def test_a_day_later_sliders_need_no_kernel(lesson, server, pages):
    lesson.save()
    lesson.page.close()
    later = Notebook(lesson.page.context.new_page(), server, lesson.path.name)
    later.ask("await panel.sessionContext.shutdown()")
    assert later.errors() == []
    for cell in tagged(saved(later.path), "explore"):
        move_slider(later, cell.id)
