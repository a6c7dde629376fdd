"""Defects that the guards over text find, and what is none."""

from guard_samples import (
    add,
    drop,
    folded,
    move_before,
    run,
    say,
    set_source,
    text,
)

DEFECTS = {
    "fixed_parts_are_there": [
        (
            "no title",
            set_source("promise", "You will be able to."),
            "doesn't begin with the title",
        ),
        ("late title", move_before("promise", "count"), "the first cell"),
        ("no summary", drop("remember"), "'What to remember'"),
        ("no reading", drop("go-further"), "'Go further'"),
        ("no goal", set_source("promise", "# 1. Doubling"), "'You will be able to'"),
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
HARMLESS = [
    ("words_are_plain", say("`x != y`, $n!$, and a [link](https://a.b/colour!).")),
    ("words_are_plain", say("An optimist, a generalist and a greyhound.")),
    ("numbers_are_printed", say("It is right for 97.50% of them, 0.975 in short.")),
    ("numbers_are_printed", say("It is right for 93% of them.")),
    ("numbers_are_printed", set_source("questions", "Is 12% right, or 15%?")),
    (
        "numbers_are_printed",
        lambda n: (run("net = Dropout(0.25)")(n), say("Of the values, 25% vanish.")(n)),
    ),
]
