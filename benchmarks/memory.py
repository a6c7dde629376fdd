"""Memory of kernels that look at MNIST: `python -m benchmarks.memory`.

Compares three ways to keep the pictures, in one process and in three at once: decoded
by each process, as most write-ups do; bytes that are mapped from one file and become
floats where they are used; and floats that are mapped, as the course does. Then real
kernels execute the first cells of two lessons, with and without the mapped file. Linux
only, because it tells how many processes share a page. Writes benchmarks/memory.md.
"""

import contextlib
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import torch
from jupyter_client.manager import start_new_kernel

from lessons_lib.data import mnist
from lessons_lib.data.mnist import DECODED, FILES
from lessons_lib.paths import ROOT, data_folder

COUNTS = (1, 3)
STAGES = ("imports", "mnist()", "every pixel read", "an epoch of batches")
WAYS = {"each": "decoded by each", "bytes": "bytes mapped", "floats": "floats mapped"}
LESSONS = {"03_mlp": 16, "04_cnn": 16}  # how many of its code cells are executed
SECONDS = 600  # for one cell
RESULT = ROOT / "benchmarks" / "memory.md"


def child(way: str) -> None:
    """Go through the stages; wait at each for a line, so that it can be measured."""
    from lessons_lib.data import Batches, Pictures
    from lessons_lib.data.mnist import _decode

    def wait() -> None:
        print("there", flush=True)
        sys.stdin.readline()

    wait()
    if way == "bytes":
        pairs = [mapped_bytes(part) for part in ("train", "t10k")]
    else:
        found = mnist() if way == "floats" else _decode()[0]
        pairs = [tuple(half) for half in found][:2]
        del found
    wait()
    if way == "bytes":
        pairs = [(images.float().div_(255), labels) for images, labels in pairs]
    train, test = (Pictures(*pair) for pair in pairs)
    assert abs(train.images.mean() - 0.1307) < 1e-4 and test.images.max() == 1
    wait()
    for images, _ in Batches(*train, 100, shuffle=True):
        images.sum()
    wait()


def mapped_bytes(part: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Map the published files of MNIST themselves."""
    folder = data_folder() / "mnist"
    halves = []
    for name, header in ((f"{part}-images-idx3", 16), (f"{part}-labels-idx1", 8)):
        path = folder / f"{name}-ubyte"
        size = path.stat().st_size
        content = torch.from_file(str(path), shared=True, size=size, dtype=torch.uint8)
        halves.append(content[header:])
    return halves[0].view(-1, 1, 28, 28), halves[1]


def memory_of(pid: int) -> dict[str, int]:
    """Return MiB: resident, its share of it, and what no other process can share."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    found = {x.split()[0].rstrip(":"): int(x.split()[1]) / 1024 for x in lines}
    return {name: round(found[name]) for name in ("Rss", "Pss", "Anonymous")}


def mean_of(pids: list[int]) -> dict[str, int]:
    """Return the mean memory of several processes."""
    found = [memory_of(pid) for pid in pids]
    return {name: round(sum(x[name] for x in found) / len(found)) for name in found[0]}


def stages(way: str, count: int) -> Iterator[tuple[str, dict[str, int]]]:
    """Run processes side by side; yield their mean memory at each stage."""
    command = [sys.executable, "-m", "benchmarks.memory", way]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    children = [subprocess.Popen(command, cwd=ROOT, **pipes) for _ in range(count)]
    for stage in STAGES:
        for one in children:
            assert one.stdout.readline() == "there\n", f"{way}: failed at {stage}"
        yield stage, mean_of([one.pid for one in children])
        for one in children:
            one.stdin.write("\n")
            one.stdin.flush()
    for one in children:
        one.communicate(timeout=SECONDS)


@contextlib.contextmanager
def unshared_data() -> Iterator[str]:
    """A data folder in which nothing decoded can be kept."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "mnist" / DECODED).mkdir(parents=True)  # no file can be there
        for name in FILES:
            target = (data_folder() / "mnist" / name).resolve()
            (Path(folder) / "mnist" / name).symlink_to(target)
        yield folder


def lesson_kernels(stem: str, cells: int, count: int, data: str) -> dict[str, int]:
    """Execute the first cells of a lesson in several kernels; return their memory."""
    notebook = nbformat.read(ROOT / "notebooks" / f"{stem}.ipynb", as_version=4)
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    env = {**os.environ, "LESSONS_DATA": data, "PYTHONPATH": str(ROOT)}
    options = {"cwd": str(ROOT), "env": env, "stderr": subprocess.DEVNULL}
    kernels = [start_new_kernel(**options) for _ in range(count)]
    try:
        for source in sources[:cells]:
            for _, client in kernels:
                client.execute(source)
            for _, client in kernels:
                reply = client.get_shell_msg(timeout=SECONDS)
                assert reply["content"]["status"] == "ok", reply["content"]
        return mean_of([manager.provisioner.pid for manager, _ in kernels])
    finally:
        for manager, client in kernels:
            client.stop_channels()
            manager.shutdown_kernel(now=True)


def table() -> Iterator[str]:
    """Yield the lines of the table, while it is measured."""
    yield "| what ran | pictures | processes | resident | share | own |"
    yield "| --- | --- | ---: | ---: | ---: | ---: |"

    def row(what: str, way: str, count: int, found: dict[str, int]) -> str:
        cells = [what, WAYS[way], count, *found.values()]
        return f"| {' | '.join(map(str, cells))} |"

    for count in COUNTS:
        for way in WAYS:
            for stage, found in stages(way, count):
                yield row(stage, way, count, found)
    with unshared_data() as unshared:
        places = {"each": unshared, "floats": str(data_folder())}
        for stem, cells in LESSONS.items():
            for count in COUNTS:
                for way, data in places.items():
                    what = f"lesson {stem[:2]}, {cells} cells"
                    yield row(
                        what, way, count, lesson_kernels(stem, cells, count, data)
                    )


def main() -> None:
    """Measure, print and write down the table."""
    if len(sys.argv) > 1:
        return child(sys.argv[1])
    mnist()  # decodes it, if nobody has
    lines = []
    for line in table():
        print(line, flush=True)
        lines.append(line)
    about = (
        f"{platform.system()} {platform.machine()}, Python "
        f"{platform.python_version()}, PyTorch {torch.__version__}"
    )
    RESULT.write_text(
        f"# Memory of a kernel that looks at MNIST\n\n{' '.join(NOTE.split())}\n\n"
        + "\n".join(lines)
        + f"\n\n{about}. `python -m benchmarks.memory` measures it again.\n",
        encoding="utf-8",
    )


NOTE = """MiB per process, the mean of those that ran at once. *Resident*: all pages
that it touched. *Share*: the same, but a page that several processes use counts in
parts. *Own*: pages that can't be shared and can't be dropped, the size of what a class
needs once for each student. "Bytes mapped" is the smallest until a lesson computes with
the pictures, which it does from its first cells on; then each kernel holds the floats.
"Floats mapped" is what the course does: the file is larger (220 instead of 55 MB), and
no kernel holds them for itself."""


if __name__ == "__main__":
    main()
