"""A verdict is shown once: as text where nobody watches, else as a box."""

from pathlib import Path

import pytest
from jupyter_client.manager import start_new_kernel

from lessons_lib.checks.judge import Status, Verdict

CELL = """
from lessons_lib.checks import convolution as check
check.parameters(...)
"""

ENDLESS = """from lessons_lib.checks import convolution as check
from lessons_lib.checks.judge import attempts
attempts.SECONDS = 0.1
def endless(image, kernel):
    while True: pass
check.conv2d(endless)
"""


@pytest.fixture(scope="module")
def outputs():
    """Return what a cell shows when it is run with some metadata."""
    manager, client = start_new_kernel(cwd=Path(__file__).parents[1])

    def run(code, **metadata):
        content = {"code": code, "silent": False, "store_history": False}
        message = client.session.msg("execute_request", content, metadata=metadata)
        client.shell_channel.send(message)
        shown = []
        while True:
            reply = client.get_iopub_msg(timeout=120)
            if reply["parent_header"].get("msg_id") != message["msg_id"]:
                continue
            if reply["content"].get("execution_state") == "idle":
                return shown
            if reply["msg_type"] not in ("status", "execute_input"):
                shown.append((reply["msg_type"], reply["content"]))

    yield run
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_unattended_a_check_prints_text_alone(outputs):
    text = "Not tried yet: parameters is still three dots.\n"
    assert outputs(CELL) == [("stream", {"name": "stdout", "text": text})]


def test_live_a_check_shows_one_box_with_its_text(outputs):
    [(kind, content)] = outputs(CELL, cellId="some-cell")
    assert kind == "display_data"
    assert content["data"]["text/plain"] == (
        "Not tried yet: parameters is still three dots."
    )
    assert "<strong>Not tried yet:</strong>" in content["data"]["text/html"]


def test_an_endless_loop_is_stopped_in_a_notebook(outputs):
    [(_, content)] = outputs(ENDLESS)
    assert "(line 5 of your cell)" in content["text"]
    assert "a loop never ends" in content["text"]


def test_other_tools_read_a_verdict():
    verdict = Verdict(Status.NOT_YET, "f(1) gave 2.", "It adds.")
    assert verdict.status == "Not yet" and verdict.mistake == "It adds."
    assert verdict.text == str(verdict) == "Not yet: f(1) gave 2.\nIt adds."
    assert Verdict(Status.NOT_YET, "", "It adds.").text == "Not yet: It adds."


def test_a_box_spells_what_looks_like_markup():
    box = Verdict(Status.RIGHT, "<b> & so on", "line 2").html
    assert "<strong>Right:</strong> &lt;b&gt; &amp; so on<br>line 2</div>" in box


def test_a_box_needs_no_color():
    boxes = [Verdict(status, "").html for status in Status]
    assert len({box.split(";")[1] for box in boxes}) == 3
    assert not any("color" in box or "#" in box for box in boxes)
