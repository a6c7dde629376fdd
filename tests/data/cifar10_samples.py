"""CIFAR-10 in small, as an archive and as a folder of pictures."""

import io
import struct
import tarfile

import numpy as np
import torch
from PIL import Image

from lessons_lib.data import _cifar10_formats as formats
from lessons_lib.data._download import Source

PER_BATCH = 20


def word(text):
    return b"U" + bytes([len(text)]) + text.encode()  # SHORT_BINSTRING, as Python 2


def number(value):
    return b"J" + struct.pack("<i", value)


def published(pixels, labels):
    """Pickle a batch opcode by opcode as the Python 2 of 2009 did."""
    dtype = b"cnumpy\ndtype\n" + b"(" + word("u1") + b"K\x00K\x01t" + b"R"
    dtype += b"(" + b"K\x03" + word("|") + b"NNN" + number(-1) + number(-1) + b"K\x00tb"
    raw = pixels.tobytes()
    array = b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\x00t"
    array += word("b") + b"tR(K\x01(" + b"".join(map(number, pixels.shape)) + b"t"
    array += dtype + b"\x89" + b"T" + struct.pack("<i", len(raw)) + raw + b"tb"
    ints = b"](" + b"".join(b"K" + bytes([label]) for label in labels) + b"e"
    return b"\x80\x02}(" + word("data") + array + word("labels") + ints + b"u."


def packed(members):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def serve(monkeypatch, *contents):
    """Let the sources be places that have these contents; return what is asked."""
    asked = []

    def place(number, content):
        def fetch(names):
            asked.append(number)
            if isinstance(content, Exception):
                raise content
            return [(names[0], content)]

        return Source(f"place {number}", fetch)

    places = [place(*pair) for pair in enumerate(contents, 1)]
    monkeypatch.setattr(formats, "sources", lambda: places)
    return asked


def assert_from_archive(pictures, batches):
    train, test = pictures
    pixels = np.concatenate([batches[name][0] for name in formats.BATCHES[:5]])
    expected = torch.from_numpy(pixels.reshape(-1, 3, 32, 32)).float() / 255
    assert torch.equal(train.images, expected)
    assert train.labels.tolist() == [
        x for n in formats.BATCHES[:5] for x in batches[n][1]
    ]
    assert test.labels.tolist() == batches["test_batch"][1]
    assert test.images.shape == (PER_BATCH, 3, 32, 32)


def fill(folder, ending="png", train=2, test=1, mode="RGB"):
    random = np.random.default_rng(1)
    for part, count in (("train", train), ("test", test)):
        for label, name in enumerate(formats.CLASSES):
            (folder / part / name).mkdir(parents=True, exist_ok=True)
            for position in range(count):
                pixels = random.integers(0, 256, (32, 32, 3), dtype=np.uint8)
                pixels[0, 0] = label
                picture = Image.fromarray(pixels).convert(mode)
                picture.save(folder / part / name / f"{position:04}.{ending}")
