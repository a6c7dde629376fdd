"""What a seat costs: memory and processor time of each student, from the system."""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

import psutil
from hub import processes_of

MIB = 2**20
KINDS = {"ipykernel": "kernel", "jupyterhub.singleuser": "server"}


@dataclass(frozen=True)
class Cost:
    """What one process holds and has used; memory in MiB.

    Attributes:
        kind: "kernel", "server", or "hub" for everything that is there once.
        student: whose process it is; "" for the hub's own.
        rss: what it sees in memory, with what others see, too.
        pss: the same, with what several share divided among them.
        private: what would be free if it ended.
        seconds: of a processor's time.
    """

    kind: str
    student: str
    rss: float
    pss: float
    private: float
    seconds: float


def costs(run: str) -> list[Cost]:
    """Look at every process of a hub's run."""
    found = []
    for process in processes_of(run):
        with contextlib.suppress(psutil.Error, OSError):
            found.append(cost(process))
    return found


def cost(process: psutil.Process) -> Cost:
    """Look at one process."""
    command = " ".join(process.cmdline())
    kind = next((kind for word, kind in KINDS.items() if word in command), "hub")
    student = process.environ().get("JUPYTERHUB_USER", "") if kind != "hub" else ""
    times = process.cpu_times()
    text = Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="utf-8")
    return Cost(
        kind, student, **memory(text), seconds=round(times.user + times.system, 1)
    )


def memory(rollup: str) -> dict[str, float]:
    """Read RSS, PSS and private memory, in MiB, from what /proc says in kB."""
    lines = (line.split() for line in rollup.splitlines()[1:])
    kilobytes = {words[0].rstrip(":"): float(words[1]) for words in lines}
    private = kilobytes["Private_Clean"] + kilobytes["Private_Dirty"]
    return {
        "rss": kilobytes["Rss"] * 1024 / MIB,
        "pss": kilobytes["Pss"] * 1024 / MIB,
        "private": private * 1024 / MIB,
    }


@dataclass(frozen=True)
class Need:
    """What a class needs: gigabytes, and cores."""

    students: int
    gigabytes: float
    cores_at_once: float
    cores_each_at_their_pace: float


def need(
    students: int, found: Iterable[Cost], seconds: float = 60, minutes: float = 35
) -> Need:
    """Compute what a class needs from what a smaller one was measured to use.

    Private memory grows with every student; what they share (libraries, data in the
    system's cache) is there once, and so are the hub and its proxy.

    Args:
        students: how many.
        found: what was measured, of a class of any size.
        seconds: in which everybody's lesson shall have run, if all start at once.
        minutes: over which a student spreads the same lesson when reading it.
    """
    found = list(found)
    measured = len({cost.student for cost in found if cost.student})
    seats = [cost for cost in found if cost.kind != "hub"]
    own = sum(cost.private for cost in seats) / measured
    once = sum(cost.pss for cost in found) - measured * own
    used = sum(cost.seconds for cost in seats) / measured
    return Need(
        students,
        (once + students * own) * MIB / 1e9,
        students * used / seconds,
        students * used / (minutes * 60),
    )


def averages(found: Iterable[Cost], kind: str) -> tuple[float, float, float, float]:
    """Return mean RSS, PSS, private memory and seconds of one kind of process."""
    same = [cost for cost in found if cost.kind == kind]
    return (
        mean(cost.rss for cost in same),
        mean(cost.pss for cost in same),
        mean(cost.private for cost in same),
        mean(cost.seconds for cost in same),
    )
