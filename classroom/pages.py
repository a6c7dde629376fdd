"""The page for a student: nbgrader's, in which nothing of a submission can run."""

import copy
from pathlib import Path
from typing import Any

import bleach  # type: ignore[import-untyped]
import nbgrader
from bleach.css_sanitizer import CSSSanitizer  # type: ignore[import-untyped]
from nbconvert.exporters import HTMLExporter
from traitlets.config import Config

__all__ = ["FeedbackPage", "cleaned"]

_OWN = Path(__file__).parent / "templates"
_FORMGRADER = Path(nbgrader.__file__).parent / "server_extensions" / "formgrader"
_THEIRS = _FORMGRADER / "templates"
_STYLESHEETS = _FORMGRADER.joinpath("static/node_modules/bootstrap/dist/css")
_TAGS = {
    *("a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "dd", "del"),
    *("details", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr"),
    *("i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp"),
    *("small", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td"),
    *("tfoot", "th", "thead", "tr", "u", "ul", "var"),
}
_ATTRIBUTES = {
    "*": ["align", "class", "id", "lang", "title"],
    "a": ["href"],
    "ol": ["start"],
    "td": ["colspan", "rowspan", "style"],
    "th": ["colspan", "rowspan", "scope", "style"],
}
_STYLES = CSSSanitizer(allowed_css_properties=["text-align"])
_PICTURES = ("data:image/png;base64,", "data:image/jpeg;base64,")


def cleaned(html: str) -> str:
    """Return HTML with which nothing can be run, loaded or covered.

    Args:
        html: whatever came of a submission's Markdown.

    Returns:
        The same with text, tables, links and embedded pictures; what else there is
        stands there as text.
    """
    return bleach.clean(
        html,
        tags=_TAGS,
        attributes=_allowed,
        protocols={"http", "https", "mailto", "data"},
        css_sanitizer=_STYLES,
    )


def _allowed(tag: str, name: str, value: str) -> bool:
    if tag == "img":
        if name == "src":
            return value.startswith(_PICTURES)
        return name in ("alt", "width", "height", "title")
    if name == "href" and value.strip().lower().startswith("data:"):
        return False
    return name in _ATTRIBUTES["*"] or name in _ATTRIBUTES.get(tag, ())


class FeedbackPage(HTMLExporter):
    """Makes the page of a graded notebook."""

    def __init__(self, config: Config | None = None, **options: Any) -> None:
        # what is said of this very class goes before nbgrader's choice for HTMLExporter
        settings = Config(copy.deepcopy(config or {}))
        settings.FeedbackPage.extra_template_basedirs = [str(_OWN), str(_THEIRS)]
        settings.FeedbackPage.extra_template_paths = [str(_THEIRS), str(_STYLESHEETS)]
        settings.FeedbackPage.template_name = "lesson"
        super().__init__(config=settings, **options)

    def default_filters(self) -> Any:
        """Return the filters of the template: Markdown becomes clean HTML."""
        yield from super().default_filters()
        yield "markdown2html", self._clean_markdown
        yield "clean_html", cleaned

    def _clean_markdown(self, context: Any, source: str) -> str:
        return cleaned(self.markdown2html(context, source))

    _clean_markdown.jinja_pass_arg = HTMLExporter.markdown2html.jinja_pass_arg  # type: ignore[attr-defined]
