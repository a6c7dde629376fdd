"""The configuration of deploy/jupyterhub, for a machine without such accounts."""

import os
from pathlib import Path

c = get_config()  # noqa: F821
load_subconfig(os.environ["HUB_CONFIG"])  # noqa: F821

FOLDER = Path(os.environ["HUB_STATE"])
hub, proxy, api = os.environ["HUB_PORTS"].split()
marker = {"HUB_RUN": os.environ["HUB_RUN"]}  # every process of this run carries it

c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = str(FOLDER / "home" / "{username}")
c.JupyterHub.authenticator_class = "dummy"
c.Spawner.environment.update(marker)
c.Spawner.args.append("--allow-root")

c.JupyterHub.bind_url = f"http://127.0.0.1:{proxy}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{hub}"
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{api}"
c.JupyterHub.cleanup_servers = True
c.JupyterHub.services.append(
    {"name": "registrar", "api_token": os.environ["HUB_TOKEN"]}
)
c.JupyterHub.load_roles.append(
    {
        "name": "registrar",
        "services": ["registrar"],
        "scopes": ["tokens"],
    }
)
for service in c.JupyterHub.services:
    service["environment"] = marker
