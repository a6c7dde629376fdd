import torch

from benchmarks.recipes import compare, usual_loaders
from lessons_lib.data import mnist


def test_recipes_take_turns_and_the_median_is_reported():
    calls = []

    def recipe(name, accuracies):
        def run(seed):
            calls.append((name, seed))
            return accuracies[seed - 1]

        return run

    table = compare(
        {"a": recipe("a", [0.5, 0.9, 0.6]), "b": recipe("b", [0.1, 0.2, 0.3])}, 3
    )
    assert calls == [(name, seed) for seed in (1, 2, 3) for name in "ab"]
    assert "| a | 60.00% (50.00% to 90.00%) |" in table


def test_the_usual_loaders_give_the_pictures_of_the_course():
    _, pictures = mnist()
    with usual_loaders(batch_size=16) as (train, test):
        images, labels = next(iter(test))
        assert len(train.dataset) == 60_000
    torch.testing.assert_close(images, pictures.images[:16], rtol=0, atol=0)
    assert torch.equal(labels, pictures.labels[:16])
