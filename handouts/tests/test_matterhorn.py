"""Handouts fail none of the conditions of the Matterhorn Protocol that we look for."""

import handout_samples as sample
import pytest
from handout_pdfs import course_of
from matterhorn import CONDITIONS, Document
from matterhorn.breaks import BREAKS

from handouts.editions import EDITIONS

NUMBERS = sorted(CONDITIONS)


@pytest.fixture(scope="module")
def documents(pdfs):
    names = ("01_sample", "02_sample")
    course = course_of({name: sample.lesson() for name in names}, "instructor")
    return [Document(pdf) for pdf in (*pdfs.values(), course)]


def test_most_conditions_are_looked_for():
    assert len(CONDITIONS) >= 60


def test_every_condition_is_proven():
    assert BREAKS.keys() == CONDITIONS.keys()


@pytest.mark.parametrize("number", NUMBERS)
def test_handouts_pass(documents, number):
    for document in documents:
        assert list(CONDITIONS[number](document)) == []


@pytest.mark.parametrize("number", NUMBERS)
def test_the_condition_is_found_where_it_holds(pdfs, number):
    document = Document(pdfs[EDITIONS[0]])
    BREAKS[number](document)
    for name in (
        "elements",
        "role_map",
        "annotations",
        "marked_ids",
        "painted",
        "fonts",
    ):
        document.__dict__.pop(name, None)  # read before the change
    assert list(CONDITIONS[number](document))
