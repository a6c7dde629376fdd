"""Which names of the kernel a cell sets, and which it reads."""

import ast
import symtable
from collections.abc import Iterator

from IPython.core.inputtransformer2 import TransformerManager

__all__ = ["argument_names", "bound_names", "used_names"]


def bound_names(source: str) -> set[str]:
    """Return the names that a cell sets.

    Args:
        source: the cell, magics included.

    Returns:
        The names; none if it isn't valid Python.
    """
    table = _symbols(source)
    symbols = table.get_symbols() if table else []
    return {s.get_name() for s in symbols if s.is_assigned() or s.is_imported()}


def used_names(source: str) -> set[str]:
    """Return the names that a cell, or a function in it, reads from the kernel.

    Args:
        source: the cell, magics included.

    Returns:
        The names, those of Python's own functions among them.
    """

    def uses(table: symtable.SymbolTable) -> Iterator[str]:
        top = table.get_type() == "module"
        for symbol in table.get_symbols():
            if symbol.is_referenced() and (top or symbol.is_global()):
                yield symbol.get_name()
        for child in table.get_children():
            yield from uses(child)

    table = _symbols(source)
    return set(uses(table)) if table else set()


def argument_names(source: str, function: str) -> set[str]:
    """Return the names that a cell hands to a function as its first argument.

    Args:
        source: the cell.
        function: what is called, without what stands before a dot.

    Returns:
        The names: {"total"} for check.sum(total) and the function "sum".
    """
    try:
        tree = ast.parse(_python(source))
    except SyntaxError:
        return set()
    return {
        call.args[0].id
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and getattr(call.func, "attr", getattr(call.func, "id", "")) == function
        and call.args
        and isinstance(call.args[0], ast.Name)
    }


def _python(source: str) -> str:
    """Turn IPython's magics into Python; of %%time, the cell below is what counts."""
    first, _, rest = source.lstrip().partition("\n")
    source = rest if first.startswith("%%") else source
    return TransformerManager().transform_cell(source)


def _symbols(source: str) -> symtable.SymbolTable | None:
    try:
        return symtable.symtable(_python(source), "cell", "exec")
    except (SyntaxError, ValueError):  # ValueError: a null character
        return None
