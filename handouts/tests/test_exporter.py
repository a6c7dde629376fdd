"""The exporter for nbconvert."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import handout_samples as sample
import nbformat
import pytest
from handout_pdfs import text_of, with_title
from nbconvert.utils.exceptions import ConversionException
from pypdf import PdfReader
from traitlets.config import Config

import handouts
from handouts.exporter import TypstPDFExporter


def test_nbconvert_exporter():
    exporter = TypstPDFExporter(edition="instructor", paper="us-letter", strict=True)
    pdf, resources = exporter.from_notebook_node(sample.lesson())
    assert resources["output_extension"] == ".pdf"
    assert "SECRET-source" in text_of(pdf)
    student, _ = TypstPDFExporter().from_notebook_node(sample.lesson())
    assert "SECRET" not in text_of(student)


def test_nbconvert_exporter_lists_problems():
    notebook = with_title(sample.never_executed(), sample.failed())
    with pytest.raises(Exception, match="never executed") as caught:
        TypstPDFExporter(strict=True).from_notebook_node(notebook)
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
    project.write_text("[tool.handouts]\ntags = ['hint']\nstrict = true")
    with pytest.raises(ConversionException, match='unknown tag "todo"'):
        TypstPDFExporter().from_notebook_node(notebook)
    project.write_text("[tool.handouts]\ntags = 'hint'")
    with pytest.raises(ConversionException, match="tags is 'hint'; write a list"):
        TypstPDFExporter().from_notebook_node(notebook)


@pytest.fixture
def neutral(tmp_path, monkeypatch):
    """Work in a folder without settings."""
    monkeypatch.chdir(tmp_path)


def config(**sections: dict) -> Config:
    return Config({name: Config(values) for name, values in sections.items()})


def test_without_input_outputs_are_left(neutral):
    notebook = with_title(sample.code("secret = 1", outputs=[sample.printed("shown")]))
    exporter = TypstPDFExporter(config=config(TemplateExporter={"exclude_input": True}))
    text = text_of(exporter.from_notebook_node(notebook)[0])
    assert "shown" in text and "secret" not in text


def test_tags_remove_cells_inputs_and_outputs(neutral):
    notebook = with_title(
        sample.code("whole_cell", "gone"),
        sample.code("only_input", "no-input", outputs=[sample.printed("stays_1")]),
        sample.code("stays_2", "no-output", outputs=[sample.printed("only_output")]),
    )
    remove = {
        "enabled": True,
        "remove_cell_tags": {"gone"},
        "remove_input_tags": {"no-input"},
        "remove_all_outputs_tags": {"no-output"},
    }
    exporter = TypstPDFExporter(config=config(TagRemovePreprocessor=remove))
    text = text_of(exporter.from_notebook_node(notebook)[0])
    assert "stays_1" in text and "stays_2" in text
    assert not any(word in text for word in ("whole_cell", "only_input", "only_output"))


def test_execution_replaces_stored_outputs(neutral):
    cell = sample.code("print(6 * 7)", outputs=[sample.printed("stale 41\n")])
    exporter = TypstPDFExporter(config=config(ExecutePreprocessor={"enabled": True}))
    text = text_of(exporter.from_notebook_node(with_title(cell))[0])
    assert "42" in text and "stale" not in text


def test_command_goes_on_after_a_failure_and_shows_no_traceback(tmp_path):
    for name in ("a", "c"):
        nbformat.write(with_title(sample.markdown("x")), tmp_path / f"{name}.ipynb")
    (tmp_path / "b.ipynb").write_text("nothing")
    (tmp_path / "d.ipynb").write_bytes(b"")
    command = [sys.executable, "-m", "nbconvert", "--to"]
    command += ["handouts.exporter.TypstPDFExporter", "--TypstPDFExporter.paper"]
    command += ["us-letter", "a.ipynb", "b.ipynb", "c.ipynb", "d.ipynb"]
    source = Path(handouts.__file__).parents[1]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(source)},
    )
    assert done.returncode == 1
    assert "b.ipynb: not valid JSON" in done.stderr
    assert "d.ipynb: the file is empty" in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(path.name for path in tmp_path.glob("*.pdf")) == ["a.pdf", "c.pdf"]
    page = PdfReader(tmp_path / "a.pdf").pages[0]
    assert round(float(page.mediabox[2])) == 612
