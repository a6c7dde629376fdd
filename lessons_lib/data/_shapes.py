"""Ten classes of drawn shapes: what lesson 09 uses where CIFAR-10 can't be had.

Every picture shows one of ten shapes, of any color and size and more or less upright,
somewhere in front of a colored ground with stray strokes and noise. A single pixel says
next to nothing about the class, so a linear model fails; edges and corners do, so a
convolutional network does well. The same seed gives the same bytes on every computer:
only additions, multiplications, divisions and square roots are used, which every
processor rounds alike.
"""

import math

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
    labels = np.repeat(np.arange(len(CLASSES), dtype=np.uint8), per_class)
    order = np.argsort(_Dice(seed).raw(len(labels)), kind="stable")
    for label in range(len(CLASSES)):
        places = order[label * per_class : (label + 1) * per_class]
        for start in range(0, per_class, BLOCK):
            rows = places[start : start + BLOCK]
            images[rows] = _draw_block(label, len(rows), _Dice(seed, label, start))
    mixed = np.empty_like(labels)
    mixed[order] = labels
    return images, mixed


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

    def direction(self, count: int, turn: float = 1) -> tuple[np.ndarray, np.ndarray]:
        """Return cosine and sine of angles up to the one whose half has this tangent.

        cos and sin themselves differ in the last digit between processors.
        """
        t = self.uniform(-turn, turn, count, 1, 1)
        return (1 - t * t) / (1 + t * t), 2 * t / (1 + t * t)


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
    cosine, sine = dice.direction(count, TURN)
    u = ((x - left) * cosine + (y - top) * sine) / radius
    v = ((y - top) * cosine - (x - left) * sine) / radius
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
    cosine, sine = dice.direction(count)
    length = dice.uniform(2, 9, count, 1, 1)
    along = (x - left) * cosine + (y - top) * sine
    beside = (y - top) * cosine - (x - left) * sine
    width = dice.uniform(0.5, 1.5, count, 1, 1)
    inside = np.minimum(length - np.abs(along), width - np.abs(beside)) + 0.5
    inside = np.clip(inside, 0, 1)[:, None]
    return picture + inside * (dice.uniform(0, 1, count, 3, 1, 1) - picture)


# Each takes coordinates in units of the shape's radius and returns how far inside the
# shape a point lies (negative: outside), in the same unit.


def _disk(u, v):
    return 0.85 - np.sqrt(u * u + v * v)


def _ring(u, v):
    return 0.23 - np.abs(np.sqrt(u * u + v * v) - 0.68)


def _square(u, v):
    return 0.75 - np.maximum(np.abs(u), np.abs(v))


def _frame(u, v):
    return 0.21 - np.abs(np.maximum(np.abs(u), np.abs(v)) - 0.6)


def _sides(u, v, count):
    """Return how far a point lies from the middle toward each side of a polygon."""
    for side in range(count):
        turn = 2 * math.pi * side / count
        across, down = round(math.cos(turn), 6), round(math.sin(turn), 6)
        yield u * np.float32(across) + v * np.float32(down)


def _triangle(u, v):
    return 0.5 - np.maximum.reduce(list(_sides(u, v, 3)))


def _star(u, v):
    """A point of a five-pointed star lies beyond at most one of five lines."""
    beyond = np.sort(np.stack(list(_sides(u, v, 5))), axis=0)
    return 0.36 - beyond[-2]


def _cross(u, v):
    long, short = np.maximum(np.abs(u), np.abs(v)), np.minimum(np.abs(u), np.abs(v))
    return np.minimum(0.95 - long, 0.28 - short)


def _crescent(u, v):
    moon = 0.9 - np.sqrt(u * u + v * v)
    return np.minimum(moon, np.sqrt((u - 0.45) * (u - 0.45) + v * v) - 0.68)


def _bow_tie(u, v):
    across = np.abs(u)
    return np.minimum(0.85 - across, 0.1 + 0.8 * across - np.abs(v))


def _corner(u, v):
    square = 0.75 - np.maximum(np.abs(u), np.abs(v))
    return np.minimum(square, -np.minimum(u + 0.05, v + 0.05))


_SHAPES = {
    "disk": _disk,
    "ring": _ring,
    "square": _square,
    "frame": _frame,
    "triangle": _triangle,
    "star": _star,
    "cross": _cross,
    "crescent": _crescent,
    "bow tie": _bow_tie,
    "corner": _corner,
}
CLASSES = tuple(_SHAPES)
