"""The table of drills at the end of a test run."""

from collections import defaultdict

RESULTS = ("failed", "error", "skipped", "passed")  # the worst of several cases counts
WORDS = {"failed": "FAILED", "error": "FAILED", "skipped": "skipped", "passed": "held"}


def write_down(items):
    """Note for each drill among the tests what it is, to be found in its report."""
    for item in items:
        if mark := item.get_closest_marker("drill"):
            values = {"case": item.name}
            if hasattr(item, "callspec"):
                values |= item.callspec.params | {"case": item.callspec.id}
            told = tuple(text.format(**values) for text in mark.args)
            item.user_properties.append(("drill", told))


def drills(stats):
    """Return {(what fails, what must happen): [result of each case]}, in order."""
    found = defaultdict(list)
    for result in RESULTS:
        for report in stats.get(result, []):
            for name, told in getattr(report, "user_properties", []):
                if name == "drill":
                    found[told].append((result, report))
    return dict(sorted(found.items()))


def lines(stats):
    """Yield the table as text, a line for each drill, and a line that sums it up."""
    found = drills(stats)
    for (fails, must), cases in found.items():
        result, report = cases[0]  # the worst
        many = f" ({len(cases)} cases)" if len(cases) > 1 else ""
        why = ""
        if result == "skipped":
            why = f" [{str(report.longrepr[-1]).removeprefix('Skipped: ')}]"
        yield f"{WORDS[result]:<8}{fails}: {must}{many}{why}"
    yield summary(stats)


def summary(stats):
    """Return one line: how many drills there were, and how many held."""
    worst = [cases[0][0] for cases in drills(stats).values()]
    line = f"{worst.count('passed')} of {len(worst)} fault drills held"
    if skipped := worst.count("skipped"):
        line += f", {skipped} couldn't be tried here"
    return line + "."
