"""A notebook in a browser, as a person meets it: cells by their ids, mouse and keys."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import nbformat
import nbformat.reader
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Locator, Page, expect
from server import Server

expect.set_options(timeout=30_000)  # others may be at work on this machine

RUN_ALL_SECONDS = 600
SECONDS_TO_SAVE = 60
# What a page knows of the notebook that it shows, in JupyterLab and Notebook 7.
BOOK = """
const panel = window.jupyterapp.shell.currentWidget;
const book = panel.content;
const index = (id) => book.widgets.findIndex((cell) => cell.model.id === id);
const code = book.widgets.filter((cell) => cell.model.type === "code");
"""


class NotSaved(AssertionError):
    """A file doesn't hold what the page shows."""


class Notebook:
    """A lesson that is open in a page."""

    def __init__(self, page: Page, server: Server, name: str, kernel: bool = True):
        self.page = page
        self.path = server.folder / name
        page.goto(f"{server.url}/{server.view}/{quote(name)}?reset")  # no other tab
        self.wait(kernel)

    def wait(self, kernel: bool = True) -> None:
        """Wait until cells are drawn and the kernel answers."""
        self.page.wait_for_function(
            """(kernel) => {
                const panel = window.jupyterapp?.shell?.currentWidget;
                const session = panel?.sessionContext?.session;
                return panel?.context?.isReady && panel.content.widgets.length
                    && (!kernel || session?.kernel?.status === "idle");
            }""",
            arg=kernel,
            timeout=90_000,
        )
        self.ask(
            """panel.context.saveState.connect((_, state) => {
                window.saving = state === "started";
            });"""
        )

    def ask(self, question: str, *arguments: object) -> object:
        """Evaluate JavaScript that knows `panel`, `book`, `index`, `code`, `given`."""
        return self.page.evaluate(f"async (given) => {{{BOOK}{question}}}", arguments)

    def cell(self, cell_id: str) -> Locator:
        """Bring a cell into view and return it."""
        self.ask(
            """const at = index(given[0]);
            book.activeCellIndex = at;
            await book.scrollToItem(at, "center");
            book.widgets[at].node.dataset.cell = given[0];""",
            cell_id,
        )
        return self.page.locator(f'[data-cell="{cell_id}"]')

    def output(self, cell_id: str) -> Locator:
        """Bring a cell into view and return its outputs."""
        return self.cell(cell_id).locator(".jp-Cell-outputArea")

    def write(self, cell_id: str, source: str) -> None:
        """Replace the text of a cell by typing."""
        self.cell(cell_id).locator(".cm-content").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(source)
        assert self.ask("return book.activeCell.model.sharedModel.source") == source

    def run(self, cell_id: str, seconds: float = 60) -> Locator:
        """Run a cell by Ctrl+Enter, wait for it, and return its outputs."""
        cell = self.cell(cell_id)
        before = self.ask("return book.activeCell.model.executionCount")
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")
        self.page.wait_for_function(
            f"""([id, before]) => {{{BOOK}
                const cell = book.widgets[index(id)];
                return cell.model.executionCount !== before
                    && cell.model.executionCount !== null
                    && cell.model.executionState === "idle";
            }}""",
            arg=[cell_id, before],
            timeout=1000 * seconds,
        )
        return self.output(cell_id)

    def run_all(self) -> None:
        """Choose Run All Cells from the menu and wait for the last one."""
        self._run_many("Run All Cells", "() => true")

    def run_up_to(self, cell_id: str) -> Locator:
        """Run the cells above a cell, and the cell; return its outputs."""
        self.cell(cell_id)
        self._run_many("Run All Above Selected Cell", "(_, at) => at < active")
        return self.run(cell_id)

    def _run_many(self, command: str, which: str) -> None:
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name=command, exact=True).click()
        self.page.wait_for_function(
            f"""() => {{{BOOK}
                const active = book.activeCellIndex;
                return book.widgets.filter({which}).every(
                    ({{ model }}) => model.type !== "code" || (
                        model.executionCount !== null
                        && model.executionState === "idle"));
            }}""",
            timeout=1000 * RUN_ALL_SECONDS,
        )

    def errors(self) -> list[str]:
        """Return the ids of the cells whose output is an error."""
        return self.ask(
            """return code.filter((cell) => cell.model.outputs.toJSON().some(
                (output) => output.output_type === "error")).map((c) => c.model.id);"""
        )

    def save(self) -> nbformat.NotebookNode:
        """Save by Ctrl+S and return what the file holds.

        The desk's JupyterLab saves every two seconds. What is typed meanwhile counts as
        saved, but isn't, and keys that come meanwhile start a second save, which then
        finds that the file has changed: so wait, and if it was too early, do as a
        person would.
        """
        for _ in range(4):
            self.page.wait_for_function("() => !window.saving", timeout=60_000)
            self.page.keyboard.press("Control+S")
            with contextlib.suppress(NotSaved):
                return self.saved(seconds=SECONDS_TO_SAVE / 4)
            overwrite = self.page.get_by_role("button", name="Overwrite", exact=True)
            if overwrite.count():
                overwrite.click()
        raise NotSaved(self.path.name)

    def saved(self, seconds: float = SECONDS_TO_SAVE) -> nbformat.NotebookNode:
        """Wait until the file says what the page says, and return what it holds."""
        shown = "return book.widgets.map((c) => c.model.sharedModel.source)"
        clean = "return !panel.context.model.dirty"
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with contextlib.suppress(nbformat.reader.NotJSONError):  # half-written
                file = saved(self.path)
                sources = [cell.source for cell in file.cells]
                if self.ask(clean) and self.ask(shown) == sources:
                    return file
            self.page.wait_for_timeout(200)
        raise NotSaved(self.path.name)

    def show_all(self) -> None:
        """Draw every cell, not only those in view."""
        self.ask(
            """book.notebookConfig = {...book.notebookConfig, windowingMode: "none"};
            book.widgets.forEach((cell) => { cell.node.dataset.cell = cell.model.id; });
            const drawn = () => book.widgets.every((cell) => !cell.isPlaceholder());
            while (!drawn()) await new Promise((next) => requestAnimationFrame(next));
            await Promise.all(book.widgets.map((cell) => cell.ready));
            await document.fonts.ready;"""
        )

    def theme(self, name: str) -> None:
        """Change to "light" or "dark"."""
        full = f"JupyterLab {name.title()}"
        self.ask(
            """await window.jupyterapp.commands.execute(
                "apputils:change-theme", { theme: given[0] });""",
            full,
        )
        body = self.page.locator("body")
        expect(body).to_have_attribute("data-jp-theme-name", full, timeout=60_000)
        expect(self.page.locator("#jupyterlab-splash")).to_have_count(0)

    def picture(self, path: Path) -> None:
        """Keep a screenshot."""
        self.page.screenshot(path=path)


