"""Notebooks that no author means: broken, endless, nested, forged."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from typing import Any

import handout_samples as sample
from PIL import Image

Input = Callable[[], bytes]


def raw(*cells: Any, metadata: Any = None, **more: Any) -> bytes:
    """Return the file of a notebook of these cells."""
    content = {
        "cells": list(cells),
        "metadata": {} if metadata is None else metadata,
        "nbformat": 4,
        "nbformat_minor": 4,
        **more,
    }
    return json.dumps(content).encode()


def says(source: Any, **more: Any) -> dict:
    """Return a Markdown cell."""
    return {"cell_type": "markdown", "metadata": {}, "source": source, **more}


def runs(*outputs: Any, source: Any = "f()", **more: Any) -> dict:
    """Return a code cell with these outputs."""
    return {
        "cell_type": "code",
        "metadata": {},
        "source": source,
        "outputs": list(outputs),
        "execution_count": 1,
        **more,
    }


def shows(data: Any, metadata: Any = None) -> dict:
    """Return a displayed output."""
    about = {} if metadata is None else metadata
    return {"output_type": "display_data", "data": data, "metadata": about}


def prints(text: Any) -> dict:
    """Return a printed output."""
    return {"output_type": "stream", "name": "stdout", "text": text}


def encoded(image: Image.Image, kind: str = "PNG") -> str:
    """Return a picture in base64."""
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return base64.b64encode(buffer.getvalue()).decode()


def huge_picture() -> str:
    """Return a black picture of 20,000 x 20,000 pixels."""
    return encoded(Image.new("1", (20_000, 20_000)))


def svg(inside: str, **attributes: str) -> dict:
    """Return the output of a drawing."""
    about = {"width": "20", "height": "20", **attributes}
    written = " ".join(f'{key}="{value}"' for key, value in about.items())
    space = 'xmlns="http://www.w3.org/2000/svg"'
    return shows({"image/svg+xml": f"<svg {space} {written}>{inside}</svg>"})


def markdown(*sources: str) -> Input:
    """Return an input of Markdown cells."""
    return lambda: raw(*map(says, sources))


def output(*outputs: Any) -> Input:
    """Return an input of one code cell with outputs."""
    return lambda: raw(runs(*outputs))


def picture(data: Any, about: Any = None, kind: str = "image/png") -> Input:
    """Return an input with one picture."""
    return output(shows({kind: data, "text/plain": "<Figure>"}, {kind: about}))


PLAIN = raw(says("# Title\n\nText."))
BOMB = (
    '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9))
    + ']><svg xmlns="http://www.w3.org/2000/svg"><text>&j;</text></svg>'
)

# These convert.
CONVERTED: dict[str, Input] = {
    "no cells": lambda: raw(),
    "nothing in its cells": lambda: raw(says(""), runs(source="")),
    "UTF-8 with a mark": lambda: b"\xef\xbb\xbf" + PLAIN,
    "UTF-16": lambda: PLAIN.decode().encode("utf-16"),
    "UTF-32": lambda: PLAIN.decode().encode("utf-32"),
    "no format": lambda: json.dumps({"cells": [says("x")]}).encode(),
    "format 3": lambda: json.dumps(
        {
            "nbformat": 3,
            "nbformat_minor": 0,
            "metadata": {"name": ""},
            "worksheets": [
                {
                    "cells": [
                        {"cell_type": "heading", "level": 1, "source": ["Old"]},
                        {
                            "cell_type": "code",
                            "input": ["1 +\n", "1"],
                            "language": "python",
                            "outputs": [
                                {"output_type": "pyout", "text": ["2"], "metadata": {}}
                            ],
                            "prompt_number": 1,
                        },
                    ]
                }
            ],
        }
    ).encode(),
    "metadata null": lambda: raw(says("x"), metadata=None, orig_nbformat=None),
    "metadata a list": lambda: raw(says("x"), metadata=[1]),
    "cells null": lambda: raw(cells=None),
    "cells of all types": lambda: raw(None, 1, "x", [], says("x")),
    "unknown kind of cell": lambda: raw({"cell_type": "heading", "source": "x"}),
    "no kind of cell": lambda: raw({"source": "x"}, {}),
    "no source": lambda: raw({"cell_type": "code"}, {"cell_type": "markdown"}),
    "source null": lambda: raw(says(None), runs(source=None)),
    "source of wrong types": lambda: raw(says([1, "x", None]), runs(source={"a": 1})),
    "cell metadata a text": lambda: raw(says("x", metadata="x")),
    "tags a text": lambda: raw(says("x", metadata={"tags": "solution"})),
    "tags of wrong types": lambda: raw(says("x", metadata={"tags": [1, None, []]})),
    "jupyter metadata a text": lambda: raw(says("x", metadata={"jupyter": "x"})),
    "kernel of wrong types": lambda: raw(
        runs(), metadata={"kernelspec": "x", "language_info": [1], "lang": 3}
    ),
    "language forged": lambda: raw(says("x"), metadata={"lang": '"); #panic("'}),
    "language name forged": lambda: raw(
        runs(), metadata={"language_info": {"name": '"); #panic("'}}
    ),
    "ids twice and wrong": lambda: raw(
        says("x", id="a"), says("x", id="a"), says("x", id=1), nbformat_minor=5
    ),
    "minor format a text": lambda: raw(says("x"), nbformat_minor="5"),
    "outputs null": lambda: raw(runs(outputs=None)),
    "outputs of wrong types": output(None, 1, "x", [], {}),
    "unknown kind of output": output({"output_type": "x", "data": {"text/plain": "x"}}),
    "stream without text": output({"output_type": "stream"}),
    "data null": output(shows(None), shows([]), shows({})),
    "data of wrong types": output(shows({"text/plain": 1, "text/html": [1, None]})),
    "output metadata a list": output(shows({"text/plain": "x"}, [1])),
    "error without anything": output({"output_type": "error"}),
    "error of wrong types": output(
        {"output_type": "error", "ename": 1, "evalue": None, "traceback": "x"}
    ),
    "half a character": lambda: raw(says("x \ud83d y"), runs(prints("\udc00"))),
    "control characters": markdown("a\x00b\x07c\x1b[0m", "`\x00`", "$\x01$"),
    "characters for private use": markdown("\ue000\ue001\ue006 $\ue001 x$ \U000f0000"),
    "no characters": markdown("\ufffe \uffff \ufeff \u200b \u202e"),
    "marks on marks": markdown("z" + "\u0301" * 200),
    "all scripts": markdown("\u732b \u05d0 \u0627 \u0e01 \uac00 \U0001f408 \u0905"),
    "10,000 list markers": markdown("- " * 10_000 + "x"),
    "10,000 numbered markers": markdown("1. " * 10_000 + "x"),
    "10,000 quotes": markdown(">" * 10_000 + "x"),
    "10,000 emphases": markdown("*a " * 10_000 + "a* " * 10_000),
    "10,000 stars": markdown("*" * 10_000 + "x" + "*" * 10_000),
    "10,000 brackets": markdown("[" * 10_000 + "]" * 10_000),
    "10,000 pictures in pictures": markdown("![" * 10_000 + "](x)" * 10_000),
    "10,000 backticks": markdown(" ".join("`" * n for n in range(1, 140))),
    "10,000 braces": markdown("$" + "{" * 10_000 + "x" + "}" * 10_000 + "$"),
    "1,000 fractions": markdown("$" + "\\frac{1}{" * 1000 + "x" + "}" * 1000 + "$"),
    "500 roots and indices": markdown("$" + "\\sqrt x_" * 500 + "x$"),
    "10,000 dollars": markdown("$" * 10_000, "$ " * 10_000, "\\(" * 3000),
    "10,000 elements in elements": markdown("<b>" * 10_000 + "x", "<div>" * 3000),
    "tables in tables": markdown("<table><tr><td>" * 300 + "x"),
    "list nested by spaces": markdown(
        "\n".join("  " * level + "- x" for level in range(300))
    ),
    "100 paragraphs in 100 quotes": markdown("> a\n>> b\n>>> c\n" * 100),
    "a table of 200 columns": markdown(
        "|" + "a|" * 200 + "\n|" + "-|" * 200 + "\n|" + "1|" * 200
    ),
    "a ragged table": markdown("|a|b|\n|-|-|\n|1|\n|1|2|3|\n||||"),
    "empty headings": markdown("#", "## \n###", "# $$", "###### six", "# <b></b>"),
    "headings that skip": markdown("### a\n# b\n##### c\n## d\n###### e"),
    "headings that begin like lists": markdown("# - a\n## + b\n### 1. c\n#### = d"),
    "links to anything": markdown(
        "[a]() [b](javascript:x) [c](#) [d](<x y>) [e](data:text/html,x) [f](//x)",
        f"[long](https://x.org/{'a' * 5000})",
    ),
    "raw everything": markdown(
        '```{=typst}\n#panic("x")\n```', "`#panic()`{=typst}", "\\input{/etc/passwd}"
    ),
    "HTML that isn't closed": markdown("<table><tr><td>x", "<!-- x", "<b", "</p></p>"),
    "30,000 lines": output(prints("\n".join(map(str, range(30_000))))),
    "a line of 1 MB": output(prints("x" * 1_000_000)),
    "a line of 1 MB of code": lambda: raw(runs(source="x = '" + "y" * 1_000_000 + "'")),
    "1 MB of one word": markdown("x" * 1_000_000),
    "30,000 backspaces": output(prints("x" * 30_000 + "\b" * 30_000 + "y")),
    "escapes without end": output(prints("\x1b]8;;" + "x" * 50_000 + "\x1b[" * 5000)),
    "5,000 outputs": output(*[prints(f"{n}\n") for n in range(5000)]),
    "500 cells": markdown(*["text $x$ `y`"] * 500),
    "a picture that is none": picture("aGVsbG8="),
    "bad base64": picture("!!!"),
    "picture of wrong type": picture({"a": 1}),
    "empty picture": picture(""),
    "cut picture": lambda: raw(
        runs(shows({"image/png": encoded(Image.new("RGB", (50, 50)))[:80]}))
    ),
    "cut JPEG": lambda: raw(
        runs(
            shows(
                {"image/jpeg": encoded(Image.effect_noise((90, 90), 9), "JPEG")[:900]}
            )
        )
    ),
    "picture metadata of wrong types": picture(sample.png(), [1]),
    "width in percent": picture(sample.png(), {"width": "50%"}),
    "width of any kind": output(
        *[
            shows({"image/png": sample.png()}, {"image/png": {"width": w, "alt": 3}})
            for w in (0, -1, 1e308, "x", None, [], "1e999px", "7em", True)
        ]
    ),
    "picture of one row": lambda: raw(
        runs(shows({"image/png": encoded(Image.new("L", (20_000, 1)))}))
    ),
    "picture of one column": lambda: raw(
        runs(shows({"image/png": encoded(Image.new("L", (1, 20_000)))}))
    ),
    "20,000 x 20,000 pixels": lambda: raw(runs(shows({"image/png": huge_picture()}))),
    "drawing that isn't XML": output(shows({"image/svg+xml": "<svg"})),
    "drawing of nothing": output(svg("", width="0", height="0")),
    "drawing of infinite size": output(svg("", width="1e999", viewBox="0 0 nan inf")),
    "drawing that reads files": output(
        svg('<image href="file:///etc/passwd" width="9" height="9"/>'),
        svg('<image href="../../../etc/passwd" width="9" height="9"/>'),
        svg('<use href="http://x.org/a.svg#b"/><style>@import "http://x";</style>'),
    ),
    "drawing with a bomb": output(shows({"image/svg+xml": BOMB})),
    "drawing in drawings": output(svg("<g>" * 3000 + "</g>" * 3000)),
    "attachments of wrong types": lambda: raw(
        says("![a](attachment:a.png)", attachments=[1]),
        says("![a](attachment:a.png)", attachments={"a.png": "x"}),
        says("![a](attachment:a.png)", attachments={"a.png": {"image/png": "x"}}),
    ),
    "pictures from anywhere": markdown(
        "![a](/etc/passwd) ![b](../x.png) ![c](file:///x) ![d](http://x.org/x.png) "
        "![e](data:,x) ![f](data:image/png;base64,!!) ![g](\x00) ![h](%00) ![i](.)"
    ),
    "a widget, a script, a plot": output(
        shows({"application/vnd.jupyter.widget-view+json": 1}),
        shows({"application/javascript": "alert(1)"}),
        shows({"application/vnd.plotly.v1+json": {}, "text/html": "<script>"}),
    ),
    "HTML of everything": output(
        shows({"text/html": "<svg><script>x</script></svg><math><mi>x</mi></math>"}),
        shows({"text/html": "<iframe src=x></iframe><video></video><input><canvas>"}),
        shows({"text/html": "<table><tr><th colspan=9999>x</th></tr></table>"}),
        shows({"text/html": "<img src=http://x.org/a.png><img><img src=''>"}),
    ),
    "LaTeX that is a document": output(
        shows({"text/latex": "\\documentclass{article}\\input{/etc/passwd}"})
    ),
    "Markdown of wrong type": output(shows({"text/markdown": {"a": 1}})),
}  # fmt: skip

# These are refused, in one line that says why.
REFUSED: dict[str, tuple[Input, str]] = {
    "an empty file": (lambda: b"", "empty"),
    "only spaces": (lambda: b" \n", "empty"),
    "not JSON": (lambda: b"hello", "JSON"),
    "cut JSON": (lambda: PLAIN[:-9], "JSON"),
    "a list": (lambda: b"[]", "no cells"),
    "null": (lambda: b"null", "no cells"),
    "another JSON": (lambda: b'{"a": 1}', "no cells"),
    "Latin-1": (lambda: '{"cells": "ä"}'.encode("latin-1"), "UTF-8"),
    "a picture": (lambda: base64.b64decode(sample.png()), "UTF-8"),
    "JSON nested 100,000 times": (lambda: b"[" * 100_000, "nested"),
    "a format to come": (lambda: raw(says("x"), nbformat=5), "format 5"),
    "no such format": (lambda: raw(says("x"), nbformat="x"), "format 'x'"),
    "format 3 that is none": (
        lambda: b'{"nbformat": 3, "worksheets": [1]}',
        "notebook",
    ),
}
