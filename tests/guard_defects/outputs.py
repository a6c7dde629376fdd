"""Defects that the guards over outputs find, and what is none."""

from guard_samples import (
    WIDGET,
    find,
    html,
    move_before,
    picture,
    raw_picture,
    set_compare,
    set_id,
    set_outputs,
    set_printed,
    set_source,
    set_tags,
)

TRAINED = {"as": "training", "reason": "accuracies after training differ"}
DEFECTS = {
    "executed_in_order": [
        (
            "again",
            lambda n: find(n, "count").update(execution_count=9),
            "is 9, expected 6",
        ),
        ("empty", set_source("count", "  \n"), "an empty code cell"),
        ("moved", move_before("count", "claim-double"), "Run the whole notebook"),
    ],
    "pictures_have_alt_text": [
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
        (
            "other plain text",
            set_outputs("draw-both", picture(plain="<Figure>")),
            "text/plain differs",
        ),
    ],
    "no_widget_state": [
        ("state", lambda n: n.metadata.update(widgets={}), "metadata.widgets"),
        ("view", set_outputs("count", WIDGET), "live widget"),
    ],
    "pictures_come_from_show": [
        (
            "remote",
            set_outputs("count", html('<b>a</b><IMG src="http://example.org/c.png">')),
            "c.png",
        ),
        (
            "beside text",
            set_outputs("count", html(f"<b>a</b>{picture().data['text/html']}")),
            "part of other HTML",
        ),
        (
            "live slider",
            set_outputs("count", html(2 * picture().data["text/html"])),
            "make run stores the strip",
        ),
        ("png", set_outputs("draw-both", raw_picture("image/png")), "as image/png"),
        ("svg", set_outputs("count", raw_picture("image/svg+xml")), "image/svg+xml"),
    ],
    "figures_say_what_was_drawn": [
        (
            "one of two",
            set_outputs("count", picture(drawn=False)),
            "a picture without its digest",
        ),
    ],
    "ignored_outputs_say_why": [
        ("no reason", set_compare("time-both"), "no reason"),
        ("short reason", set_compare("time-both", reason="differs"), "no reason"),
        ("loose", set_compare("train-both", **{"as": "training"}), "no reason"),
        ("no rule", set_compare("train-both", **{"as": "tests"}), "no rule 'tests'"),
        (
            "no metadata",
            set_tags("count", "nbval-ignore-output"),
            "no reason",
        ),
        ("no tag", set_tags("time-both"), "compared strictly"),
        (
            "comment in place of metadata",
            lambda n: (
                set_source("count", "# output not compared: the times differ")(n),
                set_tags("count", "nbval-ignore-output")(n),
            ),
            "no reason",
        ),
        (
            "waits",
            set_compare("count", only_if="remember"),
            "'remember', which is no earlier cell",
        ),
        (
            "loose claim",
            set_compare("claim-double", **TRAINED),
            "isn't compared strictly",
        ),
        ("comment", set_source("count", "# NBVAL_IGNORE_OUTPUT\n1"), "NBVAL_IGNORE"),
        ("skip", set_source("count", "#NBVAL_SKIP\n1"), "NBVAL_SKIP"),
        (
            "claim",
            set_tags("claim-double", "claim", "nbval-ignore-output"),
            "a claim or a check",
        ),
        (
            "claim among others",
            set_source("train-both", "claim(1, '')"),
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
}
HARMLESS = [
    ("ignored_outputs_say_why", set_compare("count", only_if="time-both")),
    ("figures_say_what_was_drawn", set_outputs("draw-both", picture(drawn=False))),
    ("pictures_come_from_show", set_outputs("count", html("<table></table>"))),
    (
        "outputs_are_the_same_everywhere",
        set_outputs("count", html('<img alt="" src="data:image/png;base64,+/tmp/AA">')),
    ),
    ("outputs_are_the_same_everywhere", set_source("count", "x = 'a;'  # b;")),
    ("outputs_are_the_same_everywhere", set_source("count", "%matplotlib inline")),
    ("outputs_are_the_same_everywhere", set_printed("count", "a/home/b, 3/days/8")),
    ("identity_is_stable", set_id("count", "feedback")),
    ("identity_is_stable", lambda n: n.metadata.update(language_info={"name": "py"})),
]
