"""Batch augmentation is what torchvision does one by one, given the same numbers."""

import pytest
import torch
import torchvision.transforms.functional as TF
from torchvision import transforms

from lessons_lib.augment import Draws, FlipAndCrop
from lessons_lib.data import Batches


def seeded(seed):
    return torch.Generator().manual_seed(seed)


def pictures(*shape, seed=0):
    return torch.rand(shape, generator=seeded(seed))


def by_transforms(images, drawn, padding, monkeypatch):
    """Apply torchvision's transform objects, handing them the numbers drawn."""
    both = transforms.Compose(
        [
            transforms.RandomHorizontalFlip(),
            transforms.RandomCrop(images.shape[2:], padding=padding),
        ]
    )
    result = []
    for picture, flipped, top, left in zip(images, *drawn, strict=True):
        chance = torch.tensor([0.0 if flipped else 1.0])
        window = (int(top), int(left), *images.shape[2:])
        with monkeypatch.context() as patch:
            patch.setattr(torch, "rand", lambda *_, chance=chance: chance)
            patch.setattr(
                transforms.RandomCrop, "get_params", lambda *_, window=window: window
            )
            result.append(both(picture))
    return torch.stack(result)


@pytest.mark.parametrize("padding", [0, 1, 4])
@pytest.mark.parametrize(
    "shape", [(1, 3, 32, 32), (50, 3, 32, 32), (9, 1, 7, 12), (3, 2, 225, 333)]
)
def test_equal_to_torchvision_given_the_same_numbers(shape, padding, monkeypatch):
    images = pictures(*shape)
    drawn = FlipAndCrop(padding, seeded(1)).draw(len(images))
    expected = by_transforms(images, drawn, padding, monkeypatch)
    assert torch.equal(FlipAndCrop(padding, seeded(1))(images), expected)


def test_equal_to_torchvision_on_bytes():
    images = torch.randint(256, (20, 3, 8, 8), generator=seeded(2)).to(torch.uint8)
    drawn = FlipAndCrop(2, seeded(3)).draw(20)
    expected = [
        TF.crop(TF.pad(TF.hflip(p) if f else p, 2), int(t), int(w), 8, 8)
        for p, f, t, w in zip(images, *drawn, strict=True)
    ]
    assert torch.equal(FlipAndCrop(2, seeded(3))(images), torch.stack(expected))


def test_draws_are_evenly_spread():
    flipped, top, left = FlipAndCrop(4, seeded(1)).draw(90_000)
    assert flipped.dtype == torch.bool and flipped.float().mean().sub(0.5).abs() < 0.01
    for start in (top, left):
        counts = start.bincount(minlength=9)
        assert len(counts) == 9 and (counts - 10_000).abs().max() < 500
    assert torch.corrcoef(torch.stack([top, left]).double())[0, 1].abs() < 0.02
    assert isinstance(FlipAndCrop(4, seeded(1)).draw(3), Draws)


def test_what_was_given_is_not_changed():
    images = pictures(8, 3, 6, 6)
    before = images.clone()
    FlipAndCrop(2, seeded(1))(images).zero_()
    FlipAndCrop(0, seeded(1))(images).zero_()
    assert torch.equal(images, before)


def test_batches_are_augmented_anew_in_every_pass():
    images, labels = pictures(40, 3, 8, 8), torch.arange(40)
    batches = Batches(images, labels, 16, augment=FlipAndCrop(2, seeded(1)))
    first = torch.cat([batch for batch, _ in batches])
    second = torch.cat([batch for batch, _ in batches])
    assert first.shape == images.shape
    assert not torch.equal(first, second) and not torch.equal(first, images)
    again = Batches(images, labels, 16, augment=FlipAndCrop(2, seeded(1)))
    assert torch.equal(torch.cat([batch for batch, _ in again]), first)


def test_global_seed_is_followed_without_a_generator():
    images = pictures(10, 3, 8, 8)
    results = []
    for _ in range(2):
        torch.manual_seed(4)
        results.append(FlipAndCrop(2)(images))
    assert torch.equal(*results)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: FlipAndCrop(-1), "padding=-1"),
        (lambda: FlipAndCrop(1.5), "padding=1.5"),
        (lambda: FlipAndCrop(True), "padding=True"),
        (lambda: FlipAndCrop(1)(pictures(3, 8, 8)), r"images\[None\]"),
    ],
)
def test_bad_arguments(call, message):
    with pytest.raises(ValueError, match=message):
        call()
