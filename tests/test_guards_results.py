"""Which numbers of a text are results, and which outputs print them."""

import pytest
from guard_samples import drop, find, good_lesson, say, set_printed
from guards import find_problems
from guards.prose import headings, plain_text, sentences
from guards.results import find_results
from guards.text import numbers_are_printed

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
    problems = find_problems(numbers_are_printed, notebook, "n.ipynb")
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
    assert headings("# A\n\n```\n# b\n```\n### C #") == ["A", "C"]
