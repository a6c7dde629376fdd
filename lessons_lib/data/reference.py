"""Python's language reference as plain text, for the model that writes in lesson 10."""

import re
from importlib import import_module

from lessons_lib.data._download import DataUnavailable

__all__ = ["python_reference"]

_PARAGRAPH_END = re.compile(r"\n\s*\n")
# The few typographic signs of the reference, as a keyboard has them.
_PLAIN = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u2013": "-",
        "\u2014": "--",
        "\u2026": "...",
    }
)


def python_reference() -> str:
    """Return the language reference that Python's `help()` reads, in plain characters.

    It comes with Python itself, so that nothing is downloaded, and differs a little
    from version to version. Many of its paragraphs stand in several topics; each is
    kept once, or a model would be tested on what it was trained on.

    Returns:
        Some hundred thousand characters: line breaks and printable ASCII, paragraphs
        with an empty line between them, topics in alphabetical order.

    Raises:
        DataUnavailable: this Python was installed without the reference.

    Python Software Foundation, The Python Language Reference, PSF License Version 2.
    """
    try:
        topics = import_module("pydoc_data.topics").topics
    except ImportError:
        raise DataUnavailable(
            "This Python has no pydoc_data.topics, the text of its language reference. "
            "Use a complete Python, for example from python.org or conda-forge."
        ) from None
    paragraphs = dict.fromkeys(
        paragraph
        for name in sorted(topics)
        for paragraph in _PARAGRAPH_END.split(topics[name].strip("\n"))
    )
    text = "\n\n".join(paragraphs).translate(_PLAIN)
    return "".join(sign for sign in text if sign == "\n" or " " <= sign <= "~")
