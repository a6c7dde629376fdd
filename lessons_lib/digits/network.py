"""The small network of the course, so that a pad reads before any training.

`python -m lessons_lib.digits` trains it again.
"""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lessons_lib.data import Batches, mnist
from lessons_lib.runtime import setup
from lessons_lib.training import Score, fit_one_cycle

__all__ = ["WEIGHTS", "distorted", "train_network", "trained_network"]

WEIGHTS = Path(__file__).with_name("network.npz")  # half precision: 27,000 x 2 bytes
EPOCHS = 12


def trained_network() -> nn.Sequential:
    """Return a small network that reads more than 99% of MNIST's test pictures.

    Returns:
        Maps images (N, 1, 28, 28), float32 in [0, 1], to logits (N, 10). Two
        convolutions and a linear layer, in evaluation mode.
    """
    network = _untrained()
    with np.load(WEIGHTS) as file:
        state = {name: torch.from_numpy(file[name]).float() for name in file}
    network.load_state_dict(state)
    return network.eval()


def train_network(path: Path = WEIGHTS, epochs: int = EPOCHS) -> Score:
    """Train the network on distorted pictures of MNIST, and keep its weights.

    Args:
        path: the file to write.
        epochs: walks through the 60,000 training pictures.

    Returns:
        How the network does on the test pictures.
    """
    setup(seed=1)
    train, test = mnist()
    network = _untrained()
    batches = Batches(train.images, train.labels, 128, shuffle=True, augment=distorted)
    tested = Batches(test.images, test.labels, 1000)
    optimizer = torch.optim.Adam(network.parameters())
    history = fit_one_cycle(network, batches, tested, optimizer, epochs, max_lr=5e-3)
    state = network.state_dict()
    np.savez(path, **{name: value.half().numpy() for name, value in state.items()})
    return Score(history.test_loss[-1], history.test_accuracy[-1], len(test))


def _untrained() -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(1, 20, kernel_size=5),
        nn.MaxPool2d(2),
        nn.ReLU(),
        nn.Conv2d(20, 40, kernel_size=5),
        nn.MaxPool2d(2),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(40 * 4 * 4, 10),
    )


def distorted(images: Tensor) -> Tensor:
    """Turn, slant, stretch and move each picture, and make its strokes thin or thick.

    Args:
        images: (N, 1, H, W), bright strokes on 0.

    Returns:
        As many pictures of the same size, each changed in its own way at random.
    """

    def drawn(low: float, high: float) -> Tensor:
        return torch.empty(len(images)).uniform_(low, high)

    thick = F.max_pool2d(images, 3, stride=1, padding=1)
    thin = -F.max_pool2d(-images, 3, stride=1, padding=1)
    share = drawn(-0.5, 1.0)[:, None, None, None]
    images = images.lerp(torch.where(share > 0, thick, thin), share.abs())

    turn, slant = drawn(-0.25, 0.25), drawn(-0.25, 0.25)
    width, height = drawn(0.85, 1.2), drawn(0.85, 1.2)
    right, down = drawn(-0.1, 0.1), drawn(-0.1, 0.1)  # in halves of a picture
    rows = [
        torch.stack([width * turn.cos(), slant - turn.sin(), right], dim=1),
        torch.stack([turn.sin(), height * turn.cos(), down], dim=1),
    ]
    places = F.affine_grid(
        torch.stack(rows, dim=1), list(images.shape), align_corners=False
    )
    return F.grid_sample(images, places, align_corners=False)
