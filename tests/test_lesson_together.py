"""The program of lesson 09 for several processes, run by torchrun on the processor."""

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import torch

LESSON = Path(__file__).parents[1] / "notebooks" / "09_cifar10.ipynb"
SECONDS = 300


def program():
    """Return the program that the lesson tells the reader to save."""
    cells = nbformat.read(LESSON, as_version=4).cells
    (text,) = (cell.source for cell in cells if "torchrun" in cell.source)
    (found,) = re.findall(r"^```python\n(.+?)^```$", text, re.DOTALL | re.MULTILINE)
    return found


def trained(folder, processes, text):
    """Run a program in so many processes, and return the weights that it saved."""
    folder.mkdir()
    (folder / "together.py").write_text(text, encoding="utf-8")
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    done = subprocess.run(
        [*torchrun, f"--nproc_per_node={processes}", "together.py"],
        cwd=folder,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return torch.load(folder / "together.pt", weights_only=True)


def largest_difference(state, other):
    assert state.keys() == other.keys()
    return max((state[name] - other[name]).abs().max().item() for name in state)


@pytest.mark.skipif(
    not torch.distributed.is_available(), reason="PyTorch without torch.distributed"
)
def test_two_processes_give_the_weights_of_one_with_the_joined_batch(tmp_path):
    together = trained(tmp_path / "two", 2, program())
    alone = trained(tmp_path / "one", 1, program())
    assert all(value.dtype == torch.float64 for value in alone.values())
    assert largest_difference(together, alone) < 1e-10
    # It would be easy to agree on weights that never moved, or on halves of a batch.
    unmoved = program().replace("optimizer.step()", "pass")
    assert largest_difference(alone, trained(tmp_path / "still", 1, unmoved)) > 1e-3
    apart = program().replace("DistributedDataParallel(network)", "network")
    assert largest_difference(alone, trained(tmp_path / "apart", 2, apart)) > 1e-5
