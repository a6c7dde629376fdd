"""Every guard finds the defect it is there for, and lets a good lesson pass."""

import copy
import re

import pytest
from guards import GUARDS, find_problems
from guards.prose import headings, pictures, plain_text, sentences
from guards.results import find_results
from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
)

GUARD = {guard.__name__: guard for guard in GUARDS}
ALT = "Bar chart: accuracy 97.5% for the convolution, 93.1% for the dense layer."


def text(cell_id, source, *tags):
    return new_markdown_cell(source, id=cell_id, metadata={"tags": list(tags)})


def code(cell_id, source, *tags, printed="", outputs=()):
    metadata = {"tags": list(tags)}
    if "solution" in tags:
        metadata["jupyter"] = {"source_hidden": True, "outputs_hidden": True}
    stream = [new_output("stream", name="stdout", text=printed)] if printed else []
    return new_code_cell(
        source, id=cell_id, metadata=metadata, outputs=[*stream, *outputs]
    )


def picture(alt=ALT, mime="image/png", plain=None):
    return new_output(
        "display_data",
        data={mime: "iVBORw0KGgo=", "text/plain": alt if plain is None else plain},
        metadata={mime: {"alt": alt, "width": 400, "needs_background": "light"}},
    )


def folded(content, summary="Hint"):
    return f"<details><summary>{summary}</summary>\n\n{content}\n\n</details>"


