"""Read the cells of a notebook: what part each plays, what it does, what it printed."""

import ast
import re
import tokenize
from collections.abc import Iterator
from io import StringIO

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

from handouts.editions import tags_of
from handouts.embedded import pictures_in_html
from lessons_lib.kernel import names

__all__ = [
    "Problem",
    "bound_names",
    "calls",
    "code_cells",
    "ends_with_semicolon",
    "global_uses",
    "has_checked_quiz",
    "is_lesson",
    "is_solution",
    "numbered",
    "outputs",
    "parse",
    "readable_output",
    "role",
    "stdout",
    "text_cells",
]

# The number of a cell (from 1; 0 for the notebook as a whole), what is wrong with it
# and what to do.
Problem = tuple[int, str]
Numbered = Iterator[tuple[int, NotebookNode]]


def numbered(notebook: NotebookNode) -> Numbered:
    """Number the cells from 1."""
    return enumerate(notebook.cells, 1)


def code_cells(notebook: NotebookNode) -> Numbered:
    """Yield the code cells with their numbers."""
    return ((n, cell) for n, cell in numbered(notebook) if cell.cell_type == "code")


def text_cells(notebook: NotebookNode) -> Numbered:
    """Yield the Markdown cells with their numbers."""
    return ((n, cell) for n, cell in numbered(notebook) if cell.cell_type == "markdown")


def outputs(notebook: NotebookNode) -> Numbered:
    """Yield every stored output with the number of its cell."""
    return ((n, output) for n, cell in code_cells(notebook) for output in cell.outputs)


def role(cell: NotebookNode) -> str:
    """Return the part a cell plays in an exercise or quiz, else its type."""
    roles = ("exercise", "check", "hint", "solution", "quiz")
    return next((role for role in roles if role in tags_of(cell)), cell.cell_type)


def is_lesson(notebook: NotebookNode) -> bool:
    """Tell whether a notebook is a lesson: its title has a number, "# 3. An MLP"."""
    return bool(re.match(r"# \d+\. ", notebook.cells[0].source))


def is_solution(cell: NotebookNode) -> bool:
    """Tell whether a cell is the code of a solution."""
    return cell.cell_type == "code" and "solution" in tags_of(cell)


def has_checked_quiz(notebook: NotebookNode) -> bool:
    """Tell whether a lesson's quiz is answered in code: it has its second edition."""
    return any(role(cell) == "quiz" for _, cell in code_cells(notebook))


def stdout(cell: NotebookNode) -> str:
    """Return what a cell printed."""
    return "".join(o.text for o in cell.outputs if o.get("name") == "stdout")


def readable_output(cell: NotebookNode) -> str:
    """Return all text in the outputs of a cell: prints, tables, alt texts, errors."""
    texts = []
    for output in cell.get("outputs", []):
        texts += [output.get("text", ""), *output.get("traceback", [])]
        data = output.get("data", {}).items()
        texts += [
            value
            for kind, value in data
            if kind.startswith("text/") and not pictures_in_html(value)
        ]
    return "\n".join(texts)


def _python(cell: NotebookNode) -> str:
    """Return the source of a code cell, IPython's magics turned into Python."""
    return TransformerManager().transform_cell(cell.source)


def parse(cell: NotebookNode) -> ast.Module:
    """Parse a code cell; nothing comes of one that can't have run."""
    try:
        return ast.parse(_python(cell))
    except SyntaxError:
        return ast.Module([], [])


def calls(cell: NotebookNode) -> set[str]:
    """Return the names of the functions that a cell calls."""
    called = (n.func for n in ast.walk(parse(cell)) if isinstance(n, ast.Call))
    return {function.id for function in called if isinstance(function, ast.Name)}


def ends_with_semicolon(cell: NotebookNode) -> bool:
    """Tell whether the last line of code ends with a semicolon, comments aside."""
    if not parse(cell).body:
        return False
    blank = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENDMARKER}
    tokens = tokenize.generate_tokens(StringIO(_python(cell)).readline)
    written = [token.string for token in tokens if token.type not in blank]
    return bool(written) and written[-1] == ";"


def bound_names(statement: ast.stmt) -> set[str]:
    """Return the names that a statement at the top of a cell sets in the kernel."""
    return names.bound_names(ast.unparse(statement))


def global_uses(statement: ast.stmt) -> set[str]:
    """Return the names that a statement, or a function in it, reads from the kernel."""
    found = names.used_names(ast.unparse(statement))
    # x += 1 reads x, but counts as an assignment only.
    if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
        found.add(statement.target.id)
    return found
