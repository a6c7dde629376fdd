import os
import random
import subprocess
import sys

import numpy as np
import pytest
import torch

from lessons_lib.runtime import THREADS, live, setup


def draw():
    return random.random(), np.random.rand(), torch.rand(1).item()  # noqa: NPY002


def test_same_seed_gives_same_numbers_from_all_three_generators():
    setup(seed=5)
    first = draw()
    setup(seed=5)
    assert draw() == first
    setup(seed=6)
    assert all(a != b for a, b in zip(draw(), first, strict=True))


def test_setup_prints_nothing(capsys):
    setup(seed=1)
    captured = capsys.readouterr()
    assert captured.out == captured.err == ""


def test_setup_fixes_threads_and_algorithms():
    torch.set_num_threads(1)
    setup(seed=1)
    assert torch.get_num_threads() == THREADS
    assert torch.are_deterministic_algorithms_enabled()


@pytest.mark.parametrize("seed", [-1, 1.5, "1", None, True])
def test_bad_seed_is_refused_with_an_example(seed):
    with pytest.raises(ValueError, match=r"setup\(seed=1\)"):
        setup(seed)


def test_device_is_the_processor_unless_named(monkeypatch):
    monkeypatch.delenv("LESSONS_DEVICE", raising=False)
    assert setup(seed=1) == torch.device("cpu")
    monkeypatch.setenv("LESSONS_DEVICE", "meta")
    assert setup(seed=1) == torch.device("meta")


def test_nobody_watches_outside_a_notebook():
    assert live() is False


def test_importing_the_package_does_not_touch_pyplot():
    # A learner's script may choose its own backend before it draws.
    code = "import sys, lessons_lib; sys.exit('matplotlib.pyplot' in sys.modules)"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    assert subprocess.run([sys.executable, "-c", code], env=environment).returncode == 0
