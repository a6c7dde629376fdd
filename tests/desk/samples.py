"""A small lesson in three versions, and what a learner may do to a copy."""

import copy

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from lessons_lib.desk.copies import learners_copy

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def text(cell_id, source, *tags):
    return new_markdown_cell(source, id=cell_id, metadata={"tags": list(tags)})


def code(cell_id, source, *tags, printed=""):
    outputs = [new_output("stream", name="stdout", text=printed)] if printed else []
    metadata = {"tags": list(tags)} if tags else {}
    return new_code_cell(
        source, id=cell_id, metadata=metadata, outputs=outputs, execution_count=1
    )


def lesson(title="# 2. Pooling, and more"):
    cells = [
        text("title", title),
        code("imports", "import torch", "plumbing"),
        text("question", "## Which one?\n\nSee [lesson 1](01_echo.ipynb#sound)."),
        code("figure", "show(4)", printed="four\n"),
        text("head", "**Exercise 1 (difficulty 1 of 3, 3 minutes).** How many?"),
        code("stub", "many = ...", "exercise"),
        code("check", "check.many(many)", "check", printed="Not tried yet: many.\n"),
        text("hint", "<details>Count.</details>", "hint"),
        code("solution", "solution_many = 3", "solution", printed="Right: yes.\n"),
        text("remember", "## What to remember"),
    ]
    return new_notebook(cells=cells, metadata={"kernelspec": KERNEL})


def fresh_copy(**names):
    return learners_copy(lesson(), names)


def changed(notebook, **sources):
    """Return the notebook with other sources for some cells, by id."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        cell.source = sources.get(cell.id, cell.source)
    return notebook


def without(notebook, *ids):
    notebook = copy.deepcopy(notebook)
    notebook.cells = [cell for cell in notebook.cells if cell.id not in ids]
    return notebook


def with_cell(notebook, cell, after):
    notebook = copy.deepcopy(notebook)
    notebook.cells.insert(ids(notebook).index(after) + 1, cell)
    return notebook


def ran(notebook, cell_id, printed, count=7):
    notebook = copy.deepcopy(notebook)
    cell = find(notebook, cell_id)
    cell.outputs = [new_output("stream", name="stdout", text=printed)]
    cell.execution_count = count
    return notebook


def find(notebook, cell_id):
    return next(cell for cell in notebook.cells if cell.id == cell_id)


def ids(notebook):
    return [cell.id for cell in notebook.cells]


def sources(notebook):
    return [cell.source for cell in notebook.cells]
