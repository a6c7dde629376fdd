"""An nbconvert exporter from notebook to accessible PDF, on pandoc and Typst."""

from __future__ import annotations

from pathlib import Path

from nbconvert.exporters import Exporter
from nbconvert.utils.exceptions import ConversionException
from traitlets import Enum, default

from .document import compose, unspoken
from .editions import EDITIONS
from .handout import PAPERS, Lesson, Problems, lesson_pdf
from .lint import lint
from .settings import SettingsError, find_settings

__all__ = ["TypstPDFExporter"]


class TypstPDFExporter(Exporter):
    """Export a notebook as PDF/UA-1, without executing it.

    Registered with nbconvert: `jupyter nbconvert --to typstpdf NOTEBOOK`. The settings
    are those of the project that holds the current folder.
    """

    export_from_notebook = "PDF via Typst"
    output_mimetype = "application/pdf"

    edition = Enum(
        EDITIONS, "student", help="student (no solutions, hints last) or instructor"
    ).tag(config=True)
    paper = Enum(PAPERS, "a4", help="a4 or us-letter").tag(config=True)

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".pdf"

    @default("default_preprocessors")
    def _default_preprocessors_default(self) -> list:
        return []

    def from_notebook_node(self, nb, resources=None, **kw):
        """Return the bytes of the PDF, and the resources.

        Raises ConversionException, which lists every problem of the notebook, or what
        is wrong with the settings.
        """
        nb, resources = super().from_notebook_node(nb, resources, **kw)
        name = resources.get("metadata", {}).get("name", "notebook")
        try:
            settings = find_settings(Path.cwd())
        except SettingsError as error:
            raise ConversionException(str(error)) from None
        if problems := lint(nb, name, settings):
            raise ConversionException("\n".join(problems))
        document = compose(nb, name, self.edition, settings)
        for formula in unspoken(nb):
            self.log.warning("%s: no speech for $%s$", name, formula)
        try:
            return lesson_pdf(Lesson(nb, document), self.paper, settings), resources
        except Problems as error:
            raise ConversionException(str(error)) from None
