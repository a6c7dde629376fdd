"""Disks that are really full or really read-only: nothing is lost, and it is said."""

import pytest

from drills.disks import on_its_own_disks

DATA = """
import os
from pathlib import Path
import numpy as np
from data.samples import CONTENTS, MNIST, Recorder, idx, load, published, visible
from lessons_lib.data import DataUnavailable, mnist

top = Path(os.environ["top"])
found = {}

# A download, on a disk with room for half of it
folder = top / "download"
small_disk(folder, 64)
big = {name: os.urandom(48_000) for name in ("one", "two")}
import data.samples
data.samples.FILES = published(big)
try:
    load(folder, [Recorder(big)])
except DataUnavailable as error:
    found["download"] = str(error)
found["downloaded"] = {n: (folder / n).read_bytes() == big[n] for n in visible(folder)}

# MNIST, fetched, on disks with no room for what is decoded, or read-only
files = {}
for part in ("train", "t10k"):
    pixels = np.random.default_rng(0).integers(0, 256, (200, 28, 28), dtype=np.uint8)
    files[f"{part}-images-idx3-ubyte"] = idx(pixels)
    files[f"{part}-labels-idx1-ubyte"] = idx(np.zeros(200, np.uint8))
MNIST.FILES = published(files)
for name in ("full", "half", "read-only", "shared"):
    os.environ["LESSONS_DATA"] = str(top / name)
    folder = top / name / "mnist"
    small_disk(top / name, 4096)
    folder.mkdir()
    for file, content in files.items():
        (folder / file).write_bytes(content)
    if name == "shared":
        mnist()
        (folder / ".lock").unlink()
    if name in ("full", "half"):
        fill(top / name, 500 if name == "half" else 0)
    else:
        read_only(top / name)
    train, _ = mnist()
    found[name] = [train.images.sum().item(), visible(folder)]

# Nothing there, and nothing may be written
folder = top / "empty"
small_disk(folder, 64)
read_only(folder)
os.environ["LESSONS_DATA"] = str(folder)
MNIST.sources = list
try:
    mnist()
except DataUnavailable as error:
    found["empty"] = str(error)
done(**found, right=MNIST._digits(files, "train")[0].sum().item())
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return on_its_own_disks(DATA, top=tmp_path_factory.mktemp("disks"))


@pytest.mark.drill(
    "the disk is full in the middle of a download",
    "an error says so, files that came are whole, no half one stays",
)
def test_download_on_a_full_disk(data):
    assert "No space left on device" in data["download"]
    assert data["downloaded"] == {"one": True}


@pytest.mark.parametrize(
    ("disk", "what"),
    [
        ("full", "full before pictures are decoded"),
        ("half", "full in the middle of writing decoded pictures"),
        ("read-only", "read-only, and nothing is decoded"),
    ],
)
@pytest.mark.drill("the data disk is {what}", "the lesson runs on memory of its own")
def test_pictures_without_room(data, disk, what):
    total, names = data[disk]
    assert total == data["right"]
    assert len(names) == 4 and not any("decoded" in name for name in names)


@pytest.mark.drill("the data disk is read-only, decoded before", "pictures are shared")
def test_pictures_on_a_read_only_disk(data):
    total, names = data["shared"]
    assert total == data["right"] and "decoded.pt" in names


@pytest.mark.drill(
    "the data disk is empty and read-only", "an error names the folder and the files"
)
def test_nothing_on_a_read_only_disk(data):
    assert "Read-only file system" in data["empty"]
    assert "train-images-idx3-ubyte" in data["empty"]


DESK = """
import os
from pathlib import Path
from desk.samples import changed, lesson
from desk.test_folder import NAME, publish, read, run, work_in
from lessons_lib.desk.folder import DeskError
from lessons_lib.desk.progress import read_progress, record

top = Path(os.environ["top"])
found = {}
for name in ("full", "read-only"):
    course = top / name
    (course / "notebooks").mkdir(parents=True)
    small_disk(course / "work", 256)
    publish(course, lesson())
    run(course)
    work_in(course, stub="many = 4")
    record("pooling", "many", "Right", course / "work")
    before = (course / "work" / NAME).read_bytes()
    publish(course, changed(lesson(), figure="show(5)" + 9000 * "#"))
    fill(course / "work", 4) if name == "full" else read_only(course / "work")
    try:
        run(course)
        found[name] = "no error"
    except DeskError as error:
        found[name] = str(error)
    record("pooling", "other", "Right", course / "work")
    same = (course / "work" / NAME).read_bytes() == before
    parts = [p.name for p in (course / "work").rglob("*.part")]
    kept = read_progress(course / "work")["pooling"]["many"]
    found[name] = [found[name], same, parts, kept]
