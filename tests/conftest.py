"""What the test run prints at its end."""

import sys

from drills import table


def pytest_terminal_summary(terminalreporter):
    """Print what the checks said about wrong answers, if they were asked."""
    module = sys.modules.get("test_mutants")
    if module and module.REPORTS:
        terminalreporter.section("wrong answers, offered to the checks")
        terminalreporter.write_line("\n".join(module.in_short(module.REPORTS)))
    if table.drills(terminalreporter.stats):
        terminalreporter.section("fault drills")
        alone = terminalreporter.config.option.markexpr == "drill"  # make drills
        told = table.lines if alone else lambda stats: [table.summary(stats)]
        terminalreporter.write_line("\n".join(told(terminalreporter.stats)))


def pytest_collection_modifyitems(items):
    table.write_down(items)
