"""Stopping a training leaves a kernel, a model and a file that can be used."""

import pytest
import torch
from live_kernel import live_kernel
from torch import nn

from lessons_lib.data import Batches
from lessons_lib.training import TrainingStopped, evaluate, fit

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


@pytest.fixture(scope="module")
def kernel():
    with live_kernel() as kernel:
        kernel.run(SLOW)
        yield kernel


def interrupted_at(step, batches=5):
    """Return a model and data whose forward number `step` is interrupted."""
    torch.manual_seed(0)
    model, seen = nn.Linear(4, 2), []

    def stop(*_):
        seen.append(1)
        if len(seen) == step:
            raise KeyboardInterrupt

    model.register_forward_pre_hook(stop)
    data = Batches(torch.randn(batches, 4), torch.zeros(batches).long(), batch_size=1)
    return model, data


# One epoch is five batches of training and five of measuring.
@pytest.mark.parametrize(
    ("step", "epoch", "batch"), [(1, 1, 0), (3, 1, 2), (7, 1, 5), (14, 2, 3)]
)
def test_it_says_how_far_it_came(step, epoch, batch):
    model, data = interrupted_at(step)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with pytest.raises(TrainingStopped) as stop:
        fit(model, data, data, optimizer, epochs=3)
    told = str(stop.value)
    assert f"stopped in epoch {epoch} of 3, after batch {batch} of 5" in told
    assert ("mean loss so far " in told) == (batch > 0)
    assert "\n" not in told
    assert ("one epoch is in sys.last_value.history" in told) == (epoch == 2)
    for record in vars(stop.value.history).values():
        assert len(record) == epoch - 1
    assert not model.training
    assert evaluate(model, data).samples == 5


def test_it_is_an_interrupt_for_everybody_else():
    assert issubclass(TrainingStopped, KeyboardInterrupt)
    assert not issubclass(TrainingStopped, Exception)


def test_batches_without_a_number_can_be_stopped_too():
    model, data = interrupted_at(3)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with pytest.raises(TrainingStopped, match=r"after batch 2, mean loss"):
        fit(model, iter(data), data, optimizer, epochs=1)


@pytest.mark.drill("a training is interrupted", "one line says how far it came")
def test_a_stopped_training_is_one_line_in_a_notebook(kernel):
    outputs = kernel.run(
        "fit(model, batches, batches, optimizer, epochs=9)",
        cell_id="train",
        interrupt_when="batches, about",
    )
    bar, error = outputs
    assert bar["data"] == {}
    assert error["kind"] == "error" and error["ename"] == "TrainingStopped"
    [line] = error["traceback"]
    assert line.startswith("Training stopped in epoch 1 of 9, after batch ")
    assert kernel.said("print(model.training, 1 + 1)") == "False 2\n"


def test_the_finished_epochs_can_be_had(kernel):
    *_, error = kernel.run(
        "fit(model, list(batches)[:40], list(batches)[:1], optimizer, epochs=9)",
        cell_id="train",
        interrupt_when="epoch 2 of 9",
    )
    epoch = int(error["evalue"].partition("in epoch ")[2][0])
    found = kernel.said("import sys; print(len(sys.last_value.history.seconds))")
    assert epoch > 1 and found == f"{epoch - 1}\n"


def test_a_bar_leaves_nothing(kernel):
    outputs = kernel.run(
        "for _ in range(2):\n"
        "    history = fit(model, list(batches)[:40], list(batches)[:1], optimizer, 1)",
        cell_id="train",
    )
    assert [output["data"] for output in outputs] == [{}]


def test_a_quick_training_shows_no_bar(kernel):
    code = "history = fit(model, list(batches)[:1], list(batches)[:1], optimizer, 2)"
    assert kernel.run(code, cell_id="train") == []


def test_unattended_there_is_no_bar(kernel):
    code = "history = fit(model, list(batches)[:40], list(batches)[:1], optimizer, 1)"
    assert kernel.run(code) == []


def test_a_first_batch_that_takes_long_is_no_error(kernel):
    kernel.run("""
from lessons_lib.progress import progress

class Late(list):
    def __iter__(self):
        time.sleep(0.6)
        return super().__iter__()

with progress(Late([1, 2]), "late") as batches:
    walked = list(batches)
assert walked == [1, 2]
""")
