"""The table of other conditions: what a run says, kept row by row."""

from collections import Counter

from benchmarks.everywhere import Row, neighbors, read_rows, read_run, table

REPORT = """\
<testsuites><testsuite>
<testcase name="Cell 0" />
<testcase name="Cell 1"><properties>
  <property name="cell" value="mean" /><property name="compared" value="strictly" />
</properties></testcase>
<testcase name="Cell 2"><properties>
  <property name="cell" value="loss" />
  <property name="compared" value="within a tolerance" />
</properties><failure message="differs" /></testcase>
<testcase name="Cell 3"><properties>
  <property name="compared" value="not, as data says something else here" />
</properties></testcase>
<testcase name="Cell 4"><error message="kernel died" /></testcase>
</testsuite></testsuites>"""


def test_a_run_is_summed_up():
    row = read_run(REPORT, "1 thread", "01_small")
    assert row.cells() == ["1 thread", "01_small", "1", "1", "1", "loss, Cell 4"]


def test_rows_of_other_lessons_stay(tmp_path):
    path = tmp_path / "everywhere.md"
    assert read_rows(path) == {}
    first = Row("as usual", "01_small", Counter({"strictly": 3}), ())
    rows = {("as usual", "01_small"): first.cells()}
    path.write_text("\n".join(table(rows)) + "\n")
    again = read_rows(path)
    assert again == rows
    assert again["as usual", "01_small"][-1] == "none"


def test_neighbors_compute_meanwhile(monkeypatch):
    started = []

    class Process:
        def __init__(self, command):
            started.append(self)
            self.alive = True

        def kill(self):
            self.alive = False

        def wait(self):
            return 0

    monkeypatch.setattr("benchmarks.everywhere.subprocess.Popen", Process)
    with neighbors(2):
        assert [process.alive for process in started] == [True, True]
    assert [process.alive for process in started] == [False, False]
