"""Defects that the guards over exercises find, and what is none."""

from guard_samples import (
    UNFOLDED,
    add,
    code,
    drop,
    exercise,
    find,
    folded,
    insert_before,
    move_before,
    run,
    set_outputs,
    set_printed,
    set_source,
    set_tags,
    text,
)

DEFECTS = {
    "tags_fit_their_cells": [
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
        ("few", drop(*(c.id for c in exercise(5))), "4 exercises"),
        (
            "easy",
            set_source(
                "head-4-double", "**Exercise 4 (difficulty 2 of 3, 5 minutes).**"
            ),
            "no exercise of difficulty 3",
        ),
        (
            "many",
            lambda n: [
                insert_before(n, "questions", *exercise(i)) for i in range(6, 9)
            ],
            "8 exercises",
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
        (
            "hidden output",
            lambda n: find(n, "count").metadata.update(
                jupyter={"outputs_hidden": True}
            ),
            "a folded output",
        ),
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
        (
            "open answer",
            add("remember", text("answer", "Because.", "solution")),
            "a solution that isn't",
        ),
        (
            "open code",
            lambda n: find(n, "solution-1-double").metadata.update(jupyter=UNFOLDED),
            "outputs_hidden to true",
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
    ],
    "nothing_needs_an_answer": [
        ("called", run("y = double_1(3)"), "the exercise in cell 12 sets"),
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
            "the solution in cell 15 sets",
        ),
    ],
    "quiz_is_checked": [
        ("few", set_source("questions", "**1.** Why?\n\n**2.** Why?"), "2 questions"),
        ("no check", drop("quiz-check"), "in this order"),
        ("no solution", drop("quiz-solution"), "in this order"),
        ("unmarked", set_tags("questions"), "in this order"),
        ("last", move_before("remember", "quiz-solution"), "in this order"),
        ("no head", set_source("quiz-solution", "answers = 3"), "'# Answers to the"),
    ],
}
HARMLESS = [
    ("exercises_are_complete", lambda n: insert_before(n, "questions", *exercise(6))),
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
    ("nothing_needs_an_answer", run("double_1 = 3\nprint(double_1)")),
    ("nothing_needs_an_answer", run("def f(double_1):\n    return double_1")),
    ("nothing_needs_an_answer", run("for double_1 in range(3):\n    print(double_1)")),
    ("nothing_needs_an_answer", run("[double_1 for double_1 in range(3)]")),
    ("nothing_needs_an_answer", run("check.double_1, f(double_1=3)")),
    ("quiz_is_checked", drop("questions", "answers", "quiz-check", "quiz-solution")),
]
