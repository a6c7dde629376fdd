"""An nbconvert exporter from notebook to accessible PDF, on pandoc and Typst."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from nbconvert.exporters import Exporter, TemplateExporter
from nbconvert.utils.exceptions import ConversionException
from nbformat import NotebookNode
from traitlets import Bool, Enum, default
from traitlets.config import Application

from .confined import Exhausted, confined
from .editions import EDITIONS
from .handout import PAPERS, Problems, Source, printed, problems_of
from .losses import closing_line
from .outputs import plain_text
from .reading import ReadingError, notebook_from, repaired
from .settings import Settings, SettingsError, find_settings

__all__ = ["TypstPDFExporter"]

FILTERS = {
    "markdown": "exclude_markdown",
    "code": "exclude_code_cell",
    "raw": "exclude_raw",
}


class TypstPDFExporter(TemplateExporter):
    """Export a notebook as PDF/UA-1.

    Registered with nbconvert: `jupyter nbconvert --to typstpdf NOTEBOOK`. The settings
    are those of the project that holds the current folder. It has no template, but
    heeds what nbconvert's other exporters do: what to exclude, and preprocessors.
    """

    export_from_notebook = "PDF via Typst"
    output_mimetype = "application/pdf"

    edition = Enum(
        EDITIONS, "student", help="student (no solutions, hints last) or instructor"
    ).tag(config=True)
    paper = Enum(PAPERS, "a4", help="a4 or us-letter").tag(config=True)
    strict = Bool(
        False, help="refuse what would print badly, instead of printing a mark for it"
    ).tag(config=True)

    _file = ""  # that is being converted

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".pdf"

    @default("template_name")
    def _template_name_default(self) -> str:
        return "base"

    def from_filename(self, filename, resources=None, **kw):
        """Return the PDF of a notebook file of any age, and the resources.

        Raises:
            ConversionException: see `from_notebook_node`.
        """
        path = Path(filename)
        resources = resources or {}
        about = {"name": path.stem, "path": str(path.parent)}
        resources["metadata"] = {**resources.get("metadata", {}), **about}
        self._file = str(filename)
        try:
            strict = self._settings().strict
            notebook = notebook_from(path.read_bytes(), strict=strict)
        except (ReadingError, SettingsError) as error:
            self._refuse([f"{path}: {error}"])
        except OSError as error:
            self._refuse([f"{path}: can't be read ({error.strerror}); check the path"])
        return self.from_notebook_node(notebook, resources=resources, **kw)

    def from_notebook_node(self, nb, resources=None, **kw):
        """Return the bytes of the PDF, and the resources.

        Raises:
            ConversionException: the notebook can't be converted, with strict settings
                not without loss, or a setting is wrong. It lists every problem.
        """
        name = ((resources or {}).get("metadata") or {}).get("name") or "notebook"
        try:
            settings = self._settings()
            nb, resources = Exporter.from_notebook_node(
                self, repaired(nb), resources, **kw
            )
            folder = Path(resources.get("metadata", {}).get("path") or ".")
            source = Source(repaired(self._without_excluded(nb)), name, folder)
            if settings.strict:
                found = confined(problems_of, [source], settings)
                if found[name]:
                    raise Problems(found[name])
            result = confined(printed, source, self.edition, self.paper, settings)
        except SettingsError as error:
            self._refuse([str(error)])
        except Problems as error:
            self._refuse(error.lines)
        except Exhausted as error:
            self._refuse([f"{name}: {error}; divide the notebook"])
        except (
            Exception
        ) as error:  # of nbconvert's preprocessors: it fails in execution
            if (
                not isinstance(error, ConversionException)
                and not self._runs_in_command()
            ):
                raise
            reason = plain_text(str(error)).strip().split("\n")[-1]
            self._refuse([f"{name}: {type(error).__name__}: {reason}; mend the cell"])
        if line := closing_line(f"{name}.ipynb", result.losses):
            print(line, file=sys.stderr)
        return result.pdf, resources

    def _settings(self) -> Settings:
        found = find_settings(Path.cwd())
        return replace(found, strict=found.strict or self.strict)

    def _without_excluded(self, notebook: NotebookNode) -> NotebookNode:
        cells = []
        for cell in notebook.cells:
            if getattr(self, FILTERS.get(cell.cell_type, "exclude_unknown")):
                continue
            if cell.cell_type == "code":
                about = cell.metadata.get("transient")
                hidden = isinstance(about, dict) and about.get("remove_source") is True
                cell["transient"] = {"remove_source": self.exclude_input or hidden}
                if self.exclude_output:
                    cell["outputs"] = []
            cells.append(cell)
        return NotebookNode({**notebook, "cells": cells})

    def _runs_in_command(self) -> bool:
        """Return whether nbconvert's command is what uses this exporter."""
        if not Application.initialized():
            return False
        return getattr(Application.instance(), "exporter", None) is self

    def _refuse(self, lines: list[str]) -> NoReturn:
        """Say why there is no PDF.

        nbconvert's command would print a traceback, and leave the notebooks that
        follow: under it, the lines are printed, these notebooks converted, and the
        exit status is 1.
        """
        if not self._runs_in_command():
            raise ConversionException("\n".join(lines)) from None
        for line in lines:
            print(line, file=sys.stderr)
        app: Any = Application.instance()
        following = iter(app.notebooks)
        if self._file in app.notebooks:
            for path in following:
                if path == self._file:
                    break
            for path in following:  # if one fails, it sees to those after it
                app.convert_single_notebook(path)
        raise SystemExit(1)
