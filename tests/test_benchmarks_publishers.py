"""The comparison of publishers: what it counts in a PDF, and how it says so."""

import io
from pathlib import Path

import pikepdf

from benchmarks.publishers import Access, Outcome, access, table


def pdf(*things, tagged=True):
    """Return a PDF that says of itself that it holds these figures and formulas."""
    document = pikepdf.new()
    document.add_blank_page()
    if tagged:
        kids = [
            document.make_indirect(
                pikepdf.Dictionary(S=pikepdf.Name(f"/{kind}"), Alt=pikepdf.String(alt))
            )
            for kind, alt in things
        ]
        root = pikepdf.Dictionary(Type=pikepdf.Name.StructTreeRoot, K=kids)
        document.Root.StructTreeRoot = document.make_indirect(root)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def test_a_figure_that_nobody_described_is_not_described():
    nobody = "No description has been provided for this image"
    found = access(pdf(("Figure", "A curve."), ("Figure", nobody), ("Figure", "")))
    assert found == Access(True, figures=3, described=1, formulas=0)


def test_formulas_count_if_they_are_spoken():
    assert access(pdf(("Formula", "x squared"), ("Formula", ""))).formulas == 1


def test_without_tags_nothing_is_found():
    assert access(pdf(("Figure", "A curve."), tagged=False)) == Access(False)


def test_what_failed_is_counted_and_takes_no_time():
    good, bad = (
        Outcome(Path("a"), 2.0, pdf(("Figure", "A.")), ""),
        Outcome(Path("b"), 99.0, b"", "no"),
    )
    *_, row = table({"ours": [good, bad]})
    assert row == "| ours | 1 of 2 | 2.0 (2.0) | 1 | 1 of 1 | 0 |"
