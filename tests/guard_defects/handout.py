"""Defects that the publisher finds: one for each of its rules that lessons rely on."""

from guard_samples import (
    ERROR,
    UNFOLDED,
    WIDGET,
    find,
    folded,
    picture,
    run,
    say,
    set_outputs,
    set_printed,
    set_source,
    set_tags,
    table,
)

DEFECTS = {
    "handouts_can_be_made": [
        ("not run", lambda n: find(n, "count").update(execution_count=None), "never"),
        ("raised", set_outputs("count", ERROR), "ValueError: bad shape"),
        ("no alt", set_outputs("draw-both", picture("")), "figures.show(fig, alt)"),
        ("widget", set_outputs("count", WIDGET), "a widget"),
        ("remote", say("![A cat](https://example.org/cat.png)"), "cat.png"),
        ("reference", say("![A cat][cat]\n\n[cat]: http://example.org/c.png"), "c.png"),
        ("tag", say('See <img width=3 src="http://example.org/c.png">.'), "<img"),
        ("file", say("![A cat](cat.png)"), "cat.png"),
        (
            "attachment",
            lambda n: find(n, "reading-1").update(attachments={"c.png": {}}),
            "attached picture",
        ),
        (
            "in a table",
            set_outputs("count", table("| ![cat](http://example.org/c.png) |\n|---|")),
            "c.png",
        ),
        ("unknown", set_tags("count", "Solution"), "unknown tag"),
        ("not our tag", set_tags("count", "nbval-skip"), "unknown tag"),
        ("details", say(folded("A secret.")), "outside of a hint or solution"),
        (
            "hidden lesson",
            lambda n: find(n, "count").metadata.update(jupyter=UNFOLDED),
            "folded, but tagged neither solution nor plumbing",
        ),
        ("used", run("y = solution_double_1(3)"), "uses solution_double_1"),
        ("passed on", run("time(solution_double_1)"), "uses solution_double_1"),
        (
            "class used",
            lambda n: (
                set_source("solution-1-double", "class SolutionNet:\n    pass")(n),
                run("SolutionNet()")(n),
            ),
            "uses SolutionNet",
        ),
        ("no title", set_source("promise", "You will be able to."), "no title"),
        ("two titles", say("# Another"), "a second heading of level 1"),
        ("skipped", say("## Here\n\n#### There"), "2 to 4"),
        ("emoji", say("Well done \N{PARTY POPPER}."), "U+1F389"),
        ("chinese", set_source("count", "x = 1  # \u5377\u79ef"), "U+5377"),
        ("printed", set_printed("count", "\N{WHITE HEAVY CHECK MARK} done"), "U+2705"),
    ],
}
HARMLESS = [
    ("handouts_can_be_made", say("Write `![alt](http://a.b/c.png)` for a picture.")),
    ("handouts_can_be_made", say("```\n# a comment\n#### another\n```")),
    ("handouts_can_be_made", say("## A\n\n### B\n\n## C")),
]
