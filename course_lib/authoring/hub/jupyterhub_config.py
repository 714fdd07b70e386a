"""A hub for a class: one environment that students only read, and a copy of the course for each.

    jupyterhub -f /etc/lstm-hub.py

/etc/lstm-hub.py is a file of your own for what only your machine knows, above all who may log in.
It begins with load_subconfig("this file"): TEACHING.md, *A hub for a class*. Settings in the
environment:

    COURSE_HUB      a folder that only the hub writes to; in its cache/ are the chorales, for all
    COURSE_HUB_URL  where it listens, with the base URL: http://127.0.0.1:8000/lstm/
    COURSE_HUB_TRY  a password: any name may log in with it, and all servers run as you. To try the
                    hub on a machine of your own; never where others can reach it
"""

import os
import shutil
import sys
from pathlib import Path

from course_lib.authoring.hub.server import closed
from course_lib.authoring.prepare import ROOT

c = get_config()  # type: ignore[name-defined]  # noqa: F821 (JupyterHub's)
state = Path(os.environ.get("COURSE_HUB", "/var/lib/lstm-hub"))
password = os.environ.get("COURSE_HUB_TRY", "")
shown = [name for name in ("solutions", "grading") if (ROOT / name).exists()]
if shown and not password:
    raise SystemExit(
        f"{ROOT} holds {' and '.join(shown)}, which every student of this hub could read.\n"
        "Cure: serve what `make release` writes, unpacked in a folder of its own."
    )
for needed in (Path(sys.executable).resolve(), Path(sys.prefix), ROOT):
    if (shut := closed(needed)) and not password:
        raise SystemExit(
            f"Students' servers need {needed}, and not everybody may enter {shut[-1]}.\n"
            "Cure: a Python for all, as /usr/bin/python3, and a folder for all, as /srv/lstm:\n"
            "rm -r .venv; python3 course_lib hub-setup PYTHON=/usr/bin/python3"
        )
for folder, mode in ((state, 0o755), (state / "cache", 0o755), (state / "hub", 0o700)):
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(mode)  # students read the one, and nobody but the hub the other

url = os.environ.get("COURSE_HUB_URL", "http://127.0.0.1:8000/lstm/")
c.JupyterHub.bind_url = url
c.JupyterHub.db_url = f"sqlite:///{state / 'hub' / 'jupyterhub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(state / "hub" / "cookie_secret")
c.ConfigurableHTTPProxy.pid_file = str(state / "hub" / "proxy.pid")
own = Path(sys.prefix) / "hub/node_modules/.bin/configurable-http-proxy"
proxy = str(own) if own.exists() else shutil.which(own.name)
c.ConfigurableHTTPProxy.command = proxy or own.name

# A class comes in at once. A lower concurrent_spawn_limit would turn some away with an error, and
# a shorter limit of time the last ones.
c.Spawner.start_timeout = 300
c.Spawner.http_timeout = 300
c.Spawner.cmd = [sys.executable, "-m", "course_lib.authoring.hub.server"]
c.Spawner.notebook_dir = "~/lstm-variations"
c.Spawner.default_url = "/lab/tree/notebooks/00_start_here.ipynb"
c.Spawner.environment = {
    "COURSE_CACHE": str(state / "cache"),
    "JUPYTER_PREFER_ENV_PATH": "1",  # this environment's kernel and settings before a student's
    "OPENBLAS_NUM_THREADS": "1",  # or each student's products take every core
}
c.Spawner.args = [
    "--MappingKernelManager.cull_idle_timeout=3600",  # s, then its memory is free
    "--ServerApp.shutdown_no_activity_timeout=7200",
]
if password:
    c.JupyterHub.authenticator_class = "dummy"
    c.DummyAuthenticator.password = password
    c.Authenticator.allow_all = True
    c.JupyterHub.spawner_class = "simple"
    c.SimpleLocalProcessSpawner.home_dir_template = str(state / "homes" / "{username}")
    if os.geteuid() == 0:  # in a container root is often the only user
        c.Spawner.args += ["--allow-root"]
