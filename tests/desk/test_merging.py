"""A new version of a lesson meets a copy that somebody has worked in."""

import copy

import nbformat
import pytest
from nbformat.v4 import new_raw_cell

from lessons_lib.desk.merging import merge

from .samples import (
    changed,
    code,
    find,
    fresh_copy,
    ids,
    ran,
    sources,
    text,
    with_cell,
    without,
)

BASE = fresh_copy()
FILLED = ran(changed(BASE, stub="many = 4  # my guess"), "stub", "", count=5)


def brought_in(mine, new, base=BASE):
    """Merge, and assert what has to hold whatever happened."""
    before = copy.deepcopy((base, mine, new))
    merged = merge(base, mine, new)
    assert (base, mine, new) == before
    nbformat.validate(merged.notebook)
    again = merge(new, merged.notebook, new)
    assert again.notebook == merged.notebook, "a second run changes something"
    return merged


def test_nothing_new_changes_nothing():
    assert brought_in(FILLED, BASE).notebook == FILLED


def test_an_untouched_copy_becomes_the_new_version():
    new = without(changed(BASE, question="## Why?"), "figure")
    new = with_cell(new, text("more", "More."), after="head")
    merged = brought_in(BASE, new)
    assert merged.notebook == new
    assert (merged.renewed, merged.added, merged.removed) == (
        ["question"],
        ["more"],
        ["figure"],
    )


def test_what_was_written_and_what_it_printed_stays():
    mine = ran(FILLED, "check", "Not yet: many is not 4.\n")
    notebook = brought_in(mine, changed(BASE, title="# 2. Pooling, mended")).notebook
    assert find(notebook, "stub") == find(mine, "stub")
    assert find(notebook, "check") == find(mine, "check")
    assert find(notebook, "title").source == "# 2. Pooling, mended"


def test_new_code_has_not_run():
    notebook = brought_in(
        ran(BASE, "figure", "four\n"), changed(BASE, figure="show(5)")
    ).notebook
    cell = find(notebook, "figure")
    assert (cell.source, cell.outputs, cell.execution_count) == ("show(5)", [], None)


def test_where_both_wrote_the_new_text_stands_below():
    merged = brought_in(FILLED, changed(BASE, stub="many = ...  # a number"))
    place = ids(merged.notebook).index("stub")
    mine, note = merged.notebook.cells[place : place + 2]
    assert mine == find(FILLED, "stub")
    assert note.cell_type == "markdown" and note.metadata.tags == ["course-update"]
    assert "```python\nmany = ...  # a number\n```" in note.source
    assert merged.beside == ["stub"]


def test_where_both_wrote_text_it_stays_text():
    mine = changed(BASE, question="## Which one?\n\nI think it is 3.")
    merged = brought_in(mine, changed(BASE, question="## Which of the two?"))
    place = ids(merged.notebook).index("question")
    assert merged.notebook.cells[place].source.endswith("I think it is 3.")
    assert merged.notebook.cells[place + 1].source.endswith("\n\n## Which of the two?")


def test_both_wrote_the_same():
    same = changed(BASE, figure="show(5)")
    assert brought_in(ran(same, "figure", "five"), same).beside == []


def test_code_with_a_fence_in_it_stays_one_block():
    new = changed(BASE, stub='"""\n````\n"""')
    note = brought_in(FILLED, new).notebook.cells[6]
    assert note.source.endswith('`````python\n"""\n````\n"""\n`````')


def test_a_newer_text_takes_the_place_of_one_that_nobody_touched():
    second, third = (changed(BASE, stub=f"many = ...  # {n}") for n in (2, 3))
    notebook = brought_in(FILLED, second).notebook
    notebook = brought_in(notebook, third, base=second).notebook
    notes = [c for c in notebook.cells if "course_update" in c.metadata]
    assert len(notes) == 1 and "# 3" in notes[0].source


def test_a_note_that_the_learner_wrote_in_is_the_learners():
    second, third = (changed(BASE, stub=f"many = ...  # {n}") for n in (2, 3))
    notebook = brought_in(FILLED, second).notebook
    find(notebook, "stub-new").source += "\nI'll do that later."
    notebook = brought_in(notebook, third, base=second).notebook
    assert "I'll do that later." in find(notebook, "stub-new").source
    assert "# 3" in find(notebook, "stub-new-2").source


