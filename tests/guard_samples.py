"""A good lesson, and ways to change it."""

import copy
from html import escape

from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
)

ALT = "Bar chart: accuracy 97.5% for the convolution, 93.1% for the dense layer."


def text(cell_id, source, *tags):
    return new_markdown_cell(source, id=cell_id, metadata={"tags": list(tags)})


def code(cell_id, source, *tags, printed="", outputs=(), compare=None):
    metadata = {"tags": list(tags)}
    if compare:
        metadata["compare"] = compare
    if "solution" in tags:
        metadata["jupyter"] = {"source_hidden": True, "outputs_hidden": True}
    stream = [new_output("stream", name="stdout", text=printed)] if printed else []
    return new_code_cell(
        source, id=cell_id, metadata=metadata, outputs=[*stream, *outputs]
    )


PIXEL = (  # a picture of one pixel
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABAQAAAAA3bvkkAA"
    "AACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)


def picture(alt=ALT, plain=None, drawn=True):
    tag = f'<img alt="{escape(alt)}" src="data:image/png;base64,{PIXEL}">'
    data = {"text/html": tag, "text/plain": alt if plain is None else plain}
    about = {"figure": ["figure: 1 panels"]} if drawn else {}
    return new_output("display_data", data=data, metadata=about)


def raw_picture(mime):
    return new_output(
        "display_data",
        data={mime: PIXEL, "text/plain": ALT},
        metadata={mime: {"alt": ALT}},
    )


def folded(content, summary="Hint"):
    return f"<details><summary>{summary}</summary>\n\n{content}\n\n</details>"


def exercise(number):
    name = f"double_{number}"
    return [
        text(
            f"head-{number}-double",
            f"**Exercise {number} (difficulty {1 + 2 * (number == 4)} of 3, 5 minutes)"
            f".** Write `{name}`.",
        ),
        code(f"stub-{number}-double", f"def {name}(x):\n    ...", "exercise"),
        code(
            f"check-{number}-double",
            f"check.double({name})",
            "check",
            printed=f"Not tried yet: {name}() returned None.\n",
        ),
        text(f"hint-{number}-double", folded("What is $x + x$?"), "hint"),
        code(
            f"solution-{number}-double",
            f"# Solution of exercise {number}\n"
            f"def solution_{name}(x):\n    return 2 * x\n\n"
            f"check.double(solution_{name})",
            "solution",
            printed=f"Right: {name} agrees on 4 cases.\n",
        ),
    ]


def quiz(questions):
    asked = "\n\n".join(
        f"**{number}.** What is {number} doubled?\n\n- a) {number}\n- b) {2 * number}"
        for number in range(1, questions + 1)
    )
    answers = dict.fromkeys(range(1, questions + 1), "...")
    letters = dict.fromkeys(answers, "b")
    return [
        text("questions", f"## Quiz\n\n{asked}", "quiz"),
        code("answers", f"answers = {answers}".replace("'", ""), "quiz"),
        code(
            "quiz-check", "check.quiz(answers)", "check", printed="Not tried yet: put"
        ),
        code(
            "quiz-solution",
            f"# Answers to the quiz\nsolution_answers = {letters}\n"
            "check.quiz(solution_answers)",
            "solution",
            printed="Right: the solution passes this check.\n",
        ),
    ]


def good_lesson():
    cells = [
        text(
            "promise",
            "# 1. Doubling\n\nYou will be able to double. **Reading:** about 1 "
            "minutes. **Running:** 40 s.",
        ),
        code("set-up", "from lessons_lib.runtime import setup\n\nsetup(0)"),
        text("first-question", "## What is a double?\n\nLook at the next cell."),
        code(
            "train-both",
            "history = train(seconds=3)",
            compare={"as": "training", "reason": "training differs by machine"},
            printed="accuracy 0.9812 after 3.1 s\n",
        ),
        code(
            "time-both",
            "print(timeit(both))",
            "nbval-ignore-output",
            compare={"reason": "the times differ from run to run"},
            printed="3.1 s\n",
        ),
        code(
            "claim-double",
            "claim(history.accuracy > 0.975, 'above 97.5%')",
            "claim",
            printed="Claim holds: above 97.5%\n",
        ),
        text("say-result", "The accuracy is above 97.5%, on any machine."),
        code("draw-both", "show(fig, alt)", outputs=[picture()]),
        text("bare-hands", "### By hand\n\nOne line of `code!` and $n!$ of formula."),
        code("count", "for i in range(3):\n    print(i)", printed="0\n1\n2\n"),
    ]
    for number in range(1, 6):
        cells += exercise(number)
    cells += quiz(4)
    cells += [text(f"reading-{i}", f"Paragraph {i} explains more.") for i in range(22)]
    cells += [
        text("remember", "## What to remember\n\n- Doubling is adding."),
        text("go-further", "## Go further\n\nSmith (1999), chapter 2."),
    ]
    position = 0
    for cell in cells:
        if cell.cell_type == "code":
            position += 1
            cell.execution_count = position
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def find(notebook, cell_id):
    return next(cell for cell in notebook.cells if cell.id == cell_id)


def insert_before(notebook, cell_id, *cells):
    place = notebook.cells.index(find(notebook, cell_id))
    notebook.cells[place:place] = cells


def set_source(cell_id, source):
    return lambda notebook: find(notebook, cell_id).update(source=source)


def set_tags(cell_id, *tags):
    return lambda notebook: find(notebook, cell_id).metadata.update(tags=list(tags))


def set_compare(cell_id, **about):
    return lambda notebook: find(notebook, cell_id).metadata.update(compare=about)


def set_outputs(cell_id, *outputs):
    return lambda notebook: find(notebook, cell_id).update(outputs=list(outputs))


def set_printed(cell_id, printed, name="stdout"):
    return set_outputs(cell_id, new_output("stream", name=name, text=printed))


def set_id(old, new):
    return lambda notebook: find(notebook, old).update(id=new)


def drop(*cell_ids):
    def change(notebook):
        notebook.cells = [c for c in notebook.cells if c.id not in cell_ids]

    return change


def add(before, *cells):
    return lambda notebook: insert_before(notebook, before, *copy.deepcopy(cells))


def move_before(cell_id, before):
    def change(notebook):
        cell = find(notebook, cell_id)
        notebook.cells.remove(cell)
        insert_before(notebook, before, cell)

    return change


def table(markdown):
    data = {"text/markdown": markdown, "text/plain": "a table"}
    return new_output("display_data", data=data)


def html(content):
    data = {"text/html": content, "text/plain": "a page"}
    return new_output("display_data", data=data)


def say(sentence):
    return set_source("reading-1", sentence)


def run(source):
    """Put a code cell near the end."""
    return add("remember", code("late-cell", source))


WIDGET = new_output(
    "display_data", data={"application/vnd.jupyter.widget-view+json": {"model_id": "a"}}
)
ERROR = new_output("error", ename="ValueError", evalue="bad shape", traceback=[])
GENERIC = {"name": "python3", "display_name": "Python 3"}
UNFOLDED = {"source_hidden": True}
