"""Typst to PDF: accessible (PDF/UA-1), the same bytes everywhere, or a clear error."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

import typst

__all__ = ["CONTROL", "TypesettingError", "forget", "literal", "typeset"]

HERE = Path(__file__).parent
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
DESIGN = ("template.typ", "code.tmTheme", "python.sublime-syntax")


class TypesettingError(RuntimeError):
    """Typst's reason for refusing, and where: a file and a line, if it names them.

    `glyphs` are the characters that no font has, all of them.
    """

    def __init__(
        self, reason: str, file: str | None, line: int | None, glyphs: str = ""
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.file = file
        self.line = line
        self.glyphs = glyphs


def literal(text: str) -> str:
    """Return a text as a Typst string."""
    text = CONTROL.sub("", text)
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def typeset(
    main: str, files: Mapping[str, str | bytes], system_fonts: bool = False
) -> bytes:
    """Return the PDF of a Typst document.

    Args:
        main: the document.
        files: what it includes, by name. It sees these, the design, and nothing else
            of the machine: its root is a temporary folder.
        system_fonts: whether the machine's fonts help out, where ours lack a character.

    Raises:
        TypesettingError: it doesn't compile as PDF/UA-1.
    """
    with tempfile.TemporaryDirectory(prefix="typst-") as folder:
        root = Path(folder)
        for name in DESIGN:
            (root / name).write_bytes((HERE / name).read_bytes())
        for name, content in {**files, "main.typ": main}.items():
            data = content.encode() if isinstance(content, str) else content
            (root / name).write_bytes(data)
        try:
            return typst.compile(
                str(root / "main.typ"),
                root=folder,
                font_paths=[],
                ignore_system_fonts=not system_fonts,
                pdf_standards=["ua-1"],  # type: ignore[list-item]  # not in its types yet
                package_path=folder,
            )
        except typst.TypstError as error:
            raise _explained(error, root) from None


def forget() -> None:
    """Let go of what Typst remembers of former documents, which is a lot.

    It forgets what no document needed that was set in the last ten compilations.
    """
    for _ in range(10):
        typst.compile(b"", font_paths=[], ignore_system_fonts=True)


def _explained(error: typst.TypstError, root: Path) -> TypesettingError:
    diagnostic = str(getattr(error, "diagnostic", ""))
    places = re.findall(r"([\w.-]+\.typ):(\d+):\d+", diagnostic)
    shown = re.findall(r'the text `"(.+?)"` could not be displayed', diagnostic)
    glyphs = re.sub(
        r"\\u\{([0-9a-f]+)\}", lambda code: chr(int(code[1], 16)), "".join(shown)
    )
    # The innermost place may be the template; the lesson is what the author can mend.
    lessons = [
        place for place in places if place[0] not in ("template.typ", "main.typ")
    ]
    file, line = (lessons or places or [(None, None)])[0]
    reason = str(error.message).replace("PDF/UA-1 error: ", "")
    return TypesettingError(
        reason, file, int(line) if line else None, "".join(dict.fromkeys(glyphs))
    )
