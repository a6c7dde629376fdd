"""Ten classes of drawn shapes: what lesson 09 uses where CIFAR-10 can't be had.

Every picture shows one of ten shapes, of any color and size and more or less upright,
somewhere in front of a colored ground with stray strokes and noise. A single pixel says
next to nothing about the class, so a linear model fails; edges and corners do, so a
convolutional network does well. The same seed gives the same bytes on every computer:
only additions, multiplications, divisions and square roots are used, which every
processor rounds alike.
"""

import math
from collections.abc import Callable

import numpy as np

PARTS = ((50_000, 9), (10_000, 10))  # training and test: pictures, seed
VERSION = "drawn-1"  # to be changed whenever the drawing changes
SIDE = 32
BLOCK = 250  # pictures drawn at once: they fit into the processor's cache
STROKES = 2  # stray strokes behind each shape, and as many in front of it
NOISE = 0.12  # largest change of a pixel
TURN = 0.2  # tangent of half the largest angle by which a shape is turned
SMALLEST, LARGEST = 7.5, 12.0  # radius of a shape in pixels


def draw(per_class: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw as many pictures of each class, in mixed order.

    Args:
        per_class: pictures of each of the ten classes.
        seed: whole number from which everything follows.

    Returns:
        images: array (10 per_class, 3, 32, 32), uint8.
        labels: array (10 per_class,), uint8.
    """
    images = np.empty((len(CLASSES) * per_class, 3, SIDE, SIDE), np.uint8)
    labels = np.empty(len(images), np.uint8)
    order = np.argsort(_Dice(seed).raw(len(images)), kind="stable")
    for label, places in enumerate(order.reshape(-1, per_class)):
        labels[places] = label
        for start in range(0, per_class, BLOCK):
            rows = places[start : start + BLOCK]
            images[rows] = _draw_block(label, len(rows), _Dice(seed, label, start))
    return images, labels


class _Dice:
    """Random numbers that are the same bits under every version of NumPy."""

    def __init__(self, *seed: int) -> None:
        self.bits = np.random.PCG64(np.random.SeedSequence(seed))

    def raw(self, count: int) -> np.ndarray:
        return self.bits.random_raw(count)

    def uniform(self, low: float, high: float, *shape: int) -> np.ndarray:
        """Return float32 numbers of this shape, evenly spread between low and high."""
        steps = (self.raw(math.prod(shape)) >> np.uint64(40)).astype(np.float32)
        numbers = steps * np.float32((high - low) / 2**24) + np.float32(low)
        return numbers.reshape(shape)

    def noise(self, *shape: int) -> np.ndarray:
        """Return float32 numbers between -1 and 1 in 256 steps."""
        count, half = math.prod(shape), np.float32(127.5)
        raw = self.raw(-(-count // 8)).astype("<u8").view(np.uint8)[:count]
        return ((raw.astype(np.float32) - half) / half).reshape(shape)

    def turned(
        self, x: np.ndarray, y: np.ndarray, turn: float = 1
    ) -> tuple[np.ndarray, np.ndarray]:
        """Turn points by angles up to the one whose half has this tangent.

        cos and sin themselves differ in the last digit between processors.
        """
        t = self.uniform(-turn, turn, len(x), 1, 1)
        cosine, sine = (1 - t * t) / (1 + t * t), 2 * t / (1 + t * t)
        return x * cosine + y * sine, y * cosine - x * sine


def _draw_block(label: int, count: int, dice: _Dice) -> np.ndarray:
    """Draw pictures of one class: ground, strokes, shape, strokes, noise."""
    shape = _SHAPES[CLASSES[label]]
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32)[:, None]
    ground = dice.uniform(0.05, 0.75, count, 3, 1, 1)
    picture = ground + _slope(dice, count, x, y)
    for _ in range(STROKES):
        picture = _stroke(picture, dice, x, y)
    radius = dice.uniform(SMALLEST, LARGEST, count, 1, 1)
    room = SIDE / 2 - radius + 1
    left = SIDE / 2 - 0.5 + room * dice.uniform(-1, 1, count, 1, 1)
    top = SIDE / 2 - 0.5 + room * dice.uniform(-1, 1, count, 1, 1)
    across, down = dice.turned(x - left, y - top, TURN)
    u, v = across / radius, down / radius
    u = np.where(dice.uniform(0, 1, count, 1, 1) < 0.5, u, -u)  # as often mirrored
    inside = np.clip(shape(u, v) * radius + 0.5, 0, 1)[:, None]
    color = ground + dice.uniform(-0.1, 0.5, count, 3, 1, 1)  # most channels brighter
    color = color + _slope(dice, count, x, y)
    picture = picture + inside * (color - picture)
    picture = _stroke(picture, dice, x, y)
    picture = picture + NOISE * dice.noise(count, 3, SIDE, SIDE)
    return (np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8)


def _slope(dice: _Dice, count: int, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return colors that change evenly over the picture."""
    across, down = dice.uniform(-0.2, 0.2, 2, count, 3, 1, 1)
    middle = np.float32(SIDE / 2)
    return across * ((x - middle) / middle) + down * ((y - middle) / middle)


def _stroke(
    picture: np.ndarray, dice: _Dice, x: np.ndarray, y: np.ndarray
) -> np.ndarray:
    """Lay a straight stroke of any color over each picture."""
    count = len(picture)
    left, top = dice.uniform(0, SIDE, 2, count, 1, 1)
    along, beside = dice.turned(x - left, y - top)
    length = dice.uniform(2, 9, count, 1, 1)
    width = dice.uniform(0.5, 1.5, count, 1, 1)
    inside = np.minimum(length - np.abs(along), width - np.abs(beside)) + 0.5
    inside = np.clip(inside, 0, 1)[:, None]
    return picture + inside * (dice.uniform(0, 1, count, 3, 1, 1) - picture)


def _round(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Return the distance from the middle: lines of equal height are circles."""
    return np.sqrt(u * u + v * v)


def _square(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Return the larger distance from an axis: lines of equal height are squares."""
    return np.maximum(np.abs(u), np.abs(v))


def _sides(u: np.ndarray, v: np.ndarray, count: int) -> np.ndarray:
    """Return how far a point lies toward each side of a polygon, the nearest last."""
    turns = [2 * math.pi * side / count for side in range(count)]
    across, down = (
        np.array([round(f(t), 6) for t in turns], np.float32).reshape(-1, 1, 1, 1)
        for f in (math.cos, math.sin)
    )
    return np.sort(u * across + v * down, axis=0)


# Each takes coordinates in units of the shape's radius and returns how far inside the
# shape a point lies (negative: outside), in the same unit.
_SHAPES: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "disk": lambda u, v: 0.85 - _round(u, v),
    "ring": lambda u, v: 0.23 - np.abs(_round(u, v) - 0.68),
    "square": lambda u, v: 0.75 - _square(u, v),
    "frame": lambda u, v: 0.21 - np.abs(_square(u, v) - 0.6),
    "triangle": lambda u, v: 0.5 - _sides(u, v, 3)[-1],
    "star": lambda u, v: 0.36 - _sides(u, v, 5)[-2],  # beyond at most one of five lines
    "cross": lambda u, v: np.minimum(
        0.95 - _square(u, v), 0.28 - np.minimum(np.abs(u), np.abs(v))
    ),
    "crescent": lambda u, v: np.minimum(0.9 - _round(u, v), _round(u - 0.45, v) - 0.68),
    "bow tie": lambda u, v: np.minimum(
        0.85 - np.abs(u), 0.1 + 0.8 * np.abs(u) - np.abs(v)
    ),
    "corner": lambda u, v: np.minimum(
        0.75 - _square(u, v), -np.minimum(u + 0.05, v + 0.05)
    ),
}
CLASSES = tuple(_SHAPES)