def test_a_note_goes_when_the_learner_takes_the_new_text():
    new = changed(BASE, stub="many = ...  # a number")
    notebook = brought_in(FILLED, new).notebook
    taken = changed(notebook, stub="many = ...  # a number")
    assert ids(merge(new, taken, new).notebook) == ids(BASE)


def test_a_note_that_was_removed_does_not_come_back():
    new = changed(BASE, stub="many = ...  # a number")
    notebook = without(brought_in(FILLED, new).notebook, "stub-new")
    newer = changed(new, title="# 2. Other")
    assert "stub-new" not in ids(brought_in(notebook, newer, base=new).notebook)


@pytest.mark.parametrize("after", ["title", "stub", "remember"])
def test_an_inserted_cell_stays_where_it_was(after):
    mine = with_cell(FILLED, code("mine", "print(many)", printed="4\n"), after=after)
    new = changed(BASE, **{after: "# something else"})
    notebook = brought_in(mine, new).notebook
    assert find(notebook, "mine") == find(mine, "mine")
    place = ids(notebook).index("mine")
    assert after in ids(notebook)[max(0, place - 2) : place]


def test_a_cell_above_the_title_stays_above():
    mine = copy.deepcopy(BASE)
    mine.cells.insert(0, text("name", "My name"))
    notebook = brought_in(mine, changed(BASE, title="# 2. Other")).notebook
    assert ids(notebook)[:2] == ["name", "title"]


def test_both_inserted_at_the_same_place():
    mine = with_cell(BASE, text("mine", "Mine."), after="stub")
    new = with_cell(BASE, text("theirs", "Theirs."), after="stub")
    notebook = brought_in(mine, new).notebook
    assert ids(notebook)[5:9] == ["stub", "mine", "theirs", "check"]


def test_new_cells_come_in_their_order():
    new = with_cell(BASE, text("one", "1"), after="figure")
    new = with_cell(new, code("two", "2"), after="one")
    assert ids(brought_in(FILLED, new).notebook) == ids(new)


def test_both_inserted_a_cell_of_the_same_name():
    mine = with_cell(BASE, code("extra", "mine = 1"), after="stub")
    new = with_cell(BASE, code("extra", "theirs = 1"), after="stub")
    said = sources(brought_in(mine, new).notebook)
    assert "mine = 1" in said and any("theirs = 1" in source for source in said)


@pytest.mark.drill("a learner deletes a cell", "an update doesn't bring it back")
def test_a_removed_cell_stays_removed():
    merged = brought_in(without(BASE, "hint"), changed(BASE, hint="Think."))
    assert "hint" not in ids(merged.notebook)
    assert merged.left_out == ["hint"]


def test_what_the_course_removed_goes_unless_somebody_wrote_in_it():
    new = without(BASE, "stub", "check")
    assert ids(brought_in(BASE, new).notebook) == ids(new)
    notebook = brought_in(FILLED, new).notebook
    assert ids(notebook) == ids(without(BASE, "check"))
    assert find(notebook, "stub") == find(FILLED, "stub")


@pytest.mark.drill("a learner duplicates a cell", "an update keeps both")
def test_a_cell_that_was_copied_by_hand_stays():
    mine = with_cell(FILLED, code("1a2b3c4d", "many = 4  # my guess"), after="stub")
    notebook = brought_in(mine, changed(BASE, head="How many, again?")).notebook
    assert sources(notebook).count("many = 4  # my guess") == 2


@pytest.mark.drill("a learner splits a cell", "an update keeps it so")
def test_a_split_cell_stays_split():
    mine = changed(FILLED, stub="many = 4")
    mine = with_cell(mine, code("5e6f7a8b", "# my guess"), after="stub")
    notebook = brought_in(mine, changed(BASE, stub="many = ... # a number")).notebook
    place = ids(notebook).index("stub")
    said = sources(notebook)[place : place + 3]
    assert said[0] == "many = 4" and "# my guess" in said


