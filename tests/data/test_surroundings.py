"""The data are found whatever the folders are called and wherever Python runs."""

import os
import subprocess
import sys

import pytest

from data.samples import MNIST, published, small_mnist
from lessons_lib.data import mnist
from lessons_lib.paths import ROOT


@pytest.fixture
def data(tmp_path):
    """A data folder whose path has a space and letters beyond ASCII."""
    folder = tmp_path / "mes données à moi"
    (folder / "mnist").mkdir(parents=True)
    for name, content in small_mnist().items():
        (folder / "mnist" / name).write_bytes(content)
    return folder


def test_path_with_a_space_and_letters_beyond_ascii(data, monkeypatch):
    monkeypatch.setattr(MNIST, "FILES", published(small_mnist()))
    monkeypatch.setenv("LESSONS_DATA", str(data))
    assert len(mnist()[0]) == 3
    for name in ("train-labels-idx1-ubyte", MNIST.DECODED):
        (data / "mnist" / name).unlink()
    monkeypatch.setattr(MNIST, "sources", list)
    with pytest.raises(RuntimeError) as caught:
        mnist()
    assert f"into {data / 'mnist'}:" in str(caught.value).splitlines()


@pytest.mark.skipif(os.name == "nt", reason="no folder like /dev/null")
@pytest.mark.drill("the home folder can't be written", "data is found, without a word")
def test_home_that_cannot_be_written_and_another_current_folder(data, tmp_path):
    program = """
        from data.samples import MNIST, published, small_mnist
        MNIST.FILES = published(small_mnist())
        train, _ = MNIST.mnist()
        print(train)
    """
    run = subprocess.run(
        [sys.executable, "-c", "\n".join(x[8:] for x in program.splitlines())],
        cwd=tmp_path,
        env={
            **os.environ,
            "HOME": "/dev/null/home",
            "LESSONS_DATA": str(data),
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}",
        },
        capture_output=True,
        text=True,
    )
    assert run.stdout.startswith("Pictures(images=(3, 1, 28, 28)"), run.stderr
    assert run.stderr == ""
