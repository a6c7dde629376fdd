"""What cells print and show, as Typst."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

from nbformat import NotebookNode

from .editions import tags_of
from .hypertext import cleaned
from .markdown import Formula, Fragment, fragment
from .mending import shortened
from .pictures import PictureError, decoded, picture, printed_width
from .settings import Settings
from .typesetting import CONTROL, literal

__all__ = ["PICTURES", "Printer", "plain_text", "printed_form", "texts_of"]

PICTURES = {"image/png": ".png", "image/jpeg": ".jpg"}
CONVERTED = ("image/svg+xml", "image/webp", "image/gif", "image/bmp", "image/tiff")
NO_ALT = "picture{s} without alt text"
PLACEHOLDER_ALT = "A picture without a description."

ANSI = re.compile(
    r"\x1b\][^\x07\x1b\n]*(?:\x07|\x1b\\)?"  # titles, links
    r"|\x1b\[[0-?]*[ -/]*[@-~]"  # colors, movements
    r"|\x1b[PX^_].*?\x1b\\|\x1b[ -/]*[0-~]"
)
# What Python shows of a widget or a plot that has no text of its own.
CONSTRUCTOR = re.compile(r"\s*[\w.]+\(")
INTERACTIVE = ("widget", "plotly", "vega", "bokeh", "holoviews", "pdf", "javascript")
FIGURE = re.compile(r"\s*<Figure size [\d.]+x[\d.]+ with \d+ Axes>\s*")
LONG_WORD = re.compile(r"[^\s|]{60,}")
TEX_FORMULA = re.compile(r"\s*(?:\$|\\\[|\\\(|\\begin\{)")
# By a part of the MIME type: the kind of the loss.
WITHOUT_STATIC_FORM = {
    "widget": "widget{s} without a static form",
    "plotly": "Plotly figure{s} without a static form",
    "vega": "Vega chart{s} without a static form",
    "bokeh": "Bokeh plot{s} without a static form",
    "holoviews": "HoloViews plot{s} without a static form",
    "javascript": "script{s} that can't run on paper",
    "pdf": "picture{s} in PDF",
    "image": "picture{s} that can't be read",
    "html": "HTML output{s} without a static form",
}


def plain_text(text: str) -> str:
    """Return terminal text as it ends up on the screen, without colors."""
    text = ANSI.sub("", text).replace("\r\n", "\n")
    lines = [line.rstrip("\r").rsplit("\r", 1)[-1] for line in text.split("\n")]
    text = "\n".join(_overtyped(line) if "\b" in line else line for line in lines)
    return CONTROL.sub("", text).rstrip()


def _overtyped(line: str) -> str:
    written: list[str] = []
    position = 0
    for character in line:
        if character == "\b":
            position = max(0, position - 1)
        else:
            written[position : position + 1] = character
            position += 1
    return "".join(written)


def printed_form(bundle: NotebookNode) -> str | None:
    """Return which MIME type of an output is printed, or None if none can be."""
    for kind in (*PICTURES, "text/markdown"):
        if kind in bundle:
            return kind
    text = bundle.get("text/plain", "")
    if not text or FIGURE.fullmatch(text):
        return None
    stands_for_more = len(bundle) > 1
    if stands_for_more and re.match(r"<IPython|\w+\(|<\w", text):
        return None
    return "text/plain"


def printed_forms(bundle: NotebookNode) -> Iterator[str]:
    """Give the MIME types that can be printed, the best ones first."""
    if TEX_FORMULA.match(bundle.get("text/latex", "")):
        yield "text/latex"
    for kind in (*PICTURES, *CONVERTED, "text/markdown"):
        if kind in bundle:
            yield kind
    text, html = bundle.get("text/plain", ""), bundle.get("text/html", "")
    interactive = any(word in kind for kind in bundle for word in INTERACTIVE)
    silent = (
        not text.strip()
        or FIGURE.fullmatch(text)
        or (len(bundle) > 1 and text.lstrip().startswith("<"))
        or (interactive and CONSTRUCTOR.match(text))
    )
    if (silent or re.search(r"<(?:table|img)\b", html)) and not cleaned(html).empty:
        yield "text/html"
    if not silent:
        yield "text/plain"
    if "text/latex" in bundle:
        yield "text/latex"


def texts_of(bundle: NotebookNode, lenient: bool) -> Iterator[tuple[str, str]]:
    """Give language and text of what an output may print as Markdown or HTML."""
    for kind in printed_forms(bundle) if lenient else [printed_form(bundle)]:
        if kind == "text/html":
            yield "html", cleaned(bundle[kind]).html
        elif kind in ("text/markdown", "text/latex"):
            yield "markdown", bundle[kind]


@dataclass
class Printer:
    """Turns texts and outputs into Typst, and gathers pictures and losses."""

    settings: Settings
    folder: Path | None = None
    level: int = 0
    title: str = ""
    unset: frozenset[str] = frozenset()
    pictures: dict[str, bytes] = field(default_factory=dict)
    losses: Counter[str] = field(default_factory=Counter)
    formulas: list[str] = field(default_factory=list)
    long_words: bool = False

    @property
    def lenient(self) -> bool:
        """Return whether what can't be printed leaves a mark, and is no error."""
        return not self.settings.strict

    # Texts ---------------------------------------------------------------------------

    def text(self, markdown: str, attachments: Any = None) -> str:
        """Return Markdown as Typst."""
        found = fragment(markdown)
        if self.lenient and found.html:
            clean = cleaned(found.html)
            self.losses.update(clean.losses)
            found = fragment(clean.html, "html")
        self._look_for_long_words(markdown, found)
        return self._placed(found, attachments)

    def html(self, html: str) -> str:
        """Return HTML as Typst."""
        clean = cleaned(html)
        self.losses.update(clean.losses)
        found = fragment(clean.html, "html")
        self._look_for_long_words(clean.html, found)
        return self._placed(found, None)

    def _look_for_long_words(self, text: str, found: Fragment) -> None:
        if not self.long_words and not found.is_source:
            self.long_words = bool(LONG_WORD.search(text))

    def _placed(self, found: Fragment, attachments: Any) -> str:
        if not self.title:
            self.title = next(
                (text for level, text in found.headings if level == 1), ""
            )
        if not self.lenient:
            return found.typst
        self.losses.update(found.losses)
        self.formulas += [formula.typst for formula in found.formulas]
        typst = found.typst
        for formula in found.formulas:
            if formula.typst in self.unset:
                self.losses["formula{s} printed as TeX"] += 1
                typst = typst.replace(formula.typst, _as_tex(formula))
        return "\n".join(
            [*self._levels(found), *self._images(found, attachments), typst]
        )

    def _levels(self, found: Fragment) -> Iterator[str]:
        """Give the printed levels of headings: none skips one."""
        levels = []
        for level, text in found.headings:
            if text.strip():
                self.level = min(level, self.level + 1)
            levels.append(max(1, self.level))
        if levels:
            yield f"#let levels = ({', '.join(map(str, levels))},)"

    def _images(self, found: Fragment, attachments: Any) -> Iterator[str]:
        if found.images:
            placed = [self._image(*image, attachments) for image in found.images]
            yield f"#let images = ({', '.join(placed)},)"

    def _image(self, source: str, alt: str, width: str, attachments: Any) -> str:
        try:
            content = self._loaded(source, attachments)
            file, points = self._file(content, width)
        except PictureError as error:
            self.losses[f"picture{{s}} {error.args[-1]}"] += 1
            about = f": {source}" if not source.startswith("data:") else ""
            return literal(f"picture {error.args[0]}{about}{alt and ', '}{alt}"[:300])
        alt = self._alt(alt)
        return f"({literal(file)}, {points:.1f}pt, {literal(alt)})"

    def _loaded(self, source: str, attachments: Any) -> bytes:
        """Return a picture that a text shows: embedded, attached, or beside it."""
        if found := re.match(r"data:[^,]*?(;base64)?,", source, re.IGNORECASE):
            data = source[found.end() :]
            return decoded(unquote(data)) if found[1] else unquote_to_bytes(data)
        if source.startswith("attachment:"):
            bundle = (attachments or {}).get(unquote(source[len("attachment:") :]), {})
            for kind, data in bundle.items():
                if kind.startswith("image/"):
                    return data.encode() if "svg" in kind else decoded(data)
            raise PictureError("isn't attached", "that can't be read")
        if re.match(r"[a-z][\w+.-]*:|//", source, re.IGNORECASE):
            raise PictureError("elsewhere", "from elsewhere, never fetched")
        return self._beside(unquote(re.split(r"[?#]", source)[0]))

    def _beside(self, source: str) -> bytes:
        try:
            if self.folder is None:
                raise PictureError("not found", "that can't be found")
            root = self.folder.resolve()
            path = (root / source).resolve()
            if not path.is_relative_to(root):
                raise PictureError(
                    "outside of the notebook's folder",
                    "outside of the notebook's folder",
                )
            if not path.is_file():
                raise PictureError("not found", "that can't be found")
            return path.read_bytes()
        except (OSError, ValueError) as error:
            if isinstance(error, PictureError):
                raise
            raise PictureError("can't be read", "that can't be read") from None

    # Outputs -------------------------------------------------------------------------

    def outputs(self, cell: NotebookNode) -> Iterator[str]:
        """Give each output of a code cell as Typst."""
        settled = self.settings.untried if "check" in tags_of(cell) else ""
        for output in _joined_streams(cell.outputs):
            if output.output_type == "stream":
                text = plain_text(output.text)
                # On paper, that nobody has tried yet goes without saying.
                if text and not (settled and text.startswith(settled)):
                    call = "messages" if output.name == "stderr" else "printed"
                    yield f"#{call}({literal(self._cut(text))})"
            elif output.output_type == "error" and self.lenient:
                yield f"#messages({literal(self._cut(_traceback(output)))})"
            elif output.output_type in ("display_data", "execute_result"):
                yield self.bundle(output)

    def bundle(self, output: NotebookNode) -> str:
        """Return what an output shows, in the first form that can be printed."""
        data, about = output.data, output.metadata
        if not self.lenient:
            kind = printed_form(data)
            return self._form(data, kind or "text/plain", about)
        damage = ""
        for kind in printed_forms(data):
            if damage and kind == "text/plain":
                break
            try:
                return self._form(data, kind, about)
            except PictureError as error:
                damage = error.args[0]
        return self._without_form(data, damage) if data else ""

    def _form(self, data: NotebookNode, kind: str, about: NotebookNode) -> str:
        if kind.startswith("image/"):
            return self._shown(data[kind], kind, about.get(kind))
        if kind == "text/plain":
            return f"#printed({literal(self._cut(plain_text(data.get(kind, ''))))})"
        if kind == "text/html":
            content, rows = self.html(data[kind]), data[kind].count("<tr")
        else:
            content, rows = self.text(data[kind]), data[kind].count("\n")
        return f"#outcome(lines: {rows + 1})[\n{content}\n]"

    def _shown(self, data: str, kind: str, about: Any) -> str:
        about = about if isinstance(about, dict) else {}
        svg = "svg" in kind and data.lstrip().startswith("<")
        content = data.encode() if svg else decoded(data)
        file, width = self._file(content, about.get("width"))
        alt = str(about.get("alt") or "")
        alt = self._alt(alt) if self.lenient else alt
        return f"#picture({literal(file)}, {literal(alt)}, {width:.1f}pt)"

    def _file(self, content: bytes, width: Any) -> tuple[str, float]:
        try:
            found = picture(content)
        except PictureError as error:
            raise PictureError(error.args[0], "that can't be read") from None
        if found.incomplete:
            self.losses["drawing{s} with parts that can't be printed"] += 1
        file = hashlib.sha256(found.content).hexdigest()[:20] + found.suffix
        self.pictures[file] = found.content
        return file, printed_width(found.size, width)

    def _alt(self, alt: str) -> str:
        if alt.strip():
            return alt
        self.losses[NO_ALT] += 1
        return PLACEHOLDER_ALT

    def _without_form(self, data: NotebookNode, damage: str) -> str:
        kinds = " ".join(data)
        text = " ".join(str(data.get("text/plain", "")).split())[:120]
        loss = next(
            (loss for word, loss in WITHOUT_STATIC_FORM.items() if word in kinds),
            "picture{s} of which only the name is left"
            if FIGURE.fullmatch(text)
            else "output{s} of an unknown kind",
        )
        self.losses[loss] += 1
        what = loss.replace("{s}", "") + (f" ({damage})" if damage else "")
        return f"#outcome[#lost({literal(f'{what}: {text}' if text else what)})]"

    def _cut(self, text: str) -> str:
        return shortened(text, self.losses) if self.lenient else text


def _as_tex(formula: Formula) -> str:
    alt = literal(f"Formula in TeX: {formula.tex}")
    return f"#formula({alt}, false, {literal(formula.tex)});"


def _traceback(output: NotebookNode) -> str:
    text = plain_text("\n".join(output.get("traceback", [])))
    return text or plain_text(f"{output.ename}: {output.evalue}")


def _joined_streams(outputs: list[NotebookNode]) -> list[NotebookNode]:
    joined: list[NotebookNode] = []
    for output in outputs:
        last = joined[-1] if joined else None
        if (
            last is not None
            and output.output_type == last.output_type == "stream"
            and output.name == last.name
        ):
            joined[-1] = NotebookNode({**last, "text": last.text + output.text})
        else:
            joined.append(output)
    return joined
