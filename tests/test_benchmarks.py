import json
import re

import pytest
import torch
from torch import nn

from benchmarks import contests
from benchmarks.contests import Run, measure, seconds_to, table
from benchmarks.recipes import (
    CONTESTS,
    FACTORS,
    Recipe,
    course_cifar10,
    usual_cifar10,
    usual_mnist,
)
from lessons_lib.data import Batches, Pictures, mnist


@pytest.fixture(scope="module")
def runs():
    sides = {"usual": Run([2.0, 4.0], [0.5, 0.7], 1.5, 900.0)}
    sides["course"] = Run([0.5], [0.8], 0.49, 700.0)
    return {
        (name, side): [
            run._replace(seconds=[n * s for s in run.seconds]) for n in (1, 2, 3)
        ]
        for name in CONTESTS
        for side, run in sides.items()
    }


def test_seconds_to_an_accuracy_count_whole_epochs():
    run = Run([2.0, 4.0], [0.5, 0.7], 1.5, 900.0)
    assert seconds_to(run, 0.5) == 2 and seconds_to(run, 0.6) == 6
    assert seconds_to(run, 0.71) is None
    assert run.waiting == 0.5


def test_the_table_says_who_reached_what(runs):
    usual, course = (
        next(line for line in table(runs) if f"| MLP A | {side}" in line)
        for side in ("usual", "course")
    )
    assert "| 70.00% | 12.0 (6.0 to 18.0) |" in usual  # the target is its own median
    assert "| 1.0 (0.5 to 1.5) |" in course
    printed = next(line for line in table(runs) if "| network E | usual" in line)
    assert "| 98.69% | not reached |" in printed
    assert "12.0 (12.0 to 12.0) times less" in contests.ratios(runs)[0]


def test_runs_are_kept_and_sides_take_turns(monkeypatch, tmp_path):
    calls = []
    monkeypatch.setattr(contests, "STORE", tmp_path / "new" / "bench.jsonl")

    class Done:
        stdout = json.dumps(Run([1.0], [0.5], 1.0, 10.0)).encode()

    def run(command, **_):
        calls.append(tuple(command[-3:]))
        return Done

    monkeypatch.setattr(contests.subprocess, "run", run)
    first = list(contests.run_all(["MLP A"]))
    assert calls == [
        ("MLP A", side, seed) for seed in "123" for side in ("usual", "course")
    ]
    again = list(contests.run_all(["MLP A"]))
    assert again == first and len(calls) == 6


def test_one_training_is_measured():
    torch.manual_seed(0)
    few = Pictures(torch.randn(40, 4), torch.arange(40) % 2)
    batches = Batches(*few, 10)
    recipe = Recipe(
        lambda: nn.Linear(4, 2), lambda: (batches, batches), torch.optim.Adam, 2
    )
    run = measure(recipe, 1)
    assert len(run.seconds) == len(run.accuracies) == 2
    assert run.roof > 0 and run.memory > 50


@pytest.mark.parametrize("name", CONTESTS)
def test_both_sides_have_the_same_layers(name):
    contest = CONTESTS[name]
    shapes = [
        sorted(tuple(p.shape) for p in recipe.network().parameters())
        for recipe in (contest.usual, contest.course)
    ]
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize("name", FACTORS)
def test_the_last_step_of_a_ladder_is_the_course(name):
    *_, course, one_thread = FACTORS[name].values()
    wanted, text = CONTESTS[name].course, re.compile(r" at 0x\w+")
    for field in ("data", "epochs", "peak", "channels_last"):
        found = text.sub("", str(getattr(course, field)))
        assert found == text.sub("", str(getattr(wanted, field)))
    assert one_thread.threads == 1


def test_the_usual_loaders_give_the_pictures_of_the_course():
    _, pictures = mnist()
    train, test = usual_mnist(batch_size=16, pictures=500)
    images, labels = next(iter(test))
    assert len(train.dataset) == 500
    torch.testing.assert_close(images, pictures.images[:16], rtol=0, atol=0)
    assert torch.equal(labels, pictures.labels[:16])


def test_color_pictures_are_prepared_alike_on_both_sides():
    (usual_train, usual), (train, test) = usual_cifar10(4), course_cifar10(4)
    for loader in (usual_train, usual, train, test):
        images, labels = next(iter(loader))
        assert images.shape[1:] == (3, 32, 32) and len(labels) == len(images)
        assert images.min() < 0
    whole, first = next(iter(test))[0], next(iter(usual))[0]
    torch.testing.assert_close(whole[:4], first, rtol=0, atol=1e-5)


def test_a_contest_counts_once_all_its_runs_are_there(monkeypatch, tmp_path):
    monkeypatch.setattr(contests, "STORE", tmp_path / "bench.jsonl")
    run = Run([1.0], [0.5], 1.0, 10.0)
    keys = [("MLP A", side, seed) for side in ("usual", "course") for seed in (1, 2, 3)]
    keys += [("MLP B", "usual", seed) for seed in (1, 2, 3)]
    lines = [json.dumps([key, run]) for key in keys]
    contests.STORE.write_text("\n".join(lines))
    found = contests.complete(["MLP A", "MLP B"])
    assert set(found) == {("MLP A", "usual"), ("MLP A", "course")}


def test_the_first_step_of_a_ladder_is_measured_once(runs):
    for name in FACTORS:
        steps = [
            side for group, side in contests.recipes() if group == f"{name}, factors"
        ]
        assert "as commonly written" not in steps
        runs |= {(f"{name}, factors", step): runs[name, "course"] for step in steps}
    text = "\n".join(contests.factors(runs))
    assert text.count("| as commonly written | ") == len(FACTORS)