done(**found)
"""


@pytest.fixture(scope="module")
def desks(tmp_path_factory):
    return on_its_own_disks(DESK, top=tmp_path_factory.mktemp("desks"))


@pytest.mark.parametrize(
    ("disk", "words"),
    [("full", "No space left on device"), ("read-only", "Read-only file system")],
)
@pytest.mark.drill(
    "the disk of the learner's copies is {disk} at an update",
    "one error; the copies and what is done stay as they were",
)
def test_desk(desks, disk, words):
    told, same, parts, kept = desks[disk]
    assert words in told and "\n" not in told
    assert same and parts == [] and kept == "Right"


PRINT = """
import os
from contextlib import redirect_stderr
from dataclasses import replace
from io import StringIO
from pathlib import Path
import handout_samples as sample
import nbformat
from handout_pdfs import SETTINGS, with_title
from handouts.publish import publish

top = Path(os.environ["top"])
lesson = top / "01_lesson.ipynb"
nbformat.write(with_title(*sample.exercise(1)), lesson)
found = {}
for name in ("full", "read-only"):
    exports = top / name
    small_disk(exports, 512)
    settings = replace(SETTINGS, exports=exports)
    publish([lesson], settings, ("student",), "a4")
    before = {p.name: p.read_bytes() for p in (exports / "student").iterdir()}
    fill(exports) if name == "full" else read_only(exports)
    with redirect_stderr(StringIO()) as told:
        status = publish([lesson], settings, ("student",), "us-letter")
    after = {p.name: p.read_bytes() for p in (exports / "student").iterdir()}
    found[name] = [status, told.getvalue(), before == after, sorted(after)]
done(**found)
"""


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    return on_its_own_disks(PRINT, top=tmp_path_factory.mktemp("exports"))


@pytest.mark.parametrize(
    ("disk", "words"),
    [("full", "No space left on device"), ("read-only", "Read-only file system")],
)
@pytest.mark.drill(
    "the disk is {disk} during make pdf", "the status is 1, former PDFs stay whole"
)
def test_handouts(printed, disk, words):
    status, told, same, names = printed[disk]
    assert status == 1 and same
    assert names == ["01_lesson.ipynb", "01_lesson.pdf"]
    assert words in told and "01_lesson.pdf" in told and "Traceback" not in told


EXECUTE = """
import os, subprocess, sys
from pathlib import Path
import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from lessons_lib.paths import ROOT

top = Path(os.environ["top"])
command = [sys.executable, "-m", "nbconvert", f"--config={ROOT / '.ci' / 'execute.py'}"]
found, runs = {}, {}
for name in ("full", "read-only"):
    folder = top / name
    small_disk(folder, 512)
    cells = [new_code_cell("print('x' * 400_000)")]
    nbformat.write(new_notebook(cells=cells), folder / "lesson.ipynb")
    fill(folder, 100) if name == "full" else read_only(folder)
    before = (folder / "lesson.ipynb").read_bytes()
    run = [*command, str(folder / "lesson.ipynb")]
    runs[name] = before, subprocess.Popen(run, stderr=subprocess.PIPE, text=True)
for name, (before, process) in runs.items():
    _, told = process.communicate()
    after = (top / name / "lesson.ipynb").read_bytes()
    names = sorted(p.name for p in (top / name).iterdir() if p.name != "other")
    found[name] = [process.returncode, told, before == after, names]
done(**found)
"""


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    return on_its_own_disks(EXECUTE, top=tmp_path_factory.mktemp("runs"))


@pytest.mark.parametrize(
    ("disk", "words"),
    [("full", "No space left on device"), ("read-only", "Read-only file system")],
)
@pytest.mark.drill(
    "the disk is {disk} when make run stores a lesson", "the stored lesson stays whole"
)
def test_lesson_is_stored(executed, disk, words):
    status, told, same, names = executed[disk]
    assert status != 0 and same and names == ["lesson.ipynb"]
    assert words in told.splitlines()[-1]
