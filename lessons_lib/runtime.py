"""One call that makes a lesson repeatable, and one that tells who is watching."""

import os
import random

import matplotlib as mpl
import numpy as np
import torch

__all__ = ["live", "setup"]

# Sums of floating-point numbers depend on how many threads share the work. With a
# fixed number, two machines with the same kind of processor get the same bits.
THREADS = 2

# The colors of Okabe and Ito (2008), ordered so that neighbors also differ in gray.
PALETTE = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000"]

STYLE = {
    "axes.grid": False,
    "axes.labelsize": 9,
    "axes.prop_cycle": mpl.cycler(color=PALETTE),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 10,
    "figure.constrained_layout.use": True,
    "figure.facecolor": "white",
    "figure.figsize": (6.6, 3.0),
    "figure.titlesize": 11,
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "image.cmap": "gray",
    "image.interpolation": "nearest",
    "legend.frameon": False,
    "savefig.facecolor": "white",
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
}


def setup(seed: int) -> torch.device:
    """Seed every random generator, fix threads and algorithms, set the figure style.

    Args:
        seed: whole number, 0 or larger, from which every random number follows.

    Returns:
        The device to train on: the one named by the environment variable
        ``LESSONS_DEVICE`` (``"cuda"``, ``"mps"``), else the processor.

    Raises:
        ValueError: if ``seed`` is not a whole number of at least 0.
    """
    if not isinstance(seed, int) or isinstance(seed, bool) or seed < 0:
        raise ValueError(
            f"setup() got seed={seed!r}; it needs a whole number of at least 0, "
            "for example setup(seed=1)."
        )
    random.seed(seed)
    np.random.seed(seed % 2**32)  # noqa: NPY002  (libraries still draw from it)
    torch.manual_seed(seed)
    torch.set_num_threads(THREADS)
    # cuBLAS reads this variable when it starts and is not deterministic without it.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True)
    # Else PyTorch also fills every new tensor with NaN, to make mistakes in its own
    # code visible: a sixth of the time of a training, and not a bit of difference.
    torch.utils.deterministic.fill_uninitialized_memory = False
    mpl.rcParams.update(STYLE)
    return torch.device(os.environ.get("LESSONS_DEVICE", "cpu"))


def live() -> bool:
    """Tell whether a person sits in front of this notebook.

    JupyterLab and its relatives say with each run which cell they run; nbclient and
    nbval, which execute notebooks unattended, don't.

    Returns:
        True in a live notebook; False when executed unattended or outside a notebook.
    """
    from IPython import get_ipython

    kernel = getattr(get_ipython(), "kernel", None)
    if kernel is None:
        return False
    return "cellId" in kernel.get_parent("shell").get("metadata", {})
