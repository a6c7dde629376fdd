"""Where a submission runs: without network, gradebook, solutions, or much room."""

import contextlib
import functools
import os
import shutil
import subprocess
import sys
import sysconfig
import uuid
from pathlib import Path

import matplotlib

from lessons_lib.paths import ROOT, data_folder

__all__ = [
    "LIMITS",
    "SandboxError",
    "command",
    "end_container",
    "environment",
    "kind",
]

MEBIBYTE = 2**20
LIMITS = {
    "memory": 6 * 1024 * MEBIBYTE,  # of all its processes together
    "files": 256 * MEBIBYTE,  # in /tmp
    "processes": 128,  # threads not counted
}
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64")
_SETTINGS = ("ld.so.cache", "alternatives", "localtime", "fonts", "mime.types")
_COURSE = "/course"
_IMAGE = "lessons-grading"


class SandboxError(RuntimeError):
    """Submissions can't be shut in on this machine; the message says what to do."""


@functools.cache
def kind() -> str:
    """Return what shuts submissions in: "bubblewrap", "docker" or "none".

    `LESSONS_SANDBOX` may name it; else it is Bubblewrap.

    Raises:
        SandboxError: it isn't there or doesn't work.
    """
    wanted = os.environ.get("LESSONS_SANDBOX", "").strip() or "bubblewrap"
    if wanted not in ("bubblewrap", "docker", "none"):
        raise SandboxError(
            f"LESSONS_SANDBOX={wanted!r} is unknown; set it to bubblewrap, docker or "
            "none, or unset it."
        )
    if wanted == "bubblewrap":
        fault = _fault()
    else:
        there = wanted == "none" or shutil.which("docker")
        fault = "" if there else "there is no docker"
    if fault:
        raise SandboxError(
            f"Submissions can't be shut in here: {fault}. On Linux, install Bubblewrap "
            "(apt-get install bubblewrap) and allow user namespaces; elsewhere, use "
            "Docker (LESSONS_SANDBOX=docker, see docs/grading.md). Only where nobody "
            "could mean harm: LESSONS_SANDBOX=none."
        )
    return wanted


def _fault() -> str:
    """Say why Bubblewrap doesn't work, or "" if it does."""
    if not (bwrap := shutil.which("bwrap")):
        return "there is no bwrap"
    tried = [bwrap, "--unshare-all", "--ro-bind", "/", "/", "--proc", "/proc", "true"]
    done = subprocess.run(tried, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else (done.stderr.strip() or "bwrap fails")


def environment() -> dict[str, str]:
    """Return the environment variables of a submission; it inherits none."""
    inside = kind() != "none"
    return {
        "HOME": "/tmp",
        "LANG": "C.UTF-8",
        "LESSONS_DATA": f"{_COURSE}/data" if inside else str(data_folder()),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MPLCONFIGDIR": "/tmp/matplotlib" if inside else matplotlib.get_cachedir(),
        "OMP_WAIT_POLICY": "PASSIVE",
        "PATH": f"{sys.prefix}/bin:/usr/bin:/bin" if inside else os.environ["PATH"],
        "PYTHONPATH": _COURSE if inside else str(ROOT),
        "PYTHONUTF8": "1",
        "USER": "student",
    }


def command(hollow: Path) -> list[str]:
    """Return the command that starts a worker in the sandbox.

    Args:
        hollow: the folder of the checks as a submission may see them.

    Returns:
        The command; it speaks through its standard input and output.

    Raises:
        SandboxError: there is no sandbox here.
    """
    worker = ["-m", "classroom.worker"]
    if kind() == "docker":
        return [*_docker(hollow), "python", *worker]
    if kind() == "none":
        return [sys.executable, *worker]
    return [*_bubblewrap(hollow), "--", *_limited(), sys.executable, *worker]


def _limited() -> list[str]:
    """Let no dump of a crash be written, and no user have thousands of processes."""
    prlimit = shutil.which("prlimit")
    return [prlimit, "--core=0", "--nproc=4096"] if prlimit else []


def _bubblewrap(hollow: Path) -> list[str]:
    options = [
        shutil.which("bwrap") or "bwrap",
        "--unshare-all",
        "--die-with-parent",
        "--new-session",
    ]
    options += ["--cap-drop", "ALL", "--uid", "1000", "--gid", "1000", "--clearenv"]
    options += ["--hostname", "grading"]
    for name, value in environment().items():
        options += ["--setenv", name, value]
    for folder in _SYSTEM:
        if os.path.islink(folder):
            options += ["--symlink", os.readlink(folder), folder]
        elif os.path.isdir(folder):
            options += ["--ro-bind", folder, folder]
    for name in _SETTINGS:
        options += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    options += ["--proc", "/proc", "--dev", "/dev"]
    for folder in ("/dev/shm", "/tmp"):
        options += ["--size", str(LIMITS["files"]), "--tmpfs", folder]
    for source, place in _bound(hollow):
        options += ["--ro-bind", str(source), place]
    options += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/tmp"]
    return options


def _bound(hollow: Path) -> list[tuple[Path, str]]:
    """Return what a submission can read, and where it finds it."""
    places = [sys.base_prefix, sys.prefix, sysconfig.get_paths()["purelib"]]
    pythons = dict.fromkeys(str(Path(p).absolute()) for p in places)
    bound = [
        (Path(place).resolve(), place)
        for place in pythons
        if not place.startswith(tuple(f"{folder}/" for folder in _SYSTEM))
    ]
    # The links that lead from one Python to the next end outside of these folders.
    bound += [(p, str(p)) for p, _ in bound if str(p) not in pythons]
    return [
        *bound,
        (ROOT / "lessons_lib", f"{_COURSE}/lessons_lib"),
        (hollow, f"{_COURSE}/lessons_lib/checks"),
        (Path(__file__).parent, f"{_COURSE}/classroom"),
        (data_folder().resolve(), f"{_COURSE}/data"),
        *(
            (fonts, f"/tmp/matplotlib/{fonts.name}")
            for fonts in Path(matplotlib.get_cachedir()).glob("fontlist-*.json")
        ),
    ]


def end_container(started: list[str]) -> None:
    """End the container of a submission: it would outlive the client that started it.

    Args:
        started: the command that started it; without Docker, nothing is left to do.
    """
    if started[0] == "docker":
        name = started[started.index("--name") + 1]
        with contextlib.suppress(subprocess.TimeoutExpired):
            subprocess.run(["docker", "kill", name], capture_output=True, timeout=30)


def _docker(hollow: Path) -> list[str]:
    """Return the same for Docker; `deploy/grading/Dockerfile` makes the image."""
    name = f"{_IMAGE}-{uuid.uuid4().hex[:12]}"
    options = ["docker", "run", "--rm", "--interactive", "--init", "--name", name]
    options += ["--network", "none", "--read-only", "--cap-drop", "ALL"]
    options += ["--security-opt", "no-new-privileges", "--user", "1000:1000"]
    options += ["--memory", str(LIMITS["memory"]), "--shm-size", str(LIMITS["files"])]
    options += ["--pids-limit", str(8 * LIMITS["processes"])]
    options += ["--tmpfs", f"/tmp:size={LIMITS['files']}", "--workdir", "/tmp"]
    course = [pair for pair in _bound(hollow) if pair[1].startswith(_COURSE)]
    for source, place in course:
        options += ["--volume", f"{source}:{place}:ro"]
    for variable, value in environment().items():
        if variable != "PATH":
            options += ["--env", f"{variable}={value}"]
    return [*options, _IMAGE]
