"""A check in a live notebook judges what its exercise's cell says now."""

import contextlib
import json
import os
import queue
import time

import pytest
from live_kernel import live_kernel

from lessons_lib.kernel import startup

IMPORTS = "from lessons_lib.checks import convolution as check"
RIGHT, WRONG = "parameters = 1216", "parameters = 5"
CHECK = "check.parameters(parameters)"


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    """The file of the kernel's notebook."""
    return tmp_path_factory.mktemp("work") / "01 Convolution.ipynb"


@pytest.fixture(scope="module")
def kernel(notebook):
    with live_kernel(JPY_SESSION_NAME=str(notebook)) as kernel:
        kernel.run(startup.SCRIPT)
        kernel.run(IMPORTS, "imports")
        yield kernel


@pytest.fixture(autouse=True)
def no_file(notebook):
    yield
    notebook.unlink(missing_ok=True)


def save(notebook, ago=-1.0, **sources):
    """Write the notebook with these cells, as saved some seconds ago."""
    cells = [
        {
            "cell_type": "code",
            "id": cell,
            "source": source.splitlines(keepends=True),
            "metadata": {"tags": ["exercise"] if cell == "stub" else []},
        }
        for cell, source in sources.items()
    ]
    cells.insert(0, {"cell_type": "markdown", "id": "title", "source": "# Title"})
    notebook.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    saved = time.time() - ago
    os.utime(notebook, (saved, saved))


def number(kernel):
    """Return what stands beside the cell that runs next."""
    [shown] = kernel.run("0")
    return shown["execution_count"] + 1


@pytest.mark.parametrize(("code", "status"), [(RIGHT, "Right"), (WRONG, "Not yet")])
def test_a_verdict_says_which_run_was_judged(kernel, code, status):
    at = number(kernel)
    kernel.run(code, "stub")
    said = kernel.said(CHECK, "check")
    assert said.startswith(f"{status}: ")
    assert said.endswith(f"\nJudged: parameters as cell [{at}] set it.")


@pytest.mark.parametrize(
    ("broken", "error"),
    [("parameters = (", "SyntaxError"), ("parameters = 1 / 0", "ZeroDivisionError")],
)
@pytest.mark.drill(
    "a cell that was right fails when run again",
    "the check doesn't call it right",
)
def test_broken_code_is_not_right_because_it_was_before(kernel, broken, error):
    at = number(kernel)
    kernel.run(RIGHT, "stub")
    kernel.run(broken, "stub")
    said = kernel.said(CHECK, "check")
    assert said.startswith("Not yet: The cell of parameters ended with " + error)
    assert f"[{at + 1}]" in said
    assert said.endswith(f"What [{at}] had made of parameters was right.")
    kernel.run(RIGHT, "stub")
    assert kernel.said(CHECK, "check").startswith("Right: ")


def test_a_cell_that_fails_after_it_set_the_answer(kernel):
    at = number(kernel)
    kernel.run(f"{RIGHT}\nraise ValueError", "stub")
    assert f"ended with ValueError when it last ran, [{at}]" in kernel.said(CHECK, "c")
    kernel.run(RIGHT, "stub")


def test_a_name_that_the_cell_lost(kernel):
    at = number(kernel)
    kernel.run(RIGHT, "stub")
    kernel.run("topleft = 7", "stub")
    said = kernel.said(CHECK, "check")
    assert said.startswith("Not yet: ") and f"ran as [{at + 1}], doesn't set" in said


@pytest.mark.drill("an answer was set in a duplicated cell", "it is judged")
def test_an_answer_from_a_cell_of_ones_own(kernel):
    kernel.run("parameters = (", "stub")
    at = number(kernel)
    kernel.run(RIGHT, "mine")
    said = kernel.said(CHECK, "check")
    assert said.startswith("Right: ") and f"cell [{at}] set it" in said


@pytest.mark.parametrize("code", [f"%%time\n{RIGHT}", f"exec({RIGHT!r})"])
def test_an_answer_that_a_magic_or_exec_sets(kernel, code):
    kernel.run(WRONG, "stub")
    at = number(kernel)
    kernel.run(code, "stub")
    said = kernel.said(CHECK, "check")
    assert said.startswith("Right: ") and f"cell [{at}] set it" in said


def test_an_answer_in_the_cell_of_the_check_itself(kernel):
    kernel.run(WRONG, "stub")
    said = kernel.said(f"{RIGHT}\n{CHECK}", "check")
    assert said.startswith("Right: ") and "Judged" not in said


@pytest.mark.drill("a cell was edited, not run", "the check says so")
def test_what_was_edited_and_saved_but_has_not_run(kernel, notebook):
    at = number(kernel)
    kernel.run(RIGHT, "stub")
    save(notebook, stub=WRONG, check=CHECK)
    said = kernel.said(CHECK, "check")
    assert said.startswith("Not yet: ") and f"edited after it ran as [{at}]" in said
    save(notebook, stub=f"{RIGHT}\n", check=CHECK)
    assert kernel.said(CHECK, "check").startswith("Right: ")


