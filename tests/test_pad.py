"""The page computes what PyTorch computes, and print gets pictures with words."""

import importlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from handouts.embedded import pictures_in_html
from lessons_lib.data import Batches, mnist
from lessons_lib.digits import center_digit, pad, read_digit, trained_network
from lessons_lib.digits import network as network_module
from lessons_lib.digits.layers import layers_of
from lessons_lib.digits.pad import EXAMPLES, drawn
from lessons_lib.figures import INK
from lessons_lib.training import evaluate

PAD = importlib.import_module("lessons_lib.digits.pad")
NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="needs node")
# What the page does with the ink of a pad, from JSON to JSON.
ASK = """
const given = JSON.parse(require("fs").readFileSync(0, "utf-8"));
const network = networkOf(given.layers);
console.log(JSON.stringify(given.inks.map((ink) => {
  const image = center(ink.flat(), ink[0].length);
  const logits = [...network(image)];
  return { image: [...image], logits, shares: softmax(logits) };
})));
"""


class DigitNet(nn.Module):
    """A network as lesson 04 writes it: layers here, functions and numbers there."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, kernel_size=3, padding=1, bias=False)
        self.conv2 = nn.Conv2d(6, 8, kernel_size=4)
        self.drop = nn.Dropout(0.5)
        self.linear1 = nn.Linear(8 * 3 * 3, 20)
        self.linear2 = nn.Linear(20, 10)

    def forward(self, x):
        x = (x - 0.1307) / 0.3081
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = F.max_pool2d(torch.relu(self.conv2(x)), kernel_size=3)
        x = x.view(x.size(0), -1)
        return self.linear2(self.drop(self.linear1(x).relu()))


def halved(model):
    """Return the model with weights that 16 bits can hold."""
    for weight in model.parameters():
        weight.data = weight.data.half().float()
    return model


def computed_in_the_page(model, inks):
    script = PAD.SCRIPT.split("// Puts a pad")[0] + ASK
    given = {"layers": layers_of(model), "inks": [ink.tolist() for ink in inks]}
    done = subprocess.run(
        [NODE, "-e", script],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def pictures():
    """Return 20 digits of MNIST and the pad's examples."""
    _, test = mnist()
    ink = [(255 * image[0]).byte().numpy() for image in test.images[:20]]
    return [*ink, *map(drawn, EXAMPLES.values())]


def near(numbers, expected, allowed):
    return (torch.tensor(numbers) - expected).abs().max() <= allowed


@needs_node
@pytest.mark.parametrize("make", [trained_network, DigitNet])
def test_the_page_computes_what_pytorch_computes(make):
    torch.manual_seed(3)
    model = halved(make()).eval()
    inks = pictures()
    for ink, found in zip(inks, computed_in_the_page(model, inks), strict=True):
        image = center_digit(ink)
        logits = model(image)[0].detach()
        assert near(found["image"], image.flatten(), 1e-5)
        assert near(found["logits"], logits, 1e-4)
        assert near(found["shares"], logits.softmax(dim=0), 1e-5)


@needs_node
def test_digits_of_any_shape_are_centered_alike():
    generator = np.random.default_rng(1)
    inks = []
    for width in (1, 2, 7, 40):  # of a block: lines, dots, and ties between two pixels
        for height in (1, 2, 13, 39):
            ink = np.zeros((60, 60), np.uint8)
            block = generator.integers(30, 256, (height, width))
            ink[10 : 10 + height, 11 : 11 + width] = block
            inks.append(ink)
    inks.append(np.kron(np.eye(5, 7), np.full((4, 4), 255)).astype(np.uint8))
    answers = computed_in_the_page(trained_network(), inks)
    for ink, found in zip(inks, answers, strict=True):
        assert near(found["image"], center_digit(ink).flatten(), 1e-5)


def test_the_network_of_the_course_reads_mnist():
    _, test = mnist()
    assert evaluate(trained_network(), Batches(*test, batch_size=1000)).accuracy > 0.99
    assert network_module.WEIGHTS.stat().st_size < 150_000


def test_it_can_be_trained_again(tmp_path, monkeypatch):
    train, test = mnist()
    monkeypatch.setattr(
        network_module, "mnist", lambda: (train.take(2000), test.take(500))
    )
    again = []
    for name in ("one.npz", "two.npz"):
        again.append(network_module.train_network(tmp_path / name, epochs=1))
    assert again[0] == again[1] and again[0].accuracy > 0.5
    one, two = ((tmp_path / name).read_bytes() for name in ("one.npz", "two.npz"))
    assert one == two


