"""A JupyterHub by the course's own settings, and students who come in at once."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import websocket  # of jupyter-server

from tests.browser.lab import ROOT

PROXY = Path(sys.prefix) / "hub/node_modules/.bin/configurable-http-proxy"
SHIPPED = ROOT / "course_lib/authoring/hub/jupyterhub_config.py"
PATIENCE = 600.0  # s for one server or one cell; a busy machine is slow, and not wrong
# The shipped settings, with free ports, who may begin servers for all, and a page that tells.
SETTINGS = """
load_subconfig({shipped!r})
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hub}"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy}"
c.JupyterHub.services = [{{"name": "class", "api_token": {token!r}}}]
c.JupyterHub.load_roles = [{{
    "name": "class", "services": ["class"],
    "scopes": ["admin:users", "admin:servers", "access:servers"],
}}]
c.Spawner.args.append("--LabApp.expose_app_in_browser=True")
"""
CELL = """
import os
from course_lib import valves
from course_lib.environment import rows
from course_lib.tasks import chorales
bach = chorales.load(progress=False)
print(os.getpid(), [row.what for row in rows() if not row.good])
"""


class Hub:
    """A hub that runs: its address, its folder, and what it is asked."""

    def __init__(self, url: str, folder: Path, token: str, password: str) -> None:
        self.url, self.folder, self.token, self.password = url, folder, token, password

    def ask(self, path: str, method: str = "GET", body: dict | None = None) -> Any:
        """What the hub, or below user/ a student's server, answers, as JSON."""
        data = None if body is None else json.dumps(body).encode()
        heads = {"Authorization": f"token {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, data, heads, method=method)
        open_ = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
        with open_(request, timeout=PATIENCE) as answer:
            said = answer.read()
        return json.loads(said) if said.strip() else None

    def come_in(self, names: list[str]) -> dict[str, dict]:
        """Begin all servers at once, and in each a kernel that runs CELL."""
        for name in names:
            self.ask(f"hub/api/users/{name}", "POST", {})
        with ThreadPoolExecutor(len(names)) as pool:
            return dict(zip(names, pool.map(self._comes_in, names), strict=True))

    def _comes_in(self, name: str) -> dict:
        begun = time.monotonic()
        self.ask(f"hub/api/users/{name}/server", "POST", {})
        while not (server := self.ask(f"hub/api/users/{name}")["servers"].get("", {})).get("ready"):
            said = (self.folder / "log").read_text()[-3000:]
            assert server and time.monotonic() < begun + PATIENCE, f"{name} has no server:\n{said}"
            time.sleep(0.5)
        ready = time.monotonic()
        kernel = self.ask(f"user/{name}/api/kernels", "POST", {"name": "python3"})["id"]
        pid, _, faults = self.run(name, kernel, CELL).partition(" ")
        ran = time.monotonic()
        return {
            "kernel": kernel, "pid": int(pid), "faults": faults.strip(),
            "server_seconds": ready - begun, "cell_seconds": ran - ready,
            "kernel_mib": memory(int(pid)), "server_mib": memory(parent(int(pid))),
        }  # fmt: skip

    def run(self, name: str, kernel: str, code: str) -> str:
        """What a cell prints in a student's kernel."""
        address = f"{self.url}user/{name}/api/kernels/{kernel}/channels".replace("http", "ws", 1)
        heads = [f"Authorization: token {self.token}"]
        line = websocket.create_connection(
            address, header=heads, timeout=PATIENCE, http_no_proxy=["127.0.0.1"]
        )
        ident = secrets.token_hex(8)
        header = {"msg_id": ident, "msg_type": "execute_request", "session": ident, "username": ""}
        line.send(json.dumps({
            "header": header | {"version": "5.3"}, "parent_header": {}, "metadata": {},
            "channel": "shell", "content": {"code": code, "silent": False, "store_history": True},
        }))  # fmt: skip
        said = []
        while True:
            message = json.loads(line.recv())
            if message.get("parent_header", {}).get("msg_id") != ident:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "stream":
                said.append(content["text"])
            assert kind != "error", f"{name}: {content.get('ename')}: {content.get('evalue')}"
            if kind == "status" and content["execution_state"] == "idle":
                line.close()
                return "".join(said)


def memory(pid: int) -> float:
    """MiB of a process, what it shares with others counted in part (proc(5), Pss)."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise OSError(f"/proc does not say what memory process {pid} has")


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def free_ports(count: int) -> list[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


@contextmanager
def hub(folder: Path) -> Iterator[Hub]:
    """Start a hub over a folder of its own, and end it with all its servers."""
    port, inner, proxy = free_ports(3)
    token, password = secrets.token_hex(16), secrets.token_hex(8)
    settings = folder / "settings.py"
    settings.write_text(SETTINGS.format(shipped=str(SHIPPED), hub=inner, proxy=proxy, token=token))
    environment = {key: value for key, value in os.environ.items() if key != "COURSE_CACHE"}
    environment |= {
        "COURSE_HUB": str(folder), "COURSE_HUB_TRY": password,
        "COURSE_HUB_URL": f"http://127.0.0.1:{port}/lstm/",
    }  # fmt: skip
    _chorales(folder / "cache")
    there = Hub(environment["COURSE_HUB_URL"], folder, token, password)
    with (folder / "log").open("w") as log:
        command = [sys.executable, "-m", "jupyterhub", "-f", str(settings)]
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        try:
            _wait(there, process)
            yield there
        finally:
            process.terminate()  # ends the proxy and every server
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait(there: Hub, process: subprocess.Popen) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            there.ask("hub/api/")
            return
        except OSError:
            time.sleep(0.5)
    raise RuntimeError(f"the hub did not answer:\n{(there.folder / 'log').read_text()[-3000:]}")


def _chorales(cache: Path) -> None:
    """What an admin does once: the chorales are built, and then read only."""
    build = "from course_lib.tasks import chorales; chorales.load(progress=False)"
    environment = {**os.environ, "COURSE_CACHE": str(cache)}
    subprocess.run([sys.executable, "-c", build], env=environment, check=True)
