"""A Jupyter server on loopback, with settings of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

SECONDS_TO_START = 90
# How each program starts, and at what path it shows a notebook.
VIEWS = {
    "lab": (["lessons_lib.desk", "--open"], "lab/tree"),
    "notebook": (["notebook"], "notebooks"),
}


class Server(NamedTuple):
    """Where a server answers, where notebooks open, and the folder that it shows."""

    url: str
    view: str
    folder: Path


@contextmanager
def jupyter(folder: Path, settings: Path, app: str = "lab") -> Iterator[Server]:
    """Run what `make lab` runs, or Notebook 7, over a folder until the block ends."""
    program, view = VIEWS[app]
    port = _free_port()
    log = settings / f"{app}.log"
    settings.mkdir(parents=True, exist_ok=True)
    command = [
        *(sys.executable, "-m", *program),
        *("--no-browser", "--allow-root", f"--port={port}", "--ip=127.0.0.1"),
        *([f"--ServerApp.root_dir={folder}"] if app == "notebook" else []),
        "--ServerApp.port_retries=0",
        "--IdentityProvider.token=",
        "--expose-app-in-browser",
    ]
    with log.open("w") as output:
        server = subprocess.Popen(
            command,
            env=_environment(folder, settings),
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(url, server, log)
            yield Server(url, view, folder)
        finally:
            os.killpg(server.pid, signal.SIGTERM)  # JupyterLab below the command, too
            server.wait(timeout=30)


def _environment(desk: Path, settings: Path) -> dict[str, str]:
    """Return an environment in which nobody's own settings, copies and kernels count.

    The announcements are switched off, as `make` does it.
    """
    disabled = {"@jupyterlab/apputils-extension:announcements": True}
    config = settings / "config" / "labconfig"
    config.mkdir(parents=True, exist_ok=True)
    page = json.dumps({"disabledExtensions": disabled})
    (config / "page_config.json").write_text(page, encoding="utf-8")
    return os.environ | {
        "LESSONS_WORK": str(desk),
        "JUPYTER_CONFIG_DIR": str(settings / "config"),
        "JUPYTER_DATA_DIR": str(settings / "data"),
        "JUPYTER_RUNTIME_DIR": str(settings / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(settings / "lab"),
        "JUPYTERLAB_WORKSPACES_DIR": str(settings / "workspaces"),
        "IPYTHONDIR": str(settings / "ipython"),
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(url: str, server: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(f"{url}/api", timeout=2)
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(f"the server did not start:\n{log.read_text()[-2000:]}")