def shows(output: Locator, words: str) -> None:
    """Expect that the one frame of a slider that is visible has these words."""
    visible = output.locator("[role=group] img:visible")
    expect(visible).to_have_count(1)
    expect(visible).to_have_attribute("alt", words)


def move_slider(notebook: Notebook, cell_id: str) -> None:
    """Move a slider by keyboard and by mouse, and look what is shown and spoken."""
    output = notebook.output(cell_id)
    if output.get_by_role("slider").count() > 1:
        return  # test_sliders.py moves two
    frames = output.locator("[role=group] img").all()
    words = [frame.get_attribute("alt") for frame in frames]
    name = words[0].split(" ")[0]
    slider = output.get_by_role("slider", name=name, exact=True)
    keys = ("Home", "ArrowRight", "ArrowRight", "ArrowLeft", "End", "ArrowUp", "Home")
    for key, place in zip(keys, (0, 1, 2, 1, -1, -1, 0), strict=True):
        slider.press(key)
        shows(output, words[place])
        spoken = words[place].removeprefix(f"{name} ")
        expect(slider).to_have_attribute("aria-valuetext", spoken)
    assert notebook.ask("return book.activeCell.model.id") == cell_id
    expect(slider).to_be_focused()

    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    notebook.page.mouse.click(box["x"] + box["width"] - 3, middle)
    shows(output, words[-1])
    notebook.page.mouse.down()
    notebook.page.mouse.move(box["x"] + 3, middle, steps=5)
    notebook.page.mouse.up()
    shows(output, words[0])


def saved(path: Path) -> nbformat.NotebookNode:
    """Read a notebook as it stands in its file; fail if it isn't a valid one."""
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    return notebook


def make_notebook(path: Path, sources: dict[str, str]) -> None:
    """Write a notebook of code cells, which nobody has run.

    Args:
        path: where to.
        sources: id of a cell -> what it says.
    """
    cells = [new_code_cell(source, id=name) for name, source in sources.items()]
    kernel = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)


def tagged(notebook: nbformat.NotebookNode, *tags: str) -> Iterator:
    """Yield the cells that have all these tags."""
    for cell in notebook.cells:
        if set(tags) <= set(cell.metadata.get("tags", [])):
            yield cell


class Exercise(NamedTuple):
    """The ids of an exercise's cells, and what may be written into the first."""

    stub: str
    check: str
    wrong: str
    right: str


def first_exercise(notebook: nbformat.NotebookNode) -> Exercise:
    """Find the first exercise that has a check, and its answers in the lesson."""
    code = (cell for cell in notebook.cells if cell.cell_type == "code")
    stub, check, solution = (
        next(cell for cell in code if tag in cell.metadata.get("tags", []))
        for tag in ("exercise", "check", "solution")
    )
    value = "-1" if " = ..." in stub.source else "return -1"
    lines = solution.source.replace("solution_", "").splitlines()
    right = "\n".join(line for line in lines if not line.startswith("check."))
    return Exercise(stub.id, check.id, stub.source.replace("...", value), right)
