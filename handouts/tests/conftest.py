"""The sample lesson in both editions, printed once for all tests."""

import handout_samples as sample
import pytest
from handout_pdfs import pdf_of

from handouts.editions import EDITIONS


@pytest.fixture(scope="session")
def pdfs() -> dict[str, bytes]:
    """Return the sample lesson as PDF, by edition."""
    return {edition: pdf_of(sample.lesson(), edition) for edition in EDITIONS}
