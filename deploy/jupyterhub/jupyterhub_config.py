"""JupyterHub on one machine: every student an account, a desk, and a share of it.

How to start it, and what it needs, stands in the README beside this file. What a school
is likely to change comes first.
"""

import os
import sys
from pathlib import Path

COURSE = Path(__file__).resolve().parents[2]
# What requirements-hub.txt lists, and the proxy from npm: `make hub-test` brings both.
BESIDE = COURSE / ".cache" / "hub"

# The people: accounts of this machine, one name a line, "#" begins a remark.
CLASS_LIST = Path(os.environ.get("HUB_CLASS", "/etc/jupyterhub/class.txt"))
TEACHERS = set(os.environ.get("HUB_TEACHERS", "").split())
# The data, once for all; students need to read it only.
DATA = os.environ.get("LESSONS_DATA") or str(COURSE / "data")
# What the hub itself remembers.
STATE = Path(os.environ.get("HUB_STATE", "/var/lib/jupyterhub"))
# A student's share: for the server and every kernel together.
MEMORY = "4G"  # lesson 9 alone comes to 3.4
CORES = 2.0  # as many as the lessons use
IDLE_SECONDS = int(os.environ.get("HUB_IDLE_SECONDS", "3600"))


def names(path: Path) -> set[str]:
    """Return the names in a list of people."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {name for line in lines if (name := line.partition("#")[0].strip())}


c = get_config()  # noqa: F821  (JupyterHub provides it)

c.JupyterHub.bind_url = "http://127.0.0.1:8000"  # a web server in front does HTTPS
c.JupyterHub.db_url = f"sqlite:///{STATE / 'jupyterhub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(STATE / "cookie_secret")
c.JupyterHub.cleanup_servers = False  # the hub may be restarted during a lesson
c.ConfigurableHTTPProxy.command = [
    str(BESIDE / "node_modules" / ".bin" / "configurable-http-proxy")
]
c.ConfigurableHTTPProxy.pid_file = str(STATE / "proxy.pid")

c.JupyterHub.authenticator_class = "pam"  # the passwords of this machine
c.Authenticator.allowed_users = names(CLASS_LIST) | TEACHERS
c.Authenticator.admin_users = TEACHERS

# Each server is a unit of systemd under the student's account: limits hold for it and
# its kernels, and nobody sees another's files, /tmp or devices.
c.JupyterHub.spawner_class = "systemd"
c.SystemdSpawner.isolate_tmp = True
c.SystemdSpawner.isolate_devices = True
c.SystemdSpawner.disable_user_sudo = True
c.SystemdSpawner.readonly_paths = [str(COURSE), DATA]
c.Spawner.mem_limit = MEMORY
c.Spawner.cpu_limit = CORES

# The first start makes the student's own copies of the lessons, later ones renew them.
c.Spawner.cmd = [sys.executable, str(COURSE / "deploy" / "jupyterhub" / "seat.py")]
c.Spawner.notebook_dir = "~/lessons"
c.Spawner.default_url = "/lab/tree/00%20Start%20here.ipynb"
c.Spawner.environment = {
    "LESSONS_DATA": DATA,
    "LESSONS_WORK": "~/lessons",
    "OMP_WAIT_POLICY": "PASSIVE",  # threads that wait leave the cores to others
    "PYTHONUTF8": "1",
    "PYTHONPATH": os.pathsep.join(map(str, (COURSE, BESIDE / "python"))),
    "JUPYTER_CONFIG_PATH": os.pathsep.join(
        (
            str(COURSE / "lessons_lib" / "desk" / "jupyter"),
            str(BESIDE / "python" / "etc" / "jupyter"),  # nbgitpuller
        )
    ),
}
c.Spawner.start_timeout = 300  # thirty students log in within a minute
c.Spawner.http_timeout = 300

# Who is away for an hour gives the memory back; what is saved stays.
c.Spawner.args = [
    f"--MappingKernelManager.cull_idle_timeout={IDLE_SECONDS}",
    "--MappingKernelManager.cull_interval=60",
]
c.JupyterHub.services = [
    {
        "name": "idle-culler",
        "command": [
            *(sys.executable, "-m", "jupyterhub_idle_culler"),
            f"--timeout={IDLE_SECONDS}",
        ],
    }
]
c.JupyterHub.load_roles = [
    {
        "name": "idle-culler",
        "services": ["idle-culler"],
        "scopes": [
            "list:users",
            "read:users:activity",
            "read:servers",
            "delete:servers",
        ],
    }
]
