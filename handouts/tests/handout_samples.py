"""Notebooks for the tests, built cell by cell."""

from __future__ import annotations

import base64
import struct
import zlib

from nbformat import NotebookNode
from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
)

ALT = "A gray square that stands for a figure of the lesson."
LONG_TOKEN = "".join(f"{number:04d}" for number in range(50))


def png(width: int = 8, height: int = 8, shade: int = 128) -> str:
    """Return a gray picture as PNG in base64."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)

    rows = (b"\0" + bytes([shade]) * width) * height
    content = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
    return base64.b64encode(content).decode()


def markdown(source: str, *tags: str) -> NotebookNode:
    """Return a Markdown cell."""
    return new_markdown_cell(source, metadata={"tags": list(tags)} if tags else {})


def code(source: str, *tags: str, outputs: list[NotebookNode] | None = None):
    """Return a code cell that counts as executed."""
    metadata = {"tags": list(tags)} if tags else {}
    return new_code_cell(
        source, metadata=metadata, outputs=outputs or [], execution_count=1
    )


def never_executed() -> NotebookNode:
    """Return a code cell that was never executed."""
    cell = code("x = 1")
    cell["execution_count"] = None
    return cell


def failed() -> NotebookNode:
    """Return a code cell whose output is an error."""
    output = new_output("error", ename="ValueError", evalue="too small", traceback=[])
    return code("f()", outputs=[output])


def printed(text: str, name: str = "stdout") -> NotebookNode:
    """Return what a cell printed."""
    return new_output("stream", name=name, text=text)


def shown(data: dict, metadata: dict | None = None) -> NotebookNode:
    """Return a displayed output."""
    return new_output("display_data", data=data, metadata=metadata or {})


def figure(alt: str = ALT, width: int = 300, **extra: object) -> NotebookNode:
    """Return the output of a figure with alt text."""
    about = {"image/png": {"alt": alt, "width": width, "needs_background": "light"}}
    return shown({"image/png": png(), "text/plain": alt, **extra}, about)


def html_figure(*alts: str, width: int = 300, around: str = "") -> NotebookNode:
    """Return an output whose HTML carries a picture for each alt text."""
    tags = [
        f'<img alt="{alt}" width="{width}" '
        f'src="data:image/png;base64,{png(shade=shade)}">'
        for shade, alt in enumerate(alts)
    ]
    html = f"<div>{' '.join(tags)}</div>{around}"
    return shown({"text/html": html, "text/plain": " ".join(alts)})


def notebook(*cells: NotebookNode) -> NotebookNode:
    """Return a notebook with stable cell ids."""
    for number, cell in enumerate(cells, start=1):
        cell["id"] = f"cell-{number}"
    return new_notebook(
        cells=list(cells),
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )


def exercise(number: int, secret: str = "SECRET") -> list[NotebookNode]:
    """Return the five cells of an exercise; `secret` marks all of its solution."""
    solution = code(
        f"# Solution of exercise {number}\n"
        f"def solution_double(x):\n    return 2 * x  # {secret}-source\n",
        "solution",
        outputs=[printed(f"Right: {secret}-output\n"), figure(f"{secret}-alt " * 4)],
    )
    solution.metadata["jupyter"] = {"source_hidden": True, "outputs_hidden": True}
    solution.metadata["note"] = f"{secret}-metadata"
    return [
        markdown(
            f"**Exercise {number} (difficulty 1 of 3, 5 minutes).** Write `double(x)`."
        ),
        code("def double(x):\n    ...", "exercise"),
        code(
            "check.double(double)",
            "check",
            outputs=[printed("Not tried yet: double() returned None.\n")],
        ),
        markdown(
            "<details><summary>Hint</summary>\n\n"
            f"HINT-{number}: what is $x + x$?\n\n</details>",
            "hint",
        ),
        solution,
    ]


def lesson() -> NotebookNode:
    """Return a lesson with everything that a lesson may contain."""
    table = "| layer | weights |\n|---|---:|\n| first | 1,024 |\n| second | 10 |\n"
    widget = {"application/vnd.jupyter.widget-view+json": {"model_id": "0"}}
    return notebook(
        markdown("# A lesson about *everything*\n\nTwo sentences. A promise."),
        code("from lessons_lib.runtime import setup\n\nsetup(seed=1)"),
        markdown(
            "## What is a convolution?\n\n"
            "Text with `code`, **bold**, *italics*, a [link](https://pytorch.org), "
            "a [lesson](03_mlp.ipynb) and a [section](#Does-it-wrap?). The size is "
            r"$\left\lfloor\frac{n + 2p - d(k-1) - 1}{s}\right\rfloor + 1$, and"
            "\n\n"
            r"$$y_{ij} = \sum_{a=0}^{k-1} \sum_{b=0}^{k-1} w_{ab}\, x_{i+a, j+b} "
            r"+ b \tag{1}$$"
            "\n\n"
            "- one\n- two\n\n1. first\n2. second\n\n"
            "> **Predict.** How large is the map?\n\n" + table + "\nTable: Two layers."
        ),
        code(
            "x = torch.arange(10)\nprint(x)",
            outputs=[
                printed("tensor([0, 1, 2])\n"),
                printed("Messages go here.\n", name="stderr"),
            ],
        ),
        code("show(fig, alt)", outputs=[figure()]),
        code("explore(draw)", "explore", outputs=[figure(**widget)]),
        code(
            "show_table(header, rows, caption)",
            outputs=[
                shown(
                    {
                        "text/markdown": table + "\nTable: Computed layers.",
                        "text/plain": "layer weights",
                    }
                )
            ],
        ),
        code(
            "2 + 2",
            outputs=[
                new_output(
                    "execute_result", data={"text/plain": "4"}, execution_count=1
                )
            ],
        ),
        *exercise(1),
        markdown("### Does it wrap?\n\nCode and output of 200 characters."),
        code(f"token = '{LONG_TOKEN}'", outputs=[printed(LONG_TOKEN + "\n")]),
        *exercise(2),
        markdown("## Quiz\n\n**Question 1.** How many weights?", "quiz"),
        markdown(
            "<details><summary>Answer</summary>\n\nSECRET-answer\n\n</details>",
            "solution",
        ),
    )
