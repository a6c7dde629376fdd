"""Pictures are a pair of tensors that knows more; one by one they are the same."""

import copy
import pickle
from dataclasses import FrozenInstanceError, replace

import pytest
import torch
from torch.utils.data import DataLoader
from torchvision.transforms import Compose, Normalize, ToTensor

from lessons_lib.data import OneByOne, Pictures, color_statistics


def pictures(channels, count=5):
    generator = torch.Generator().manual_seed(0)
    shape = (count, channels, 6, 4)
    images = torch.randint(256, shape, generator=generator).float() / 255
    return Pictures(images, torch.arange(count))


def test_color_statistics_are_those_of_all_pixels():
    images = pictures(3).images.double()
    pixels = images.transpose(0, 1).flatten(1)
    mean, std = color_statistics(images)
    assert torch.allclose(mean, pixels.mean(1))
    assert torch.allclose(std, pixels.std(1, correction=0))


@pytest.mark.parametrize("channels", [1, 3])
def test_samples_are_the_pictures(channels):
    images, labels = pictures(channels)
    samples = OneByOne((images, labels), ToTensor())
    assert len(samples) == 5
    for i, (image, label) in enumerate(samples[i] for i in range(5)):
        assert torch.equal(image, images[i]) and label == labels[i]
        assert type(label) is int


def test_transforms_get_pil_images():
    seen = []
    samples = OneByOne(pictures(3), lambda picture: seen.append(picture) or 7)
    assert samples[2] == (7, 2)
    assert seen[0].mode == "RGB" and seen[0].size == (4, 6)
    OneByOne(pictures(1), seen.append)[0]
    assert seen[1].mode == "L"


def test_a_loader_makes_batches_of_them():
    data = pictures(1)
    transform = Compose([ToTensor(), Normalize((0.5,), (0.5,))])
    loader = DataLoader(OneByOne(data, transform), batch_size=2)
    batches = list(loader)
    assert [len(images) for images, _ in batches] == [2, 2, 1]
    images = torch.cat([images for images, _ in batches])
    torch.testing.assert_close(images, 2 * data.images - 1)
    labels = torch.cat([labels for _, labels in batches])
    assert labels.dtype == torch.int64 and torch.equal(labels, data.labels)


@pytest.mark.parametrize("shape", [(5, 6, 4), (5, 2, 6, 4)])
def test_other_shapes(shape):
    with pytest.raises(ValueError, match="expected"):
        OneByOne(Pictures(torch.zeros(shape), torch.zeros(5)), ToTensor())


# What pictures know


def colored(count=3):
    pair = torch.zeros(count, 3, 32, 32), torch.arange(count)
    return Pictures(*pair, ("a", "b", "c"), "somewhere", stand_in=True)


@pytest.mark.parametrize("made", [pictures(1), colored(5)])
def test_pictures_are_a_pair(made):
    images, labels = made
    assert images is made.images and labels is made.labels
    assert [part is whole for part, whole in zip((*made,), made, strict=True)] == 2 * [
        True
    ]
    assert len(made) == 5 and isinstance(made, Pictures)


def test_pictures_are_printed_in_one_line():
    pair = "images=(3, 3, 32, 32) torch.float32, labels=(3,) torch.int64"
    assert repr(colored()) == f"Pictures({pair})"


def test_the_first_pictures_are_views_and_know_as_much():
    made = colored()
    first = made.take(2)
    assert torch.equal(first.labels, made.labels[:2]) and len(first) == 2
    assert first.images.data_ptr() == made.images.data_ptr()
    known = (first.classes, first.origin, first.stand_in)
    assert known == (("a", "b", "c"), "somewhere", True)
    assert len(made.take(3)) == 3


@pytest.mark.parametrize("n", [0, -1, 4, 2.0, "2", None])
def test_pictures_that_cannot_be_taken(n):
    with pytest.raises(ValueError, match=r"whole number from 1 to 3.*") as caught:
        colored().take(n)
    assert f"take({n!r})" in str(caught.value)


def test_a_changed_copy_keeps_the_rest():
    made = colored()
    darker = replace(made, images=made.images - 1)
    assert darker.labels is made.labels
    assert (darker.classes, darker.origin, darker.stand_in) == (
        *(made.classes, made.origin),
        True,
    )
    with pytest.raises(FrozenInstanceError):
        made.images = darker.images


def test_pictures_are_equal_to_themselves_alone():
    made, twin = colored(), colored()
    assert made == made and made != twin
    assert {made: 1}[made] == 1 and twin not in {made: 1}


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]
)
def test_copies(again):
    twin = again(colored())
    assert torch.equal(twin.labels, colored().labels) and twin.stand_in
