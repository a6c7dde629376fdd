"""Lesson 09 trains on another device: on "meta", which every computer has.

A tensor on it has a shape and a dtype, but no values. An operation on tensors of two
devices raises an error, as it would on a graphics processor.
"""

from pathlib import Path

import nbformat
import pytest
import torch

from lessons_lib import training

LESSON = Path(__file__).parents[1] / "notebooks" / "09_cifar10.ipynb"
DEFINED = ("linear-code", "d-build", "own-build")  # Normalize, learn, both networks


class Uncounted(training._Tally):
    """A tally that asks for no value."""

    def add(self, loss, logits, labels):
        assert loss.device == logits.device == labels.device
        self.samples += len(labels)
        self.batches += 1


def lesson(device):
    """Define what lesson 09 trains, without its drawings."""
    cells = {cell.id: cell for cell in nbformat.read(LESSON, as_version=4).cells}
    names = {"device": device, "mean": torch.zeros(3), "std": torch.ones(3)}
    exec(cells["imports"].source.partition("device =")[0], names)
    for identity in DEFINED:
        source = cells[identity].source.partition("\n\n\none_picture")[0]
        exec(source.replace("fused=True", ""), names)  # which "meta" doesn't have
    return names


@pytest.mark.parametrize("network", ["network_d", "network_ours"])
@pytest.mark.parametrize("cycle, augmented", [(True, True), (False, False)])
def test_model_and_batches_meet_on_the_device(monkeypatch, network, cycle, augmented):
    monkeypatch.setattr(training, "_Tally", Uncounted)
    pictures = torch.rand(100, 3, 32, 32), torch.zeros(100, dtype=torch.int64)
    names = lesson(torch.device("meta"))
    model, given = names[network](), names["Pictures"](*pictures)
    history = names["learn"](model, given, 2, 50, 1e-3, 1, cycle, augmented)
    assert len(history.seconds) == 2
    assert {value.device.type for value in model.state_dict().values()} == {"meta"}
    assert given.images.device.type == "cpu"


def test_batches_that_stay_behind_are_noticed(monkeypatch):
    monkeypatch.setattr(training, "_Tally", Uncounted)
    monkeypatch.setattr(training, "_on_device_of", lambda model, batches: batches)
    pictures = torch.rand(100, 3, 32, 32), torch.zeros(100, dtype=torch.int64)
    names = lesson(torch.device("meta"))
    given = names["Pictures"](*pictures)
    with pytest.raises(RuntimeError, match="device"):
        names["learn"](names["network_ours"](), given, 1, 50, 1e-3, 1)