@pytest.mark.drill("a learner joins cells", "an update keeps them so")
def test_joined_cells_stay_joined():
    mine = without(changed(BASE, stub="many = 3\n\ncheck.many(many)"), "check")
    notebook = brought_in(mine, changed(BASE, title="# 2. Other")).notebook
    assert ids(notebook) == ids(without(BASE, "check"))


@pytest.mark.drill("a learner moves cells", "an update keeps the order")
def test_the_learners_order_stays():
    mine = copy.deepcopy(FILLED)
    mine.cells.insert(1, mine.cells.pop())  # what to remember, first
    new = with_cell(BASE, text("more", "More."), after="question")
    notebook = brought_in(mine, new).notebook
    assert ids(notebook)[:5] == ["title", "remember", "imports", "question", "more"]


def test_the_courses_order_is_taken_over():
    new = copy.deepcopy(BASE)
    new.cells.insert(1, new.cells.pop())
    mine = with_cell(FILLED, text("mine", "Mine."), after="stub")
    notebook = brought_in(mine, new).notebook
    assert [i for i in ids(notebook) if i != "mine"] == ids(new)
    assert ids(notebook)[ids(notebook).index("mine") - 1] == "stub"


def test_a_cell_that_became_text_is_the_learners():
    mine = copy.deepcopy(BASE)
    place = ids(mine).index("figure")
    mine.cells[place] = text("figure", "show(4) takes too long")
    merged = brought_in(mine, changed(BASE, figure="show(5)"))
    assert merged.notebook.cells[place].cell_type == "markdown"
    assert "show(5)" in merged.notebook.cells[place + 1].source


def test_a_cell_that_the_course_turned_into_text_is_renewed():
    new = copy.deepcopy(BASE)
    place = ids(new).index("figure")
    new.cells[place] = text("figure", "A figure.")
    cell = brought_in(ran(BASE, "figure", "four"), new).notebook.cells[place]
    assert cell.cell_type == "markdown" and "outputs" not in cell


def test_raw_cells_are_brought_in_too():
    new = with_cell(BASE, new_raw_cell("raw text", id="raw"), after="title")
    mine = changed(brought_in(BASE, new).notebook, raw="mine")
    newer = changed(new, raw="newer")
    said = sources(brought_in(mine, newer, base=new).notebook)
    assert "mine" in said and any("```\nnewer\n```" in source for source in said)


def test_tags_and_folds_follow_the_course_unless_the_learner_changed_them():
    new = copy.deepcopy(BASE)
    find(new, "figure").metadata.update(tags=["plumbing"])
    find(new, "figure").metadata["jupyter"] = {"source_hidden": True}
    mine = copy.deepcopy(BASE)
    find(mine, "solution").metadata["jupyter"]["source_hidden"] = False
    notebook = brought_in(mine, new).notebook
    assert find(notebook, "figure").metadata == find(new, "figure").metadata
    assert find(notebook, "solution").metadata["jupyter"]["source_hidden"] is False


def test_a_picture_pasted_into_a_text_is_the_learners():
    mine = copy.deepcopy(BASE)
    find(mine, "head").attachments = {"a.png": {"image/png": "iVBORw0KGgo="}}
    notebook = brought_in(mine, changed(BASE, head="How many?")).notebook
    assert find(notebook, "head") == find(mine, "head")


def test_the_kernel_that_the_learner_chose_stays():
    mine = copy.deepcopy(BASE)
    mine.metadata.kernelspec = {"name": "other", "display_name": "Other"}
    notebook = brought_in(mine, changed(BASE, title="# 2. Other")).notebook
    assert notebook.metadata.kernelspec.name == "other"


def test_an_id_of_64_characters_leaves_room_for_the_note():
    long = "x" * 64
    base = with_cell(BASE, code(long, "a = 1"), after="stub")
    mine, new = (changed(base, **{long: f"a = {n}"}) for n in (2, 3))
    assert f"{'x' * 48}-new" in ids(brought_in(mine, new, base=base).notebook)


@pytest.mark.drill("a learner deletes all cells", "an update brings what is new")
def test_an_emptied_copy_stays_empty_but_for_what_is_new():
    mine = without(BASE, *ids(BASE))
    new = with_cell(BASE, text("more", "More."), after="question")
    assert ids(brought_in(mine, new).notebook) == ["more"]
