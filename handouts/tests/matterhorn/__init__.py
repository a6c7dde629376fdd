"""The conditions of the Matterhorn Protocol 1.1 that a program can look for.

Each condition is a way in which a PDF fails PDF/UA-1 (ISO 14289-1); its number is the
protocol's, its words are ours. `CONDITIONS` has them all: number -> a function that
takes a `Document` and yields what it finds.
"""

from . import annotations, content, fonts, settings, structure
from .conditions import CONDITIONS
from .document import Document

__all__ = ["CONDITIONS", "Document", "annotations", "content", "fonts", "settings"]
__all__ += ["structure"]
