"""The plugin for nbval: what pytest calls.

Without --nbval nothing here does anything.
"""

from collections import Counter
from collections.abc import Iterator

import pytest
from nbval.plugin import IPyNbCell, IPyNbFile, coalesce_streams

from tolerant.lessons import figures_of, how
from tolerant.rules import about, faults, rule_of
from tolerant.speed import slowness
from tolerant.texts import compare_figures, compare_texts

__all__ = ["Lesson", "LessonCell"]

_PICTURES = ("image/png", "image/jpeg")
_COUNTS = pytest.StashKey[Counter]()
_TIMEOUT = pytest.StashKey[float]()


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(parent):
    """Put the course's kind of notebook in the place of nbval's."""
    found = yield
    return [
        Lesson.from_parent(parent, path=file.path) if type(file) is IPyNbFile else file
        for file in found
    ]


def pytest_configure(config):
    """Keep the limit that was asked for: it is multiplied for each lesson anew."""
    config.stash[_COUNTS] = Counter()
    config.stash[_TIMEOUT] = config.getoption("nbval_cell_timeout", 0.0)


def pytest_terminal_summary(terminalreporter, config):
    """Say how many cells were compared, and how."""
    counts = config.stash[_COUNTS]
    if counts:
        said = ", ".join(f"{count} {way}" for way, count in counts.items())
        terminalreporter.write_line(f"Outputs compared: {said}.")


class Lesson(IPyNbFile):
    """A notebook whose cells say how their outputs are compared."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.changed: set[str] = set()  # ids of cells whose output isn't as stored

    def collect(self) -> Iterator["LessonCell"]:
        """Yield the code cells."""
        earlier: set[str] = set()
        for item in super().collect():
            yield LessonCell.from_parent(
                self,
                name=item.name,
                cell_num=item.cell_num,
                cell=item.cell,
                options=item.options,
                earlier=frozenset(earlier),
            )
            earlier.add(item.cell.get("id", ""))

    def setup(self):
        """Start a kernel, after a look at how fast the machine is at the moment."""
        factor = slowness()
        self.config.option.nbval_cell_timeout = self.config.stash[_TIMEOUT] * factor
        super().setup()


class LessonCell(IPyNbCell):
    """A cell that is compared by its own rule."""

    def __init__(self, *args, earlier=frozenset(), **kwargs):
        super().__init__(*args, **kwargs)
        self.earlier = earlier

    def runtest(self):
        """Execute the cell and compare its outputs; wrong metadata fail it first."""
        if wrong := faults(self.cell, self.earlier):
            self.raise_cell_error(f"Metadata of {self._called()}: {'; '.join(wrong)}")
        try:
            super().runtest()
        finally:
            if self._differs(coalesce_streams(self.test_outputs or [])):
                self.parent.changed.add(self.cell.get("id", ""))
            if self.cell.outputs:
                self._count(self._how())

    def compare_outputs(self, test, ref, skip_compare=None) -> bool:
        """Compare outputs, words strictly and numbers as the cell's metadata say."""
        if self._waits_in_vain():
            return True
        found = list(self._differences(ref, test))
        self.comparison_traceback = [f"{self._called()}: {text}" for text in found]
        return not found

    def _how(self) -> str:
        if self._waits_in_vain():
            return f"not, as {about(self.cell)['only_if']} says something else here"
        return how(self.cell)

    def _waits_in_vain(self) -> bool:
        return about(self.cell).get("only_if") in self.parent.changed

    def _differs(self, fresh) -> bool:
        return self._parts(fresh) != self._parts(coalesce_streams(self.cell.outputs))

    def _differences(self, stored, fresh) -> Iterator[str]:
        rule = rule_of(self.cell)
        old, new = self._parts(stored), self._parts(fresh)
        if [kind for kind, _ in old] != [kind for kind, _ in new]:
            came = "".join(f"\n{kind}: {text[:200]}" for kind, text in new[:3])
            yield f"stored {_listed(old)}, came {_listed(new)}{came}"
            return
        for (kind, before), (_, after) in zip(old, new, strict=True):
            for difference in compare_texts(before, after, rule):
                yield f"{kind}, {difference}"
        for before, after in zip(figures_of(stored), figures_of(fresh), strict=True):
            if before is not None:  # what has none yet, a guard tells
                yield from compare_figures(before, after or [], rule)

    def _parts(self, outputs) -> list[tuple[str, str]]:
        """Return what is compared of outputs, pictures' bytes aside: kind and text."""
        parts = []
        for output in outputs:
            if output.output_type == "stream":
                parts.append((output.name, self.sanitize(output.text)))
            elif output.output_type == "error":
                parts.append(("error", f"{output.ename}: {output.evalue}"))
            else:
                parts += [
                    (kind, str(self.sanitize(output.data[kind])))
                    for kind in sorted(output.data)
                    if kind not in _PICTURES
                ]
        return parts

    def _called(self) -> str:
        return f"cell {self.cell_num} (id {self.cell.get('id')})"

    def _count(self, way: str):
        self.config.stash[_COUNTS][way] += 1
        self.user_properties += [("cell", self.cell.get("id")), ("compared", way)]


def _listed(parts: list[tuple[str, str]]) -> str:
    return ", ".join(kind for kind, _ in parts) or "no output"
