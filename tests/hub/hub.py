"""A hub on loopback while a block lasts; no process of it outlives the block."""

import contextlib
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import psutil

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
SECONDS_TO_START = 120
SECONDS_TO_END = 60
MARKER = "HUB_RUN"


class Hub(NamedTuple):
    """Where a hub answers, what opens its doors, and what tells its processes."""

    url: str
    token: str
    run: str
    folder: Path


@contextlib.contextmanager
def running_hub(
    folder: Path, students: Iterable[str], idle_seconds: int = 3600
) -> Iterator[Hub]:
    """Run the hub of deploy/jupyterhub until the block ends.

    Args:
        folder: for the hub's own files, the students' homes, and the log.
        students: who may come in.
        idle_seconds: after how long a server that nobody uses is ended.
    """
    ports = free_ports(3)
    hub = Hub(
        f"http://127.0.0.1:{ports[1]}",
        secrets.token_hex(16),
        secrets.token_hex(8),
        folder,
    )
    (folder / "home").mkdir(parents=True)
    people = folder / "class.txt"
    people.write_text("\n".join(students), encoding="utf-8")
    settings = {
        "HUB_CONFIG": str(ROOT / "deploy" / "jupyterhub" / "jupyterhub_config.py"),
        "HUB_CLASS": str(people),
        "HUB_STATE": str(folder),
        "HUB_PORTS": " ".join(map(str, ports)),
        "HUB_TOKEN": hub.token,
        "HUB_IDLE_SECONDS": str(idle_seconds),
        MARKER: hub.run,
    }
    command = [
        *(sys.executable, "-m", "jupyterhub"),
        *("--config", str(HERE / "jupyterhub_config.py")),
    ]
    log = folder / "hub.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ | settings,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            wait_for(hub, process, log)
            yield hub
        finally:
            end(process, hub.run)


def free_ports(count: int) -> list[int]:
    """Return as many ports of the loopback as nobody listens on."""
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


def wait_for(hub: Hub, process: subprocess.Popen, log: Path) -> None:
    """Wait until the hub answers through its proxy."""
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(f"{hub.url}/hub/api", timeout=5)
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
        else:
            return
    raise RuntimeError(f"the hub did not start:\n{log.read_text()[-3000:]}")


def end(process: subprocess.Popen, run: str) -> None:
    """Ask the hub to end; then end whatever is left of its run.

    Servers, kernels and the proxy lead sessions of their own: no signal to a group
    reaches all of them, and one that outlives its parent is no longer its child.
    """
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=SECONDS_TO_END)
    left = list(processes_of(run))
    for one in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.kill()
    psutil.wait_procs(left, timeout=10)
    process.wait(timeout=10)


def processes_of(run: str) -> Iterator[psutil.Process]:
    """Yield every process that a run of the hub has started and that still runs."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            alive = process.status() != psutil.STATUS_ZOMBIE
            if alive and process.environ().get(MARKER) == run:
                yield process
