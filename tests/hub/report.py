"""What ten students were measured to need, and what thirty and three hundred would."""

import os
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from statistics import mean

from measuring import Cost, averages, need
from student import Student

README = Path(__file__).parents[2] / "deploy" / "jupyterhub" / "README.md"
MEASURED = re.compile(r"(?<=<!-- measured -->\n).*(?=<!-- end -->)", re.DOTALL)
RECORD = "RECORD"  # in the environment: keep the report in the README


def report(students: list[Student], found: list[Cost], busy: float) -> str:
    """Say in Markdown what was measured and what follows; record it if asked to.

    `busy` is how many processes wanted a core before the class came.
    """
    text = "\n".join([*measured(students, found, busy), "", *needed(found)])
    if os.environ.get(RECORD):
        before = README.read_text(encoding="utf-8")
        after = MEASURED.sub(lambda _: f"\n{text}\n\n", before)
        README.write_text(after, encoding="utf-8")
    return text


def measured(students: list[Student], found: Iterable[Cost], busy: float) -> list[str]:
    """Say what this class took, seconds and memory."""
    seated = [student.seconds_to_seat for student in students]
    ran = [student.seconds_to_run for student in students]
    found = list(found)
    lines = [
        f"{len(students)} students at once on {os.cpu_count()} cores, "
        f"{date.today():%B %Y}, while other programs kept {busy:.0f} of them busy: "
        f"the last server was ready after {max(seated):.0f} s; "
        f"lesson {students[0].lesson[:2]}, {students[0].cells} cells, "
        f"took {min(ran):.0f} to {max(ran):.0f} s (mean {mean(ran):.0f} s) "
        "from opening its kernel to its last cell.",
        "",
        "| of each student | RSS, MiB | PSS, MiB | private, MiB | processor time, s |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for kind in ("server", "kernel"):
        values = averages(found, kind)
        lines.append(f"| {kind} | " + " | ".join(f"{v:.0f}" for v in values) + " |")
    once = sum(cost.pss for cost in found if cost.kind == "hub")
    return [*lines, "", f"The hub, its proxy and the culler take {once:.0f} MiB once."]


def needed(found: list[Cost]) -> list[str]:
    """Say what larger classes need, computed from what was measured."""
    lines = [
        "| students | memory, GB | cores, if all press Run All and wait a minute | "
        "cores, if each spreads it over 35 minutes |",
        "| ---: | ---: | ---: | ---: |",
    ]
    for students in (10, 30, 300):
        it = need(students, found)
        lines.append(
            f"| {students} | {it.gigabytes:.0f} | {it.cores_at_once:.0f} | "
            f"{it.cores_each_at_their_pace:.1f} |"
        )
    return lines
