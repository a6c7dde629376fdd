"""Drawn shapes are the same everywhere, and too hard for a linear model."""

import hashlib

import numpy as np

from lessons_lib.data import _shapes


def test_shapes_are_the_same_bytes_everywhere():
    images, labels = _shapes.draw(30, seed=9)
    assert images.shape == (300, 3, 32, 32) and images.dtype == np.uint8
    assert labels.dtype == np.uint8 and np.bincount(labels).tolist() == 10 * [30]
    digest = hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest()
    assert digest == DIGEST, (
        "the drawing has changed: change _shapes.VERSION and this digest, too"
    )
    assert _shapes.VERSION == "drawn-1"


DIGEST = "f78131ebcc6cceccede7d6c66418443329726bc68156878c40ef85cfe1e0849c"


def test_shapes_of_other_seeds_differ():
    assert not np.array_equal(_shapes.draw(2, 1)[0], _shapes.draw(2, 2)[0])
    assert np.array_equal(_shapes.draw(2, 1)[0], _shapes.draw(2, 1)[0])


def test_shapes_are_hard_for_a_linear_model():
    (images, labels), (others, truth) = _shapes.draw(300, 1), _shapes.draw(50, 2)

    def design(pictures):
        flat = pictures.reshape(len(pictures), -1).astype(np.float64) / 255
        return np.hstack([flat, np.ones((len(flat), 1))])

    x, y = design(images), np.eye(10)[labels]
    # ridge regression in the space of the samples: 3,000 are fewer than 3,073 inputs
    weights = x.T @ np.linalg.solve(x @ x.T + 300 * np.eye(len(x)), y)
    accuracy = ((design(others) @ weights).argmax(axis=1) == truth).mean()
    assert accuracy < 0.3
