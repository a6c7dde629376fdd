"""`Batches` behaves as a `DataLoader` does."""

import re

import pytest
import torch
from torch.utils.data import DataLoader, TensorDataset

from lessons_lib.data import Batches, Pictures


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
    batches = Batches(
        *pictures, 20, shuffle=True, generator=torch.Generator().manual_seed(0)
    )
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

    batches = Batches(*pictures, 20, shuffle=shuffle, augment=darken)
    assert all(images.count_nonzero() == 0 for images, _ in batches)
    assert sizes == [20, 20, 20, 20, 20, 3]
    assert torch.equal(pictures.images, before)


def test_batches_know_their_size(pictures):
    batches = Batches(*pictures, 20)
    assert (len(batches), batches.samples) == (6, 103)
    assert len(Batches(*pictures, 20, drop_last=True)) == 5


IMAGES, LABELS = torch.zeros(4, 1, 2, 2), torch.zeros(4, dtype=torch.int64)


@pytest.mark.parametrize(
    ("arguments", "options", "error", "message"),
    [
        (([[0.0]], LABELS, 2), {}, TypeError, "images must be a tensor, not list"),
        ((IMAGES, [0, 1, 2, 3], 2), {}, TypeError, "labels must be a tensor, not list"),
        (
            (IMAGES, LABELS.numpy(), 2),
            {},
            TypeError,
            "labels must be a tensor, not ndarray",
        ),
        ((IMAGES, LABELS[:3], 2), {}, ValueError, "there are 4 images and 3 labels"),
        ((IMAGES[:0], LABELS[:0], 2), {}, ValueError, "at least one image"),
        ((IMAGES, LABELS, 0), {}, ValueError, "whole number of at least 1, not 0"),
        ((IMAGES, LABELS, 0.5), {}, ValueError, "whole number of at least 1, not 0.5"),
        (
            (IMAGES, LABELS, 2),
            {"generator": 0},
            TypeError,
            "torch.Generator().manual_seed",
        ),
        ((IMAGES, LABELS, 5), {"drop_last": True}, ValueError, "no batch is left"),
    ],
)
def test_bad_arguments(arguments, options, error, message):
    with pytest.raises(error, match=re.escape(message)):
        Batches(*arguments, **options)


def test_options_have_to_be_named():
    with pytest.raises(TypeError, match="positional"):
        Batches(IMAGES, LABELS, 2, True)
