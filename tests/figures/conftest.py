import matplotlib.pyplot as plt
import pytest


@pytest.fixture(autouse=True)
def close_figures():
    """Leave no figure open, whatever a test did."""
    yield
    plt.close("all")
