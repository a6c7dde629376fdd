import importlib

import matplotlib.pyplot as plt
import pytest


@pytest.fixture(autouse=True)
def close_figures():
    """Leave no figure open, whatever a test did."""
    yield
    plt.close("all")


@pytest.fixture
def displayed(monkeypatch):
    """Collect the data of everything that would stand under a cell."""
    outputs = []

    def collect(data, raw, metadata=None):
        assert raw
        outputs.append(data)

    for module in ("output", "explore"):
        module = importlib.import_module(f"lessons_lib.figures.{module}")
        monkeypatch.setattr(module, "display", collect)
    return outputs