def updated(kernel, seconds):
    """Return what a box on the page is changed to, or "" if nothing changes."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        with contextlib.suppress(queue.Empty):
            message = kernel.client.get_iopub_msg(timeout=left)
            if message["msg_type"] == "update_display_data":
                return message["content"]["data"]["text/plain"]
    return ""


@pytest.fixture
def soon(kernel):
    """Let a verdict be looked at again after half a second."""
    module = "__import__('lessons_lib.checks.judge.provenance', fromlist=['x'])"
    kernel.run(f"{module}._UNTIL_SAVED = (0.5,)")
    yield 4.0
    kernel.run(f"{module}._UNTIL_SAVED = (3.0, 10.0)")


def test_what_is_saved_only_after_the_check_ran(kernel, notebook, soon):
    at = number(kernel)
    kernel.run(RIGHT, "stub")
    assert kernel.said(CHECK, "check").startswith("Right: ")
    save(notebook, stub=WRONG, check=CHECK)  # the program does so on its own
    said = updated(kernel, soon)
    assert said.startswith(
        f"Not yet: The cell of parameters was edited after it ran as [{at}]"
    )
    assert said.endswith(f"What [{at}] had made of parameters was right.")


@pytest.mark.parametrize("again", [RIGHT, "parameters = ("])
def test_a_cell_that_ran_again_leaves_the_box_alone(kernel, notebook, soon, again):
    kernel.run(RIGHT, "stub")
    assert kernel.said(CHECK, "check").startswith("Right: ")
    kernel.run(again, "stub")
    save(notebook, stub=WRONG, check=CHECK)
    assert updated(kernel, 1.5) == ""


def test_an_answer_that_was_typed_but_has_not_run(kernel, notebook):
    kernel.run("parameters = ...", "stub")
    save(notebook, stub=RIGHT, check=CHECK)
    said = kernel.said(CHECK, "check")
    assert "was edited after it ran" in said
    assert said.endswith("was the exercise as it is given.")


@pytest.mark.drill("a notebook wasn't saved since its cells ran", "no wrong word of it")
def test_a_file_that_was_saved_before_the_run_tells_nothing(kernel, notebook):
    save(notebook, ago=60, stub=WRONG, check=CHECK)
    kernel.run(RIGHT, "stub")
    assert kernel.said(CHECK, "check").startswith("Right: ")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"cells": [3]}'])
@pytest.mark.drill(
    "a learner's notebook is damaged while it runs",
    "checks judge all the same",
)
def test_a_file_that_cannot_be_read_tells_nothing(kernel, notebook, content):
    kernel.run(RIGHT, "stub")
    notebook.write_text(content, encoding="utf-8")
    os.utime(notebook, (time.time() + 9, time.time() + 9))
    assert kernel.said(CHECK, "check").startswith("Right: ")


def test_vs_code_has_other_names_for_cells(kernel, notebook):
    kernel.run(RIGHT, "vscode-notebook-cell:/x#W1s")
    save(notebook, stub=WRONG, check=CHECK)
    said = kernel.said(CHECK, "vscode-notebook-cell:/x#W2s")
    assert "was edited after it ran" in said


def test_a_solution_is_judged_as_it_stands(kernel):
    code = "check.parameters(1216, solution=True)"
    assert kernel.said(code, "solution") == "The solution passes.\n"


def test_unattended_nothing_is_added(kernel):
    kernel.run("parameters = (")
    kernel.run(RIGHT)
    said = kernel.said(CHECK)
    assert said.startswith("Right: ") and "Judged" not in said
    assert "NameError" in kernel.said("nothing_of_the_kind")


@pytest.mark.drill(
    "the kernel died; a check runs first",
    "it says which cells to run before",
)
def test_a_fresh_kernel_says_which_cells_to_run_first(kernel, notebook):
    sources = {"start": "from lessons_lib import y as check2", "stub2": "size = 3"}
    save(notebook, **sources, ask="check2.size(size)", other="never = 1")
    [error] = kernel.run("check2.size(size)", "ask")
    assert error["ename"] == "NameError"
    assert "there is no check2 yet" in error["traceback"][0]
    assert error["traceback"][1:-1] == [f"    {s}" for s in sources.values()]
    [error] = kernel.run("check2.size(size2, stub2)", "ask2")
    assert len(error["traceback"]) > 2  # a cell that the file doesn't hold
    save(notebook, **sources, ask="check2.size(size)", other="never = 1")
    [error] = kernel.run("check2.size(size)", "vscode-notebook-cell:/x#W5s")
    assert len(error["traceback"]) == 4  # both cells that the check needs
    for code, cell in [("never + 1", "ask"), ("misspelt", "ask"), ("size", "nowhere")]:
        traceback = "\n".join(kernel.run(code, cell)[0]["traceback"])
        assert "yet" not in traceback and "is not defined" in traceback


def test_unattended_an_error_is_the_usual_one(kernel, notebook):
    save(notebook, start="check3 = 1", ask="check3")
    [error] = kernel.run("check3")
    assert "is not defined" in error["traceback"][-1] and len(error["traceback"]) > 2


def test_the_script_leaves_no_name(kernel):
    assert kernel.said("print('_watch' in globals())") == "False\n"
