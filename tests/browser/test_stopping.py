"""A training that somebody stops: one line, a kernel that goes on, a clean file."""

from driver import Notebook, make_notebook
from playwright.sync_api import expect

SLOW = """
import time, torch
from torch import nn
from lessons_lib.data import Batches
from lessons_lib.training import fit

class Slow(nn.Linear):
    def forward(self, x):
        time.sleep(0.02)
        return super().forward(x)

model = Slow(4, 2)
batches = Batches(torch.randn(100, 4), torch.zeros(100).long(), batch_size=1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
"""
TRAIN = "history = fit(model, batches, batches, optimizer, epochs=99)"


def test_a_training_is_stopped_by_the_black_square(server, pages, screenshots):
    cells = {"model": SLOW, "train": TRAIN, "after": "print(6 * 7, model.training)"}
    make_notebook(server.folder / "stopped.ipynb", cells)
    opened = Notebook(pages(), server, "stopped.ipynb")
    opened.run("model")
    opened.cell("train").locator(".cm-content").click()
    opened.page.keyboard.press("Control+Enter")
    output = opened.output("train")
    expect(output).to_contain_text("batches, about", timeout=60_000)  # the bar
    opened.page.get_by_role("button", name="Interrupt the kernel").click()
    expect(output).to_contain_text("Training stopped in epoch 1 of 99, after batch ")
    opened.picture(screenshots / "stopped.png")
    expect(opened.run("after")).to_contain_text("42 False")

    stored = opened.save().cells[1].outputs
    error = stored[-1]
    assert error.ename == "TrainingStopped" and len(error.traceback) == 1
    assert "batches, about" not in str(stored)
    assert "stderr" not in {output.get("name") for output in stored}
    opened.page.context.close()
