"""The exporter for nbconvert."""

from __future__ import annotations

import handout_samples as sample
import pytest
from handout_pdfs import text_of, with_title
from nbconvert.utils.exceptions import ConversionException

from handouts.exporter import TypstPDFExporter


def test_nbconvert_exporter():
    exporter = TypstPDFExporter(edition="instructor", paper="us-letter")
    pdf, resources = exporter.from_notebook_node(sample.lesson())
    assert resources["output_extension"] == ".pdf"
    assert "SECRET-source" in text_of(pdf)
    student, _ = TypstPDFExporter().from_notebook_node(sample.lesson())
    assert "SECRET" not in text_of(student)


def test_nbconvert_exporter_lists_problems():
    notebook = with_title(sample.never_executed(), sample.failed())
    with pytest.raises(Exception, match="never executed") as caught:
        TypstPDFExporter().from_notebook_node(notebook)
    assert "ValueError" in str(caught.value)


def test_nbconvert_exporter_takes_the_settings_of_the_current_folder(
    tmp_path, monkeypatch
):
    project = tmp_path / "pyproject.toml"
    monkeypatch.chdir(tmp_path)
    notebook = with_title(sample.markdown("Text.", "todo"))
    project.write_text("[tool.handouts]\ncourse = 'All about cubes'")
    pdf, _ = TypstPDFExporter().from_notebook_node(notebook)
    assert "ALL ABOUT CUBES" in text_of(pdf)
    project.write_text("[tool.handouts]\ntags = ['hint']")
    with pytest.raises(ConversionException, match='unknown tag "todo"'):
        TypstPDFExporter().from_notebook_node(notebook)
    project.write_text("[tool.handouts]\ntags = 'hint'")
    with pytest.raises(ConversionException, match="tags is 'hint'; write a list"):
        TypstPDFExporter().from_notebook_node(notebook)
