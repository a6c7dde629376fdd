"""Python's reference arrives in plain characters, each paragraph once."""

import string
import sys
from types import SimpleNamespace

import pytest

from lessons_lib.data import DataUnavailable, python_reference


def test_characters_are_plain():
    text = python_reference()
    assert set(text) <= {"\n", *map(chr, range(32, 127))}
    assert set(text) >= set(string.ascii_letters + string.digits)
    assert 250_000 < len(text) < 1_000_000


def test_paragraphs_stand_once_and_in_order(monkeypatch):
    topics = {
        "b": "Second.\n\nBoth say so.\n",
        "a": "\nFirst \u2014 \u201cquoted\u201d\u2026\n \nBoth say so.",
        "c": "stra\u00dfe",
    }
    made = SimpleNamespace(topics=topics)
    monkeypatch.setitem(sys.modules, "pydoc_data.topics", made)
    expected = 'First -- "quoted"...\n\nBoth say so.\n\nSecond.\n\nstrae'
    assert python_reference() == expected


def test_python_without_its_reference(monkeypatch):
    monkeypatch.setitem(sys.modules, "pydoc_data.topics", None)
    with pytest.raises(DataUnavailable, match="Use a complete Python"):
        python_reference()
