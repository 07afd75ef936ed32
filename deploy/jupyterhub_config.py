"""JupyterHub for a class: the book's pages, the student edition, and a kernel for each student.

On one machine without containers, or with deploy/compose.yaml (CLASS_SPAWNER=docker). FOR TRYING:
deploy/hub.py says what that means. README.md, "A server for a class", says how to start it.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import hub
from jupyterhub.auth import Authenticator
from jupyterhub.spawner import LocalProcessSpawner

HERE = Path(__file__).resolve().parent
c = get_config()  # noqa: F821
os.umask(0o077)  # the hub's own files are for nobody else
SECRETS = hub.secrets()
STUDENTS = hub.students(os.environ.get("CLASS_STUDENTS", "students.txt"))
MEMORY = os.environ.get("CLASS_MEMORY", hub.MEMORY)
BUILT = HERE.parent / "_build"
PAGES = Path(os.environ.get("CLASS_PAGES", BUILT / "html"))
EDITION = Path(os.environ.get("CLASS_EDITION", BUILT / "class" / "student"))
HOMES = Path(os.environ.get("CLASS_HOMES", "/srv/class"))
DOCKER = os.environ.get("CLASS_SPAWNER") == "docker"
PORT = int(os.environ.get("CLASS_PORT", 8000))


class Passwords(Authenticator):
    """Each student of the list has a password of their own."""

    async def authenticate(self, handler, data):
        name = self.normalize_username(data["username"])
        return name if hub.correct(name, data["password"], SECRETS["CLASS_SECRET"]) else None


class Accounts(LocalProcessSpawner):
    """Each student's server belongs to an account of the system, with a home that nobody else may read."""

    def make_preexec_fn(self, name):
        become = super().make_preexec_fn(hub.ACCOUNT.format(name))
        return hub.limited(become, hub.number_of_bytes(MEMORY))

    def user_env(self, env):
        home = str(hub.home_of(self.user.name, HOMES))
        account = hub.ACCOUNT.format(self.user.name)
        # A short path: kernels put sockets there, whose names may have 107 characters.
        return {
            **env,
            "USER": account,
            "HOME": home,
            "SHELL": "/bin/sh",
            "JUPYTER_RUNTIME_DIR": f"{home}/.run",
        }


c.JupyterHub.bind_url = f"http://127.0.0.1:{PORT}"
c.JupyterHub.authenticator_class = Passwords
c.Passwords.allowed_users = set(STUDENTS)
c.JupyterHub.cookie_secret = bytes.fromhex(SECRETS["JPY_COOKIE_SECRET"])
c.ConfigurableHTTPProxy.auth_token = SECRETS["CONFIGPROXY_AUTH_TOKEN"]
c.JupyterHub.db_url = f"sqlite:///{os.environ.get('CLASS_STATE', 'jupyterhub.sqlite')}"
c.Spawner.mem_limit = MEMORY
c.Spawner.environment = {"OMP_NUM_THREADS": "1", "GAN_TEACH_DEVICE": "cpu", "CLASS_EDITION": str(EDITION)}
c.Spawner.cmd = ["sh", "-c", hub.START, "--", "jupyterhub-singleuser"]
c.Spawner.default_url = "/lab"
c.Spawner.start_timeout = 180
c.Spawner.http_timeout = 180
c.JupyterHub.services = [
    {
        "name": "book",  # at /services/book/
        "url": f"http://127.0.0.1:{int(os.environ.get('CLASS_PAGES_PORT', PORT + 2))}",
        "command": [sys.executable, str(HERE / "pages.py"), str(PAGES)],
    }
]
if DOCKER:
    c.JupyterHub.bind_url = "http://:8000"  # compose.yaml says who reaches it
    c.JupyterHub.hub_ip = "0.0.0.0"
    c.JupyterHub.hub_connect_ip = "hub"
    c.JupyterHub.spawner_class = "dockerspawner.DockerSpawner"
    c.DockerSpawner.image = os.environ["CLASS_IMAGE"]
    c.DockerSpawner.network_name = os.environ["CLASS_NETWORK"]
    c.DockerSpawner.volumes = {"class-{username}": "/home/student"}
    c.DockerSpawner.remove = True
    c.DockerSpawner.environment = {**c.Spawner.environment, "CLASS_EDITION": "/srv/student"}
else:
    hub.may_separate()
    c.JupyterHub.spawner_class = Accounts
    # Kernels talk by files of the student's home: what one sends over TCP, every account could listen to.
    c.Spawner.args = ["--KernelManager.transport=ipc"]
