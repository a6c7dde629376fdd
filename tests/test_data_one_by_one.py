"""Pictures handed out one by one are the pictures that went in."""

import pytest
import torch
from torch.utils.data import DataLoader
from torchvision.transforms import Compose, Normalize, ToTensor

from lessons_lib.data import OneByOne, Pictures


def pictures(channels, count=5):
    generator = torch.Generator().manual_seed(0)
    shape = (count, channels, 6, 4)
    images = torch.randint(256, shape, generator=generator).float() / 255
    return Pictures(images, torch.arange(count))


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
