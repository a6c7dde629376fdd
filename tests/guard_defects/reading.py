"""Defects that the guards over the way through find, and what is none."""

from guard_samples import add, code, set_source, text

LONG = "word " * 9_200
PLUMBING = code("draw", "# Draws both.\ndraw()", "plumbing")
PLUMBING.metadata["jupyter"] = {"source_hidden": True}
BARE = code("draw", "draw()", "plumbing")
BARE.metadata["jupyter"] = {"source_hidden": True}

# A second reading that sets a name, and the next section.
SKIPPED = [
    text("second", "## For a second reading: halves"),
    code("set", "half = 0.5"),
    text("next", "## Thirds"),
]
NEEDS = code("needs", "print(half)")

DEFECTS = {
    "minutes_are_stated": [
        ("long", add("remember", text("long", LONG)), "minutes to read, at most"),
        ("unstated", set_source("promise", "# 1. Doubling"), "doesn't say '**Reading"),
        (
            "wrong",
            set_source("promise", "# 1. Doubling\n\n**Reading:** about 30 minutes."),
            "says 30 minutes",
        ),
        (
            "second reading is over",
            add(
                "remember",
                text("second", "### For a second reading: halves"),
                text("next", "## Thirds"),
                text("long", LONG),
            ),
            "minutes to read, at most",
        ),
    ],
    "plumbing_says_what_it_does": [
        ("silent", add("remember", BARE), "doesn't begin with a comment"),
        (
            "unfolded",
            add("remember", code("draw", "# Draws both.\ndraw()", "plumbing")),
            "plumbing in view",
        ),
    ],
    "way_through_stands_alone": [
        ("skipped", add("remember", *SKIPPED, NEEDS), "needs half, which cell"),
        (
            "skipped inside a function",
            add("remember", *SKIPPED, code("uses", "def f():\n    return half")),
            "Set it on the way through",
        ),
    ],
}
HARMLESS = [
    ("way_through_stands_alone", add("remember", *SKIPPED[:2], NEEDS)),
    (
        "way_through_stands_alone",
        add("remember", *SKIPPED, code("own", "half = 1"), NEEDS),
    ),
    (
        "way_through_stands_alone",
        add("remember", code("first", "half = 1"), NEEDS, *SKIPPED[:2]),
    ),
    (
        "minutes_are_stated",
        add(
            "remember",
            text("second", "## For a second reading: halves"),
            text("part", f"### A part\n\n{LONG}"),
        ),
    ),
    ("plumbing_says_what_it_does", add("remember", PLUMBING)),
]