def exercise(number):
    name = f"double_{number}"
    return [
        text(
            f"head-{number}-double",
            f"**Exercise {number} (difficulty 1 of 3, 5 minutes).** Write `{name}`.",
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


def question(number):
    answer = folded("Because $2x = x + x$.", "Answer")
    return [
        text(f"question-{number}", f"**{number}.** Why is it so?", "quiz"),
        text(f"answer-{number}", answer, "solution"),
    ]


def good_lesson():
    cells = [
        text(
            "promise",
            "# Doubling\n\nYou will be able to double. 20 minutes to read, 40 s to go.",
        ),
        code("set-up", "from lessons_lib.runtime import setup\n\nsetup(0)"),
        text("first-question", "## What is a double?\n\nLook at the next cell."),
        code(
            "train-both",
            "# output not compared: training differs in the last digits\n"
            "history = train(seconds=3)",
            "nbval-ignore-output",
            printed="accuracy 0.9812 after 3.1 s\n",
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
    for number in range(1, 5):
        cells += exercise(number)
    for number in range(1, 4):
        cells += question(number)
    cells += [text(f"reading-{i}", f"Paragraph {i} explains more.") for i in range(23)]
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

# guard -> (what is wrong, how to break the good lesson, words of the problem)
DEFECTS = {
    "executed_in_order": [
        ("not run", lambda n: find(n, "count").update(execution_count=None), "None"),
        (
            "again",
            lambda n: find(n, "count").update(execution_count=9),
            "is 9, expected 5",
        ),
        ("empty", set_source("count", "  \n"), "an empty code cell"),
        ("moved", move_before("count", "claim-double"), "Run the whole notebook"),
    ],
    "no_error_output": [
        ("raised", set_outputs("count", ERROR), "ValueError: 'bad shape'"),
    ],
    "pictures_have_alt_text": [
        ("none", set_outputs("draw-both", picture("")), "''"),
        ("short", set_outputs("draw-both", picture("a chart")), "'a chart'"),
        (
            "repr",
            set_outputs("draw-both", picture("<Figure size 640x480 with 1 Axes>")),
            "no sentence",
        ),
        (
            "file name",
            set_outputs("draw-both", picture("accuracy_of_both_networks.png")),
            "file name",
        ),
        ("jpeg", set_outputs("draw-both", picture("x", "image/jpeg")), "'x'"),
        ("svg", set_outputs("draw-both", picture("x", "image/svg+xml")), "'x'"),
        (
            "other plain text",
            set_outputs("draw-both", picture(plain="<Figure>")),
            "text/plain differs",
        ),
        (
            "no metadata",
            set_outputs("draw-both", new_output("display_data", {"image/png": "aa"})),
            "no sentence",
        ),
    ],
    "no_widget_state": [
        ("state", lambda n: n.metadata.update(widgets={}), "metadata.widgets"),
        ("view", set_outputs("count", WIDGET), "live widget"),
    ],
    "no_foreign_pictures": [
        ("remote", say("![A cat](https://example.org/cat.png)"), "cat.png"),
        ("reference", say("![A cat][cat]\n\n[cat]: http://example.org/c.png"), "[cat]"),
        ("tag", say('See <img width=3 src="http://example.org/c.png">.'), "<img"),
        ("file", say("![A cat](cat.png)"), "cat.png"),
        (
            "attachment",
            lambda n: find(n, "reading-1").update(attachments={"c.png": {}}),
            "attachment",
        ),
        (
            "in a table",
            set_outputs("count", table("| ![cat](http://example.org/c.png) |")),
            "c.png",
        ),
    ],
    "ignored_outputs_say_why": [
        (
            "no reason",
            set_source("train-both", "history = train()"),
            "without a reason",
        ),
        (
            "empty reason",
            set_source("train-both", "# output not compared: \nhistory = train()"),
            "without a reason",
        ),
        (
            "late reason",
            set_source("train-both", "\n\n\n# output not compared: time differs"),
            "first three lines",
        ),
        ("no tag", set_tags("train-both"), "Tag it nbval-ignore-output"),
        ("comment", set_source("count", "# NBVAL_IGNORE_OUTPUT\n1"), "NBVAL_IGNORE"),
        ("skip", set_source("count", "#NBVAL_SKIP\n1"), "NBVAL_SKIP"),
        (
            "claim",
            set_tags("claim-double", "claim", "nbval-ignore-output"),
            "a claim or a check",
        ),
        (
            "claim among others",
            set_source(
                "train-both", "# output not compared: time differs\nclaim(1, '')"
            ),
            "a claim or a check",
        ),
        (
            "check",
            set_tags("check-1-double", "check", "nbval-ignore-output"),
            "a claim or a check",
        ),
        ("silent claim", set_printed("claim-double", "0.98"), "'Claim holds:'"),
    ],
    "outputs_are_the_same_everywhere": [
        ("semicolon", set_source("count", "plt.plot(x);"), "ends with ';'"),
        (
            "hidden semicolon",
            set_source("count", "f(x);  # no output"),
            "ends with ';'",
        ),
        ("address", set_printed("count", "<object at 0x7f3c2b1a>"), "0x7f3c2b1a"),
        ("linux path", set_printed("count", "saved to /home/ada/a.pt"), "/home/"),
        ("mac path", set_printed("count", "'/Users/ada/a.pt'"), "/Users/"),
        ("windows path", set_printed("count", r"C:\Users\ada"), "one machine only"),
        ("temporary", set_source("count", "path = '/tmp/a.pt'"), "/tmp/"),
        ("warning", set_printed("count", "careful", "stderr"), "stderr"),
    ],
    "identity_is_stable": [
        ("twice", set_id("count", "set-up"), "another cell has this id"),
        ("random", set_id("count", "3fa85f64"), "isn't readable"),
        ("uuid", set_id("count", "ba85f644-5717-4562-b3fc-2c963f66afa6"), "readable"),
        ("colab", set_id("count", "xY3kPq0aBc"), "isn't readable"),
        ("number", set_id("count", "cell-12"), "isn't readable"),
        ("letter", set_id("count", "c12"), "isn't readable"),
        ("spaces", set_id("count", "count_up"), "isn't readable"),
        ("clock", lambda n: find(n, "count").metadata.update(execution={}), "clock"),
        ("kernel", lambda n: n.metadata.kernelspec.update(name="cnn"), "'cnn'"),
        (
            "kernel name",
            lambda n: n.metadata.kernelspec.update(display_name="Python (cnn)"),
            "Python (cnn)",
        ),
        ("no kernel", lambda n: n.metadata.pop("kernelspec"), "the kernelspec is {}"),
        (
            "version",
            lambda n: n.metadata.update(language_info={"version": "3.11.4"}),
            "language_info.version",
        ),
    ],
    "tags_are_known": [
        ("misspelled", set_tags("hint-1-double", "hints"), "unknown tag 'hints'"),
        ("raises", set_tags("count", "raises-exception"), "unknown tag"),
        ("hint of code", set_tags("count", "hint"), "belongs on a markdown cell"),
        ("text as stub", set_tags("promise", "exercise"), "belongs on a code cell"),
    ],
    "exercises_are_complete": [
        ("no check", drop("check-2-double"), "followed by hint, solution, markdown"),
        ("no hint", drop("hint-2-double"), "at least one hint"),
        ("no solution", drop("solution-4-double"), "at least one solution"),
        (
            "order",
            move_before("solution-2-double", "hint-2-double"),
            "in this order",
        ),
        (
            "only in words",
            lambda n: (
                drop("solution-2-double")(n),
                add("head-3-double", text("words", folded("2x"), "solution"))(n),
            ),
            "no solution in code begins",
        ),
        (
            "other comment",
            set_source("solution-2-double", "# Solution of exercise 1"),
            "'# Solution of exercise 2'",
        ),
        ("no head", drop("head-2-double"), "**Exercise 2 (difficulty"),
        (
            "no minutes",
            set_source("head-2-double", "**Exercise 2 (difficulty 1 of 3).** Go."),
            "Say it, with a difficulty",
        ),
        (
            "too difficult",
            set_source(
                "head-2-double", "**Exercise 2 (difficulty 4 of 3, 5 minutes).**"
            ),
            "difficulty of 1 to 3",
        ),
        ("lone check", drop("stub-2-double"), "a check without its exercise"),
        ("few", drop(*(c.id for c in exercise(4))), "3 exercises"),
        (
            "many",
            lambda n: [
                insert_before(n, "question-1", *exercise(i)) for i in range(5, 8)
            ],
            "7 exercises",
        ),
    ],
    "checks_speak_as_they_should": [
        (
            "solved stub",
            set_printed("check-1-double", "Right: it doubles."),
            "Put the three dots back",
        ),
        ("silent check", set_outputs("check-1-double"), "begins ''"),
        ("wrong", set_printed("solution-1-double", "Not yet: no."), "must pass"),
        (
            "half wrong",
            set_printed("solution-1-double", "Right: yes.\nNot yet: no."),
            "fail none",
        ),
        ("unchecked", set_outputs("solution-1-double"), "must pass"),
    ],
    "answers_are_folded": [
        ("details", say(folded("A secret.")), "outside hints and answers"),
        ("open hint", set_source("hint-1-double", "It is x + x."), "isn't folded"),
        (
            "half open",
            set_source("hint-1-double", folded("Think.") + "\n\nIt is x + x."),
            "as a whole",
        ),
        (
            "two in one",
            set_source("hint-1-double", folded("One.") + "\n\n" + folded("Two.")),
            "as a whole",
        ),
        (
            "no empty line",
            set_source(
                "hint-1-double", "<details><summary>Hint</summary>\nx\n</details>"
            ),
            "an empty line",
        ),
        ("open answer", set_source("answer-1", "Because."), "a solution that isn't"),
        (
            "open code",
            lambda n: find(n, "solution-1-double").metadata.update(jupyter=UNFOLDED),
            "outputs_hidden to true",
        ),
        (
            "hidden lesson",
            lambda n: find(n, "count").metadata.update(jupyter=UNFOLDED),
            "folded, but no solution",
        ),
    ],
    "solutions_have_their_own_names": [
        (
            "stub's name",
            set_source("solution-1-double", "def double_1(x):\n    return 2 * x"),
            "Call it solution_double_1",
        ),
        (
            "class",
            set_source("solution-1-double", "class Net:\n    pass"),
            "SolutionNet",
        ),
        ("used", run("y = solution_double_1(3)"), "uses solution_double_1"),
        ("passed on", run("time(solution_double_1)"), "uses solution_double_1"),
        ("class used", run("SolutionNet()"), "uses SolutionNet"),
    ],
    "nothing_needs_an_answer": [
        ("called", run("y = double_1(3)"), "the exercise in cell 11 sets"),
        ("in a function", run("def f(x):\n    return double_1(x)"), "uses double_1"),
        ("in a lambda", run("f = lambda x: double_1(x)"), "uses double_1"),
        ("in a list", run("[double_1(x) for x in range(3)]"), "uses double_1"),
        ("as a default", run("def f(g=double_1):\n    return g"), "uses double_1"),
        ("too early", run("y = double_1(3)\ndouble_1 = abs"), "uses double_1"),
        ("added to", run("double_1 += 1"), "uses double_1"),
        (
            "by an exercise",
            set_source("stub-2-double", "def double_2(x):\n    return double_1(x)"),
            "uses double_1",
        ),
        (
            "answer",
            lambda n: (set_source("stub-1-double", "shape = ...")(n), run("shape")(n)),
            "uses shape",
        ),
        (
            "left by a solution",
            lambda n: (
                set_source("solution-1-double", "history = solution_double_1(4)")(n),
                run("print(history)")(n),
            ),
            "the solution in cell 14 sets",
        ),
    ],
    "quiz_has_answers": [
        ("few", drop("question-1", "answer-1"), "2 quiz cells"),
        ("no answer", drop("answer-2"), "without answer"),
        ("unmarked", set_tags("answer-2"), "without answer"),
        ("last", move_before("remember", "answer-3"), "without answer"),
    ],
    "headings_are_in_order": [
        ("no title", set_source("promise", "You will be able to."), "has level 2"),
        ("two titles", say("# Another"), "'Another' has level 1"),
        ("late title", set_source("first-question", "# What?"), "has level 1"),
        ("skipped", say("## Here\n\n#### There"), "from level 2 to 4"),
        ("no summary", drop("remember"), "'What to remember'"),
        ("no reading", drop("go-further"), "'Go further'"),
        ("no goal", set_source("promise", "# Doubling"), "'You will be able to'"),
        ("nothing", lambda n: n.update(cells=n.cells[1:2]), "no heading at all"),
    ],
    "cells_are_small": [
        ("few", drop(*(f"reading-{i}" for i in range(5))), "29 cells without"),
        (
            "many",
            add("remember", *(text(f"more-{i}", "More.") for i in range(27))),
            "61 cells without",
        ),
        ("no setup", set_source("set-up", "import torch"), "setup(seed)"),
        ("setup in words", set_source("set-up", "# setup(0)"), "setup(seed)"),
        ("long cell", set_source("count", "\n".join(["x = 1"] * 26)), "26 lines"),
        ("long line", set_source("count", "x = 1\n" + "y" * 89), "line 2 has 89"),
    ],
    "words_are_plain": [
        ("simply", say("You simply add."), "'simply'"),
        ("obviously", say("Obviously it works."), "'Obviously'"),
        ("shouting", say("It works!"), "'It works!'"),
        ("bold", say("It **works!** Now go on."), "exclamation mark"),
        ("colour", say("The colour channels."), "'colour' is British"),
        ("neighbours", say("Its neighbours."), "'neighbours'"),
        ("normalise", say("We normalise; normalisation helps."), "'normalise'"),
        ("centre", say("The centre pixel."), "'centre'"),
        ("emoji", say("Well done \N{PARTY POPPER}."), "U+1F389"),
        ("chinese", set_source("count", "x = 1  # \u5377\u79ef"), "U+5377"),
        ("printed", set_printed("count", "\N{WHITE HEAVY CHECK MARK} done"), "U+2705"),
    ],
    "numbers_are_printed": [
        ("share", say("It reads 98.4% of them."), "'98.4%'"),
        ("ignored output", say("An accuracy of 0.9812."), "0.9812"),
        ("time", say("Training took 3.1 s."), "'3.1 s'"),
        ("in a hint", set_source("hint-1-double", folded("Aim at 99%.")), "'99%'"),
        (
            "in a table",
            say("| net | accuracy |\n|---|---|\n| ours | 0.9912 |"),
            "0.9912",
        ),
    ],
}
CASES = [
    pytest.param(name, change, words, id=f"{name}-{label.replace(' ', '-')}")
    for name, defects in DEFECTS.items()
    for label, change, words in defects
]


@pytest.mark.parametrize("name", GUARD)
def test_good_lesson_passes(name):
    assert find_problems(GUARD[name], good_lesson(), "good.ipynb") == []


def test_every_guard_is_proven():
    assert DEFECTS.keys() == GUARD.keys()


@pytest.mark.parametrize("name, change, words", CASES)
def test_defect_is_found(name, change, words):
    notebook = good_lesson()
    change(notebook)
    problems = find_problems(GUARD[name], notebook, "bad.ipynb")
    assert any(words in problem for problem in problems), problems
    for problem in problems:
        assert "\n" not in problem
        assert re.match(r"bad\.ipynb(, cell \d+ \(.+\))?: ", problem)


def test_problem_names_the_cell():
    notebook = good_lesson()
    say("It works!")(notebook)
    number = 1 + notebook.cells.index(find(notebook, "reading-1"))
    [problem] = find_problems(GUARD["words_are_plain"], notebook, "bad.ipynb")
    assert problem.startswith(f"bad.ipynb, cell {number} (reading-1): ")


HARMLESS = [
    ("outputs_are_the_same_everywhere", set_source("count", "x = 'a;'  # b;")),
    ("outputs_are_the_same_everywhere", set_source("count", "%matplotlib inline")),
    ("outputs_are_the_same_everywhere", set_printed("count", "a/home/b, 3/days/8")),
    ("identity_is_stable", set_id("count", "feedback")),
    ("identity_is_stable", lambda n: n.metadata.update(language_info={"name": "py"})),
    ("exercises_are_complete", lambda n: insert_before(n, "question-1", *exercise(5))),
    (
        "exercises_are_complete",
        lambda n: (
            set_source(
                "head-2-double",
                "**Exercise 2 (difficulty 2 of 3, 9 minutes): a diagnosis.** Look.",
            )(n),
            add("stub-2-double", code("broken-net", "train(net)"))(n),
        ),
    ),
    ("no_foreign_pictures", say("Write `![alt](http://a.b/c.png)` for a picture.")),
    ("words_are_plain", say("`x != y`, $n!$, and a [link](https://a.b/colour!).")),
    ("words_are_plain", say("An optimist, a generalist and a greyhound.")),
    ("headings_are_in_order", say("```\n# a comment\n#### another\n```")),
    ("headings_are_in_order", say("## A\n\n### B\n\n## C")),
    ("nothing_needs_an_answer", run("double_1 = 3\nprint(double_1)")),
    ("nothing_needs_an_answer", run("def f(double_1):\n    return double_1")),
    ("nothing_needs_an_answer", run("for double_1 in range(3):\n    print(double_1)")),
    ("nothing_needs_an_answer", run("[double_1 for double_1 in range(3)]")),
    ("nothing_needs_an_answer", run("check.double_1, f(double_1=3)")),
    ("quiz_has_answers", lambda n: insert_before(n, "remember", *question(4))),
    ("numbers_are_printed", say("It is right for 97.50% of them, 0.975 in short.")),
    ("numbers_are_printed", say("It is right for 93% of them.")),
    ("numbers_are_printed", set_source("question-1", "Is 12% right, or 15%?")),
    (
        "numbers_are_printed",
        lambda n: (run("net = Dropout(0.25)")(n), say("Of the values, 25% vanish.")(n)),
    ),
]


@pytest.mark.parametrize("name, change", HARMLESS)
def test_harmless_passes(name, change):
    notebook = good_lesson()
    change(notebook)
    assert find_problems(GUARD[name], notebook, "good.ipynb") == []


def test_code_that_cannot_be_parsed_stops_no_guard():
    notebook = good_lesson()
    set_source("count", "def f(:")(notebook)
    for guard in GUARDS:
        find_problems(guard, notebook, "bad.ipynb")


STATED = [
    ("It reads 97.5% of the digits.", [("share", 97.5)]),
    ("It reads $97.5\\%$ of the digits.", [("share", 97.5)]),
    ("Between 97 and 98.5 percent.", [("share", 97), ("share", 98.5)]),
    ("Half of it: 50% of the pixels.", [("share", 50)]),
    ("It gains 0.3 percentage points.", [("share", 0.3)]),
    ("One epoch takes 100 s.", [("time", 100)]),
    ("One epoch takes 1,200 seconds.", [("time", 1200)]),
    ("A step takes 5 ms, an epoch 2 minutes.", [("time", 0.005), ("time", 120)]),
    ("A step takes 2-5 ms.", [("time", 0.005)]),
    ("It is 12 times faster.", [("speed", 12)]),
    ("It is ten times as fast, or 3x slower.", [("speed", 10), ("speed", 3)]),
    ("That is $4\\times$ faster.", [("speed", 4)]),
    ("A speed-up of 4.", [("speed", 4)]),
    ("It reaches 0.9872 accuracy.", [("metric", 0.9872)]),
    ("A loss of 2.30 is what guessing costs.", [("metric", 2.3)]),
    ("The losses are 0.21 and 0.35.", [("metric", 0.21), ("metric", 0.35)]),
    ("The loss starts near 2.303.", [("metric", 2.303)]),
    ("After 2,000 steps the loss is 0.35.", [("metric", 0.35)]),
    ("At a high rate the loss is 0.35.", [("metric", 0.35)]),
    ("The pixels' deviation is 0.3081.", [("metric", 0.3081)]),
    ("It ends at 0.1234.", [("metric", 0.1234)]),
    ("- accuracy: 0.98\n- loss: 0.07", [("metric", 0.98), ("metric", 0.07)]),
]
NOT_STATED = [
    "With a learning rate of 0.1 the loss explodes.",
    "Adam with a momentum of 0.9, batch size 64, weights drawn from N(0, 0.1^2).",
    "A network of 784, 256 and 10 units; 60,000 images of 28x28 pixels.",
    "The loss of a guess is $\\ln 10 = 2.303$, since $e^{2.303} = 10$.",
    "Write `accuracy = 0.9872` there.",
    "```\naccuracy 97.5%\n```",
    "LeNet reached 99.05% (LeCun et al., 1998).",
    "In 2015, a network of 152 layers had an error of 3.57%.",
    "**Exercise 3 (difficulty 1 of 3, 5 minutes).** Write it.",
    "> **Predict.** Is it 10%, 50%\n> or 90%? Write it down.",
    "Would 97.5% be enough?",
    "nbformat 4.5, PyTorch 2.6.0, arXiv:1512.03385, lesson 03.",
    "Three seeds, 3 epochs, 2 layers, 28 steps, 5 by 5, 1/9.",
    "The results agree within 0.001.",
    "Each of the 9 products counts.",
]


@pytest.mark.parametrize("sentence, expected", STATED)
def test_result_is_found(sentence, expected):
    found = [(result.kind, result.value) for result in find_results(sentence)]
    assert [kind for kind, _ in found] == [kind for kind, _ in expected]
    assert [value for _, value in found] == pytest.approx([v for _, v in expected])


@pytest.mark.parametrize("sentence", NOT_STATED)
def test_what_is_no_result(sentence):
    assert find_results(sentence) == []


PRINTED = [
    ("97.5%", "Claim holds: above 97.5%", True),
    ("97.5%", "accuracy 0.9752", True),
    ("97.5%", "accuracy 0.9762", False),
    ("50%", "a tensor of 50 numbers", False),
    ("100 s", "took 100 seconds", True),
    ("100 s", "0.1 seconds, 100 samples", False),
    ("500 ms", "took 0.5 s", True),
    ("12 times faster", "Claim holds: at least 12 times as fast", True),
    ("12 times faster", "12 samples", False),
    ("ten times faster", "10x", True),
    ("a loss of 2.30", "loss 2.3026", True),
    ("a loss of 2.35", "loss 2.3026", False),
    ("97.5%", "between 93.1% and 97.48%", True),
    ("97.50%", "above 97.5%", True),
    ("97.53%", "above 97.5%", False),
    ("50%", "weights 0.5 and 49", False),
    ("3 s", "a mean of 3.1", False),
    ("a loss of 0.35", "0.349", True),
    ("a loss of 0.35", "35%", True),
]


@pytest.mark.parametrize("stated, printed, known", PRINTED)
def test_printed_numbers_may_be_stated(stated, printed, known):
    notebook = good_lesson()
    find(notebook, "draw-both").outputs = []
    drop("say-result")(notebook)
    set_printed("claim-double", "")(notebook)
    set_printed("count", printed)(notebook)
    say(f"We found {stated} here.")(notebook)
    problems = find_problems(GUARD["numbers_are_printed"], notebook, "n.ipynb")
    assert (problems == []) == known, problems


def test_prose_keeps_words_and_drops_the_rest():
    markdown = "# A *title*\n\nSee [here](http://a.b/c), `code`, $x^2$ and $5\\%$.\n"
    assert plain_text(markdown) == "# A *title*\n\nSee here, …, … and 5%.\n"
    assert sentences("One line\nwraps. Two (et al., 1998) follow.\n\n- a\n- b") == [
        "One line wraps.",
        "Two (et al., 1998) follow.",
        "- a",
        "- b",
    ]
    assert headings("# A\n\n```\n# b\n```\n### C #") == [(1, "A"), (3, "C")]
    assert pictures("![a](b.png) `![c](d.png)` <IMG src=e>") == [
        "![a](b.png)",
        "<IMG src=e>",
    ]
