import os
import random
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from lessons_lib.runtime import THREADS, live, seeds, setup, threads


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


def test_an_empty_device_is_the_processor(monkeypatch):
    monkeypatch.setenv("LESSONS_DEVICE", "")
    assert setup(seed=1) == torch.device("cpu")


def test_a_device_that_does_not_exist_is_named(monkeypatch):
    monkeypatch.setenv("LESSONS_DEVICE", "gpu")
    with pytest.raises(ValueError, match=r"LESSONS_DEVICE='gpu'.*cuda"):
        setup(seed=1)


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has one")
def test_a_device_that_this_machine_lacks_is_named(monkeypatch):
    monkeypatch.setenv("LESSONS_DEVICE", "cuda")
    with pytest.raises(ValueError, match="LESSONS_DEVICE='cuda' names no device of"):
        setup(seed=1)


def test_a_contest_has_seeds_that_all_differ(monkeypatch):
    monkeypatch.delenv("LESSONS_SEED_SHIFT", raising=False)
    assert seeds(3) == (1, 2, 3)
    with pytest.raises(ValueError, match="at least 1"):
        seeds(0)


def test_one_variable_shifts_every_seed(monkeypatch):
    monkeypatch.setenv("LESSONS_SEED_SHIFT", "")
    setup(seed=101)
    expected = draw()
    monkeypatch.setenv("LESSONS_SEED_SHIFT", "100")
    assert seeds(2) == (101, 102)
    setup(seed=1)
    assert draw() == expected


@pytest.mark.parametrize("shift", ["-1", "1.5", "many"])
def test_a_shift_that_is_no_number_is_named(shift, monkeypatch):
    monkeypatch.setenv("LESSONS_SEED_SHIFT", shift)
    for use in (lambda: seeds(1), lambda: setup(seed=1)):
        with pytest.raises(ValueError, match=f"LESSONS_SEED_SHIFT='{shift}'"):
            use()


def test_threads_are_as_before_after_the_block_also_after_an_error():
    setup(seed=1, threads=1)
    assert torch.get_num_threads() == 1
    with pytest.raises(KeyError), threads(2):
        assert torch.get_num_threads() == 2
        raise KeyError
    assert torch.get_num_threads() == 1
    setup(seed=1)


def test_nobody_watches_outside_a_notebook():
    assert live() is False


@pytest.mark.parametrize(
    "metadata, watched",
    [
        ({"cellId": "4f", "deletedCells": []}, True),  # JupyterLab, Notebook 7
        ({"cellId": "vscode-notebook-cell:/a.ipynb#X1"}, True),
        ({"colab": {"cell_id": "x1", "executionCount": 3}}, True),
        ({"commandId": "42", "notebookId": 7}, True),  # Databricks
        ({}, False),  # nbclient, nbval, papermill
        (None, False),
        ({"colab": None}, False),
        ({"cellId": ""}, False),
    ],
)
def test_who_is_live(metadata, watched, monkeypatch):
    parent = {"content": {"code": "live()"}, "metadata": metadata}
    kernel = SimpleNamespace(get_parent=lambda channel: parent)
    monkeypatch.setattr("IPython.get_ipython", lambda: SimpleNamespace(kernel=kernel))
    assert live() is watched


def test_a_shell_without_a_kernel_is_not_live(monkeypatch):
    monkeypatch.setattr("IPython.get_ipython", lambda: SimpleNamespace())
    assert live() is False


def test_importing_the_package_does_not_touch_pyplot():
    # A learner's script may choose its own backend before it draws.
    code = "import sys, lessons_lib; sys.exit('matplotlib.pyplot' in sys.modules)"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    assert subprocess.run([sys.executable, "-c", code], env=environment).returncode == 0


def test_trials_set_the_usual_number_of_threads(monkeypatch):
    before = torch.get_num_threads()
    try:
        monkeypatch.setenv("LESSONS_THREADS", "1")
        setup(0)
        assert torch.get_num_threads() == 1
        setup(0, threads=2)
        assert torch.get_num_threads() == 2
        for wrong in ("0", "many", "-1"):
            monkeypatch.setenv("LESSONS_THREADS", wrong)
            with pytest.raises(ValueError, match="LESSONS_THREADS"):
                setup(0)
    finally:
        torch.set_num_threads(before)
