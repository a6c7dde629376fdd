"""A strip of frames for print, sliders for a person; tests/browser moves them."""

import importlib
import json
import re

import matplotlib.pyplot as plt
import pytest

from handouts.embedded import pictures_in_html
from lessons_lib.figures import explore

EXPLORE = importlib.import_module("lessons_lib.figures.explore")
WORDS = "A line that grows. Line up to 1. Line up to 2. Line up to 3. Line up to 4."


@pytest.fixture
def live(monkeypatch):
    monkeypatch.setattr(EXPLORE, "live", lambda: True)


def draw(ax, value):
    ax.plot([0, value])
    return f"Line up to {value}."


def draw_two(ax, size, stride):
    ax.plot([size, stride])
    return f"Size {size} and stride {stride} are drawn."


def test_a_strip_of_all_frames_when_nobody_watches(displayed):
    explore(draw, [1, 2, 3, 4], name="height", alt="A line that grows.")
    (data,) = displayed
    assert data["text/plain"] == WORDS
    [strip] = pictures_in_html(data["text/html"])
    assert strip.alt == WORDS and strip.width == str(round(3 * 2.1 * 96))
    assert plt.get_fignums() == []


def test_a_person_gets_each_frame_once_with_its_words(displayed, live):
    explore(draw, [1, 2], name="height", alt="A <line> that grows.")
    (data,) = displayed
    assert data["text/plain"] == "A <line> that grows. Line up to 1. Line up to 2."
    frames = pictures_in_html(data["text/html"])
    words = ["height 1: Line up to 1.", "height 2: Line up to 2."]
    assert [frame.alt for frame in frames] == words
    assert 'aria-label="A &lt;line&gt; that grows."' in data["text/html"]
    assert "widget" not in data["text/html"]
    assert plt.get_fignums() == []


def given_to_script(html):
    return json.loads(re.search(r"}\)\((.*)\)</script>$", html)[1])


def test_two_sliders_have_a_frame_for_each_combination(displayed, live):
    sliders = {"size": [1, 3], "stride": (1, 2)}
    explore(draw_two, sliders, alt="Sizes and strides.")
    frames = pictures_in_html(displayed[0]["text/html"])
    assert [frame.alt.split(":")[0] for frame in frames] == [
        "size 1, stride 1",
        "size 1, stride 2",
        "size 3, stride 1",
        "size 3, stride 2",
    ]
    found = given_to_script(displayed[0]["text/html"])
    assert found == {"size": ["1", "3"], "stride": ["1", "2"]}


def test_two_sliders_are_rows_and_columns_in_print(displayed):
    explore(draw_two, {"size": [1, 3, 5], "stride": [1, 2]}, alt="Sizes.", frame=(1, 1))
    [strip] = pictures_in_html(displayed[0]["text/html"])
    assert strip.width == str(2 * 96)
    assert strip.alt.endswith("Size 5 and stride 2 are drawn.")


@pytest.mark.parametrize("watched", [True, False])
def test_a_frame_may_have_several_panels(watched, displayed, monkeypatch):
    monkeypatch.setattr(EXPLORE, "live", lambda: watched)
    given = []

    def draw_panels(axes, value):
        given.append(len(axes))
        return f"Three panels for {value}."

    explore(draw_panels, [1, 2], name="step", alt="Panels.", panels=3)
    assert given == [3, 3] and len(displayed) == 1


def test_a_value_cannot_end_the_script(displayed, live):
    explore(draw_two, {"a": ["</script>"], "b": [1]}, alt="Odd values.")
    html = displayed[0]["text/html"]
    assert html.count("</script>") == 1 + html.split("<script>")[0].count("</script>")
    assert given_to_script(html)["a"] == ["</script>"]


@pytest.mark.parametrize(
    "values, name, said",
    [
        ([], "height", "no values"),
        ({}, "", "no values"),
        ({"size": [1], "stride": []}, "", "no values"),
        ([1], "", "without a name"),
    ],
)
def test_sliders_that_cannot_be_are_refused(values, name, said, displayed):
    with pytest.raises(ValueError, match=said):
        explore(draw, values, name=name, alt="Nothing to see here at all.")
    assert displayed == []


def test_the_strip_may_be_a_part_of_what_the_slider_has(displayed):
    explore(draw, [1, 2, 3], name="height", alt="A line.", strip=[1, 3])
    assert displayed[0]["text/plain"] == "A line. Line up to 1. Line up to 3."


def test_the_slider_keeps_every_value_whatever_the_strip_takes(displayed, live):
    explore(draw, [1, 2, 3], name="height", alt="A line.", strip=[1, 3])
    assert given_to_script(displayed[0]["text/html"]) == {"height": ["1", "2", "3"]}


@pytest.mark.parametrize(
    "values, strip",
    [([1, 2], [1, 4]), ([1, 2], []), ({"size": [1, 2], "stride": [1]}, [1])],
)
def test_a_strip_of_other_values_is_refused(values, strip, displayed):
    with pytest.raises(ValueError, match="some of the values of a single slider"):
        explore(draw, values, name="height", alt="A line.", strip=strip)
    assert displayed == []
