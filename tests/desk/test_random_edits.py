"""Whatever learner and course do, no word of a learner is lost."""

import copy
import random

import nbformat
import pytest

from lessons_lib.desk.merging import merge
from lessons_lib.desk.notebooks import valid_ids

from .samples import code, fresh_copy, ids, sources, text

BASE = fresh_copy()
EDITS = ["write", "insert", "remove", "move", "duplicate", "split", "join"]


def edited(notebook, chance, author):
    """Return the notebook after some random edits, each with words of their own."""
    notebook = copy.deepcopy(notebook)
    cells = notebook.cells
    for number in range(chance.randint(0, 8)):
        place = chance.randrange(len(cells)) if cells else 0
        kind = chance.choice(EDITS)
        if kind == "insert" or not cells:
            make = chance.choice([code, text])
            cells.insert(place, make(f"{author}-{number}", f"{author} {number}"))
        elif kind == "write":
            cells[place].source += f"\n{author} wrote {number}"
        elif kind == "remove":
            del cells[place]
        elif kind == "move":
            cells.insert(chance.randrange(len(cells)), cells.pop(place))
        elif kind == "duplicate":
            cells.insert(place, copy.deepcopy(cells[place]))
            if chance.random() < 0.5:
                cells[place].id = f"{author}-copy-{number}"
        elif kind == "split":
            half = len(cells[place].source) // 2
            cells.insert(place, copy.deepcopy(cells[place]))
            cells[place].id = f"{author}-half-{number}"
            cells[place].source = cells[place].source[:half]
            cells[place + 1].source = cells[place + 1].source[half:]
        elif kind == "join" and place:
            cells[place - 1].source += "\n" + cells.pop(place).source
    return notebook


@pytest.mark.parametrize("seed", range(300))
@pytest.mark.drill("a learner edits at random, then an update comes", "no word is lost")
def test_no_word_is_lost(seed):
    chance = random.Random(seed)
    base = edited(BASE, chance, "first")
    valid_ids(base)
    new = valid_ids(edited(base, chance, "course"))
    mine = edited(base, chance, "learner")
    typed = [source for source in sources(mine) if source not in sources(base)]
    valid_ids(mine, base)
    notebook = merge(base, mine, new).notebook
    nbformat.validate(notebook)
    assert len(set(ids(notebook))) == len(notebook.cells)
    for source in typed:
        assert sources(notebook).count(source) >= typed.count(source)
    was, ours, result = ({c.id: c for c in nb.cells} for nb in (base, mine, notebook))
    said = "\n".join(sources(notebook))
    for cell in new.cells:  # what the course changed is there, unless it was removed
        before = was.get(cell.id)
        if before is None or (before.source != cell.source and cell.id in ours):
            assert cell.source in said
    for cell_id, cell in ours.items():  # what ran stays, where the code is the same
        if cell_id in result and result[cell_id].source == cell.source:
            assert result[cell_id].get("outputs") == cell.get("outputs")
    assert merge(new, notebook, new).notebook == notebook


@pytest.mark.parametrize("seed", range(30))
def test_versions_may_follow_each_other(seed):
    chance = random.Random(seed)
    base = mine = BASE
    typed = set()
    for _ in range(4):
        before = set(sources(mine))
        mine = edited(mine, chance, f"learner{len(typed)}")
        kept = set(sources(mine))
        typed = ((typed | (kept - before)) & kept) - set(sources(base))
        valid_ids(mine, base)
        new = valid_ids(edited(base, chance, "course"))
        mine = merge(base, mine, new).notebook
        assert typed <= set(sources(mine))
        base = new
