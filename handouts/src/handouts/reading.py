"""Notebook files of any age and state of health as notebooks of format 4."""

from __future__ import annotations

import json
import re
from typing import Any

import nbformat
from nbformat import NotebookNode

__all__ = ["ReadingError", "notebook_from", "repaired"]

SAVE_AGAIN = "open it in JupyterLab and save it again"
ID = re.compile(r"[\w-]{1,64}", re.ASCII)
CELLS = ("code", "markdown", "raw")


class ReadingError(ValueError):
    """A file that is no notebook, with the reason and a remedy."""


def notebook_from(raw: bytes, *, strict: bool = False) -> NotebookNode:
    """Return the notebook that a file holds.

    Args:
        raw: the content of the file: UTF-8, or UTF-16 or UTF-32 with a mark.
        strict: whether a notebook that breaks its own format is refused; else what is
            missing or has a wrong type is set right.

    Raises:
        ReadingError: it isn't a notebook.
    """
    text = _text(raw)
    try:
        content = json.loads(text)
    except RecursionError:
        raise ReadingError("its JSON is nested too deeply; " + SAVE_AGAIN) from None
    except ValueError as error:
        reason = " ".join(str(error).split())[:80]
        raise ReadingError(f"not valid JSON ({reason}); {SAVE_AGAIN}") from None
    if not isinstance(content, dict) or not {"cells", "worksheets"} & content.keys():
        raise ReadingError("not a notebook, it has no cells; check the file")
    try:
        return _of_format_4(content, strict)
    except ReadingError:
        raise
    except RecursionError:
        raise ReadingError("its content is nested too deeply; " + SAVE_AGAIN) from None
    except Exception as error:  # nbformat raises whatever the content provokes
        reason = str(error).strip().split("\n")[0][:120]
        raise ReadingError(f"not a valid notebook ({reason}); {SAVE_AGAIN}") from None


def _text(raw: bytes) -> str:
    if not raw.strip():
        raise ReadingError("the file is empty; restore it from a copy")
    try:
        for mark in (b"\xff\xfe\0\0", b"\0\0\xfe\xff"):
            if raw.startswith(mark):
                return raw.decode("utf-32")
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            return raw.decode("utf-16")
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReadingError(f"not UTF-8 ({error.reason}); {SAVE_AGAIN}") from None


def _of_format_4(content: dict, strict: bool) -> NotebookNode:
    major = content.get("nbformat", 4 if "cells" in content else 3)
    if not isinstance(major, int) or not 1 <= major <= 4:
        raise ReadingError(f"of format {major!r}, not 1 to 4; {SAVE_AGAIN}")
    if major < 4:
        content = nbformat.convert(nbformat.from_dict(_joined(content)), 4)
    elif strict:
        nbformat.validate(nbformat.from_dict(content))
    return repaired(content)


def _joined(content: Any) -> Any:
    """Return content of an old format with its lists of lines joined."""
    if isinstance(content, dict):
        return {key: _joined(value) for key, value in content.items()}
    if isinstance(content, list):
        if content and all(isinstance(item, str) for item in content):
            return "".join(content)
        return [_joined(item) for item in content]
    return content


def repaired(content: Any) -> NotebookNode:
    """Return a notebook in which every part is there and has the type that it should.

    Args:
        content: the content of a notebook of format 4, or nearly one.
    """
    minor = content.get("nbformat_minor")
    given = content.get("cells")
    cells = [
        _cell(cell)
        for cell in (given if isinstance(given, list) else [])
        if isinstance(cell, dict)
    ]
    ids = {cell.get("id") for cell in cells}
    complete = None not in ids and len(ids) == len(cells)
    return nbformat.from_dict(
        {
            "nbformat": 4,
            # From the fifth on, every cell has a name of its own.
            "nbformat_minor": minor if isinstance(minor, int) and complete else 4,
            "metadata": _object(content.get("metadata")),
            "cells": cells if complete else [_without_id(cell) for cell in cells],
        }
    )


def _without_id(cell: dict) -> dict:
    return {key: value for key, value in cell.items() if key != "id"}


def _cell(cell: dict) -> dict:
    kind = cell.get("cell_type")
    found: dict[str, Any] = {
        "cell_type": kind if kind in CELLS else "raw",
        "metadata": _cell_metadata(cell.get("metadata")),
        "source": _string(cell.get("source", "")),
    }
    if isinstance(cell.get("id"), str) and ID.fullmatch(cell["id"]):
        found["id"] = cell["id"]
    if isinstance(cell.get("transient"), dict):
        found["transient"] = cell["transient"]  # of the exporter: what not to print
    if kind == "code":
        outputs = cell.get("outputs")
        count = cell.get("execution_count")
        found["execution_count"] = count if isinstance(count, int) else None
        found["outputs"] = [
            _output(output)
            for output in (outputs if isinstance(outputs, list) else [])
            if isinstance(output, dict)
        ]
    elif cell.get("attachments"):
        found["attachments"] = {
            _string(name): _bundle(bundle)
            for name, bundle in _object(cell["attachments"]).items()
        }
    return found


def _cell_metadata(given: Any) -> dict:
    found = _object(given)
    if "tags" in found:
        tags = found["tags"] if isinstance(found["tags"], list) else []
        found["tags"] = list(dict.fromkeys(t for t in tags if isinstance(t, str)))
    if "jupyter" in found:
        found["jupyter"] = {
            key: value
            for key, value in _object(found["jupyter"]).items()
            if isinstance(value, bool)
        }
    return found


def _output(output: dict) -> dict:
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return {
            "output_type": kind, "name": name, "text": _string(output.get("text", ""))
        }  # fmt: skip
    if kind == "error":
        trace = output.get("traceback")
        return {
            "output_type": kind,
            "ename": _string(output.get("ename", "Error")),
            "evalue": _string(output.get("evalue", "")),
            "traceback": [_string(t) for t in trace] if isinstance(trace, list) else [],
        }
    found: dict[str, Any] = {
        "output_type": "display_data",
        "data": _bundle(output.get("data")),
        "metadata": _object(output.get("metadata")),
    }
    if kind == "execute_result":
        count = output.get("execution_count")
        found["output_type"] = kind
        found["execution_count"] = count if isinstance(count, int) else None
    return found


def _bundle(given: Any) -> dict:
    """Return a bundle of representations: JSON as it is, everything else as a text."""
    return {
        _string(kind): value if "json" in str(kind) else _string(value)
        for kind, value in _object(given).items()
        if value is not None
    }


def _object(given: Any) -> dict:
    return dict(given) if isinstance(given, dict) else {}


def _string(given: Any) -> str:
    """Return a text or a list of its lines as a text without half a character."""
    if isinstance(given, list):
        given = "".join(part for part in given if isinstance(part, str))
    text = given if isinstance(given, str) else "" if given is None else str(given)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