def test_distortions_keep_the_form_and_change_each_picture():
    _, test = mnist()
    torch.manual_seed(1)
    changed = network_module.distorted(test.images[:1].repeat(50, 1, 1, 1))
    assert changed.shape == (50, 1, 28, 28)
    assert changed.min() >= 0 and changed.max() <= 1
    assert len(changed.unique(dim=0)) == 50


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (nn.Sequential(nn.Conv2d(1, 2, 3, stride=2)), "the layer 0, Conv2d"),
        (nn.Sequential(nn.ReLU(), nn.Conv2d(1, 2, (3, 5))), "the layer 1, Conv2d"),
        (nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2)), "1, BatchNorm2d"),
        (nn.Sequential(nn.MaxPool2d(3, stride=2)), "0, MaxPool2d"),
        (nn.Sequential(nn.Flatten(), nn.Linear(784, 10), nn.Tanh()), "2, Tanh"),
    ],
)
def test_layers_of_other_kinds_are_named(model, said):
    with pytest.raises(ValueError, match=rf"can't compute {said}|{said}") as caught:
        pad(model)
    assert "Conv2d (square kernel, stride 1" in str(caught.value)


class Around(nn.Module):
    def __init__(self, way):
        super().__init__()
        self.linear = nn.Linear(784, 10)
        self.way = way

    def forward(self, x):
        return self.way(self, x)


def test_dropout_as_a_function_does_nothing_to_a_reader():
    def way(net, x):
        return net.linear(F.dropout(x.flatten(1), 0.5, training=net.training))

    kinds = [layer["kind"] for layer in layers_of(Around(way))]
    assert kinds == ["same", "same", "linear"]


@pytest.mark.parametrize(
    ("way", "said"),
    [
        (lambda net, x: net.linear(x.view(-1, 1, 28, 28).flatten(1)), "step 'view'"),
        (lambda net, x: net.linear(x.flatten(1)) + x.mean(), "the step 'mean'"),
        (lambda net, x: net.linear(x.view(784, -1).T), "the layer linear"),
        (lambda net, x: net.linear(x.flatten(1)).sigmoid(), "the step 'sigmoid'"),
        (lambda net, x: x + net.linear(x.flatten(1)), "the step 'add'"),
        (lambda net, x: net.linear(x.flatten(1)) if x.sum() else x, "be followed"),
        (lambda net, x: (net.linear(x.flatten(1)), x), "the step 'output'"),
    ],
)
def test_networks_that_are_no_chain_are_refused(way, said):
    with pytest.raises(ValueError, match=said):
        layers_of(Around(way))


def test_a_network_without_ten_answers_is_refused():
    with pytest.raises(ValueError, match=r"shape \(1, 4\)"):
        pad(nn.Sequential(nn.Flatten(), nn.Linear(784, 4)))


@pytest.fixture
def displayed(monkeypatch):
    outputs = []

    def collect(data, raw, metadata):
        outputs.append(data)

    monkeypatch.setattr(PAD, "display", collect)
    return outputs


def test_print_gets_pictures_with_what_is_read_in_words(displayed):
    pad()
    [data] = displayed
    [picture] = pictures_in_html(data["text/html"])
    assert picture.alt == data["text/plain"]
    assert "<script" not in data["text/html"]
    for name, strokes in EXAMPLES.items():
        reading = read_digit(trained_network(), drawn(strokes))
        sure = PAD.percent(reading.probabilities.max())
        assert f"in {name}, {reading.digit} ({sure})" in picture.alt


def test_words_are_the_same_on_every_machine():
    """No percentage lies where rounding errors of another machine could turn it."""
    for strokes in EXAMPLES.values():
        shares = read_digit(trained_network(), drawn(strokes)).probabilities
        percent = 100 * shares.sort(descending=True).values
        said = percent[(percent > 0.9) & (percent < 99.1)]
        assert ((said % 1 - 0.5).abs() > 0.01).all()
        assert ((said - 1).abs() > 0.01).all() and ((said - 99).abs() > 0.01).all()


def test_a_live_notebook_gets_the_pad_and_the_pictures_behind_it(
    displayed, monkeypatch
):
    monkeypatch.setattr(PAD, "live", lambda: True)
    model = trained_network()
    pad(model)
    [data] = displayed
    assert len(pictures_in_html(data["text/html"])) == 1
    assert data["text/html"].count("</script>") == 1
    given = re.search(r"\}\)\((\[.*\]), (.*)\);\n\}\)\(\)</script>$", data["text/html"])
    assert json.loads(given[1]) == layers_of(model)
    assert json.loads(given[2]) == INK
    assert not re.search(r"https?:|import\(|fetch\(", data["text/html"])
    assert len(data["text/html"]) < 300_000


def test_what_the_pad_needs_is_installed_with_it():
    import tomllib

    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())
    listed = project["tool"]["setuptools"]["package-data"]["lessons_lib.digits"]
    folder = Path(PAD.__file__).parent
    found = {path.name for pattern in listed for path in folder.glob(pattern)}
    assert found == {"network.js", "network.npz", "pad.js"}
