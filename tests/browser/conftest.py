"""What browser tests need: a browser, a desk with lessons, a server, open lessons."""

import os
import shutil
from pathlib import Path

import pytest
from driver import Notebook
from playwright.sync_api import sync_playwright
from server import jupyter

ROOT = Path(__file__).parents[2]
LESSONS = ("00", "01", "02")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


@pytest.fixture(scope="session")
def browser():
    """Return the system's Chromium; playwright's own is a download."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.fail("no Chromium found; install it: apt-get install chromium")
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=path, args=options)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """Open a desk as a learner does who has just cloned the course."""
    desk = tmp_path_factory.mktemp("Kurs für alle") / "work"
    with jupyter(desk, tmp_path_factory.mktemp("settings")) as server:
        yield server


@pytest.fixture(scope="session")
def notebook_7(server, tmp_path_factory):
    settings = tmp_path_factory.mktemp("settings-of-notebook-7")
    with jupyter(server.folder, settings, "notebook") as server:
        yield server


@pytest.fixture(scope="session")
def pages(browser):
    """Open tabs: `pages(width=900)` is a new one."""
    contexts = []

    def new(width=1300, height=900):
        viewport = {"width": width, "height": height}
        contexts.append(browser.new_context(viewport=viewport))
        page = contexts[-1].new_page()
        page.set_default_timeout(30_000)
        return page

    yield new
    for context in contexts:
        context.close()


@pytest.fixture(scope="session", params=LESSONS)
def lesson(request, server, pages):
    """Return a lesson after Run All, open in JupyterLab; each test finds it so."""
    name = next(server.folder.glob(f"{request.param} *.ipynb")).name
    notebook = Notebook(pages(), server, name)
    notebook.run_all()
    notebook.save()
    yield notebook
    notebook.page.context.close()


@pytest.fixture(params=["light", "dark"])
def themed(request, lesson):
    """Return the lesson in both themes, with every cell drawn."""
    lesson.theme(request.param)
    lesson.show_all()
    yield lesson
    lesson.theme("light")


@pytest.fixture(scope="session")
def screenshots(tmp_path_factory):
    """Return where screenshots are kept: the folder SCREENSHOTS names, if any."""
    folder = os.environ.get("SCREENSHOTS") or tmp_path_factory.mktemp("screenshots")
    Path(folder).mkdir(parents=True, exist_ok=True)
    return Path(folder)


@pytest.fixture(scope="session")
def axe():
    """Return what lets axe-core look at a page, at all that the course renders.

    It gives the rules that passed and what was found.
    """
    folder = Path(os.environ.get("AXE", ROOT / ".cache/browser/node_modules/axe-core"))
    script = (folder / "axe.min.js").read_text(encoding="utf-8")

    def look(page):
        page.evaluate(script)
        return page.evaluate(
            """async () => {
                const result = await axe.run({ include: [[".jp-RenderedHTMLCommon"]] });
                const found = result.violations.flatMap((broken) => broken.nodes.map(
                    (node) => `${broken.id}: ${node.html.slice(0, 300)}`));
                return [result.passes.map((rule) => rule.id), found];
            }"""
        )

    return look
