"""The class's server: secrets from the environment, passwords that don't tell each other, and, where
JupyterHub is installed and may make accounts, two students who can't see each other's files."""

import asyncio
import contextlib
import importlib.util
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

import hub
import pytest
import visitor
import yaml
from lesson import free_port
from toc import ROOT

DEPLOY = ROOT / "deploy"
GOOD = {"CLASS_SECRET": "s" * 32, "CONFIGPROXY_AUTH_TOKEN": "t" * 32, "JPY_COOKIE_SECRET": "ab" * 32}


def read(name):
    return (DEPLOY / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", hub.SECRETS)
def test_a_server_without_its_secrets_is_refused(name):
    assert hub.secrets(GOOD) == GOOD
    for wrong in ({}, {name: "short"}):
        with pytest.raises(hub.HubError, match=rf"must hold {name} \(\d\d characters\)\."):
            hub.secrets({key: value for key, value in GOOD.items() if key != name} | wrong)


def test_names_are_such_that_accounts_can_be_made(tmp_path):
    file = tmp_path / "students.txt"
    file.write_text("# the class\nada\n\n  grace2\n")
    assert hub.students(file) == ["ada", "grace2"]
    for odd in ("../ada", "Ada", "root;", "a" * 21, "-ada"):
        file.write_text(f"ada\n{odd}\n")
        with pytest.raises(hub.HubError, match="but it has " + re.escape(repr(odd))):
            hub.students(file)
    file.write_text("\n")
    with pytest.raises(hub.HubError, match="it has none"):
        hub.students(file)
    assert hub.ACCOUNT.format("root") != "root"


def test_each_student_has_a_password_that_tells_no_other(tmp_path, monkeypatch, capsys):
    mine, yours = (hub.password(name, GOOD["CLASS_SECRET"]) for name in ("ada", "grace"))
    assert mine != yours and len(mine) == 12 and mine != hub.password("ada", "x" * 32)
    assert hub.correct("ada", f" {mine}\n", GOOD["CLASS_SECRET"])
    for given in (yours, mine[:-1], "", "é" * 12):
        assert not hub.correct("ada", given, GOOD["CLASS_SECRET"])
    monkeypatch.setenv("CLASS_SECRET", GOOD["CLASS_SECRET"])
    (tmp_path / "students.txt").write_text("ada\ngrace\n")
    assert hub.passwords(["passwords", str(tmp_path / "students.txt")]) == 0
    assert capsys.readouterr().out.split() == ["ada", mine, "grace", yours]
    assert hub.passwords([]) == 2


def test_a_limit_is_a_number_of_bytes():
    assert hub.number_of_bytes("2G") == 2 << 30 and hub.number_of_bytes("500M") == 500 << 20
    for odd in ("2", "2GB", "-1G", ""):
        with pytest.raises(hub.HubError, match=f"but '{odd}' was given"):
            hub.number_of_bytes(odd)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux keeps this limit")
def test_a_students_process_has_its_limit():
    code = "try:\n    bytearray(256 << 20); print('given')\nexcept MemoryError:\n    print('refused')"
    for size, said in ((200 << 20, "refused\n"), (1 << 30, "given\n")):
        begin = hub.limited(lambda: None, size)
        assert subprocess.check_output([sys.executable, "-c", code], preexec_fn=begin, text=True) == said


def test_without_root_or_containers_the_server_is_refused(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    with pytest.raises(hub.HubError, match="else use deploy/compose.yaml"):
        hub.may_separate()
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    monkeypatch.setattr(shutil, "which", lambda name: name)
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(hub.HubError, match="students can't run /nowhere/python"):
        hub.may_separate()


def test_all_ways_have_the_same_image_limit_and_secrets():
    compose, values = yaml.safe_load(read("compose.yaml")), yaml.safe_load(read("values.yaml"))
    server = compose["services"]["hub"]["environment"]
    assert server["CLASS_MEMORY"] == values["singleuser"]["memory"]["limit"] == hub.MEMORY
    image = compose["services"]["student"]["image"]
    assert server["CLASS_IMAGE"] == values["singleuser"]["image"]["name"] == image
    assert server["CLASS_NETWORK"] == compose["networks"]["class"]["name"]
    for name in hub.SECRETS:
        assert re.fullmatch(rf"\$\{{{name}:\?.*\}}", server[name]), "refused when missing"
    stages = set(re.findall(r"^FROM \S+ AS (\w+)", read("Dockerfile"), re.MULTILINE))
    assert {compose["services"][name]["build"]["target"] for name in ("student", "hub")} == stages
    ports = compose["services"]["hub"]["ports"]
    assert all(port.startswith("127.0.0.1:") for port in ports), "open to the network only on purpose"


# What may stand at each level that is used: from Zero to JupyterHub's values.schema.yaml (commit 02dd73d) and
# the Compose Specification. jsonschema held the files to them, values.yaml to these levels of the schema.
KEYS = {
    "values.yaml": {
        "": "hub proxy singleuser scheduling ingress prePuller custom cull debug rbac global",
        "hub": "config extraConfig extraEnv extraFiles image services db",
        "singleuser": "cmd cpu defaultUrl extraEnv image memory networkPolicy startTimeout storage uid",
        "singleuser.image": "name tag pullPolicy pullSecrets",
        "singleuser.cpu": "guarantee limit",
        "singleuser.memory": "guarantee limit",
        "singleuser.storage": "capacity dynamic homeMountPath static type",
    },
    "compose.yaml": {
        "": "name services networks volumes configs secrets",
        "services.student": "build command image",
        "services.student.build": "args context dockerfile target",
        "services.hub": "build depends_on environment networks ports restart volumes",
        "services.hub.build": "args context dockerfile target",
        "networks.class": "name",
    },
}


@pytest.mark.parametrize("name, path", [(name, path) for name, paths in KEYS.items() for path in paths])
def test_only_keys_are_used_that_the_schema_has(name, path):
    level = yaml.safe_load(read(name))
    for part in path.split(".") if path else ():
        level = level[part]
    assert set(level) <= set(KEYS[name][path].split())


def test_kubernetes_gets_values_of_the_right_kinds_and_no_secret():
    student = yaml.safe_load(read("values.yaml"))["singleuser"]
    assert {"name", "tag"} <= set(student["image"]) and {"homeMountPath"} <= set(student["storage"])
    assert all(isinstance(size, (int, float)) for size in student["cpu"].values())
    assert all(isinstance(value, str) for value in student["extraEnv"].values())
    assert student["cmd"] == ["sh", "-c", hub.START, "--", "jupyterhub-singleuser"]
    assert not re.search("secretToken|cookieSecret", read("values.yaml")), "the chart makes them itself"


def bounds(text):
    """{package: bounds} of requirements."""
    return dict(re.findall(r"^([a-z][\w-]*)(?:\[\w+\])?(>=[\d.]+(?:,<[\d.]+)?)", text, re.MULTILINE))


def test_the_image_has_the_bounds_that_hold_without_containers():
    asked = bounds("\n".join(re.findall(r'"([a-z][^"\n]*)"', read("Dockerfile"))))
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    known = bounds(read("requirements.txt")) | bounds("\n".join(re.findall(r'"(.*?)"', project)))
    assert {"jupyterlab", "jupyterlab-myst", "ipywidgets", "jupyterhub", "nbgitpuller"} <= set(asked)
    assert {name: known[name] for name in asked if name in known} | {"dockerspawner": ">=14"} == asked


def test_the_images_get_files_that_exist_and_that_are_not_ignored():
    kept = {line[1:] for line in read("Dockerfile.dockerignore").splitlines() if line.startswith("!")}
    copied = [
        name
        for line in re.findall(r"^COPY (.*)$", read("Dockerfile"), re.MULTILINE)
        for name in line.split()[:-1]
    ]
    assert set(copied) == kept
    assert all((ROOT / name).exists() for name in copied if not name.startswith("_build"))


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["61"], "at most 60 students and 300 seconds"),
        (["2", "--seconds", "301"], "at most 60 students and 300 seconds"),
        (["2", "--hub", "http://hub.example.org"], "the hub must be on this machine"),
    ],
)
def test_measuring_is_bounded_and_stays_on_this_machine(arguments, said):
    command = [sys.executable, ROOT / "benchmarks" / "classroom.py", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2 and said in done.stderr


# --- a kernel that dies


class Channel:
    """A kernel's channel, with what it will say. Each message answers the program that came last."""

    def __init__(self, *says):
        self.says, self.name = list(says), ""

    async def write_message(self, text):
        self.name = json.loads(text)["header"]["msg_id"]

    async def read_message(self):
        kind, content, answers = self.says.pop(0)
        parent = {"msg_id": self.name} if answers else {}
        return json.dumps({"parent_header": parent, "msg_type": kind, "content": content})


def said_by(*says):
    kernel = visitor.Kernel("", "")
    kernel.socket = Channel(*says)
    return asyncio.run(kernel.run("print(1)", 5))


def test_a_kernel_that_died_is_told_from_one_that_answers():
    idle = ("status", {"execution_state": "idle"}, True)
    assert said_by(("stream", {"text": "1\n"}, True), idle) == "1\n"
    for state in ("restarting", "dead"):
        with pytest.raises(visitor.KernelDiedError, match="died"):
            said_by(("status", {"execution_state": state}, False), idle)


@pytest.fixture
def measuring():
    """benchmarks/classroom.py, which isn't tools/classroom.py."""
    spec = importlib.util.spec_from_file_location("measuring", ROOT / "benchmarks" / "classroom.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Trained:
    """A student's kernel to the benchmark: it trained to step 100, and goes on from `start`."""

    def __init__(self, pid, start):
        self.cost = {"pid": pid, "start": start, "end": start + 40}

    async def run(self, code, seconds=0):
        if "kill" in code:
            raise visitor.KernelDiedError
        return "False what a student wrote\n" if "globals" in code else json.dumps(self.cost)


def test_a_measured_class_fails_where_one_kernel_takes_from_another(measuring):
    before = [{"pid": 1, "end": 100}, {"pid": 2, "end": 100}]
    first = Trained(1, 120)
    assert asyncio.run(measuring.one_killed([first, Trained(2, 120)], before, 1)) < 5
    for other in (Trained(3, 120), Trained(2, 20)):  # a new kernel, or a training from the beginning
        with pytest.raises(visitor.VisitorError, match="took from another"):
            asyncio.run(measuring.one_killed([first, other], before, 1))


# --- a real hub

STUDENTS = ("booktryone", "booktrytwo")
LIMIT = "3G"


def can_run():
    """Why no hub can be tried here, or ""."""
    if not importlib.util.find_spec("jupyterhub"):
        return "jupyterhub is not installed"
    try:
        hub.may_separate()
    except hub.HubError as error:
        return str(error)
    return "" if shutil.which("configurable-http-proxy", path=search_path()) else "no configurable-http-proxy"


def search_path():
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])


@contextlib.contextmanager
def running(folder: Path):
    """The hub of deploy/ on a free port, with two students and two small pages; its address, and the secret
    of its passwords."""
    (folder / "students.txt").write_text("\n".join(STUDENTS))
    for name, text in (("edition/01.ipynb", "{}"), ("pages/index.html", "<h1>The book</h1>")):
        (folder / name).parent.mkdir()
        (folder / name).write_text(text)
    port, secret = free_port(), secrets.token_hex(32)
    environment = {
        **os.environ,
        **{name: secrets.token_hex(32) for name in hub.SECRETS},
        "CLASS_SECRET": secret,
        "CLASS_MEMORY": LIMIT,
        "CLASS_PORT": str(port),
        "CLASS_PAGES_PORT": str(free_port()),
        "CLASS_STUDENTS": str(folder / "students.txt"),
        "CLASS_HOMES": str(folder / "homes"),
        "CLASS_EDITION": str(folder / "edition"),
        "CLASS_PAGES": str(folder / "pages"),
        "CLASS_STATE": str(folder / "state.sqlite"),
        "PYTHONPATH": str(ROOT),
        "PATH": search_path(),
    }
    command = [sys.executable, "-m", "jupyterhub", "--config", str(DEPLOY / "jupyterhub_config.py")]
    command += [f"--ConfigurableHTTPProxy.api_url=http://127.0.0.1:{free_port()}"]
    command += [f"--JupyterHub.hub_port={free_port()}"]
    with open(folder / "hub.log", "w") as log:
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        yield f"http://127.0.0.1:{port}", secret
    except BaseException:
        print((folder / "hub.log").read_text()[-6000:])
        raise
    finally:
        server.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(30)
        server.kill()


@pytest.fixture
def folder():
    """A folder that students may enter, unlike pytest's own; the accounts go when it goes."""
    path = Path(tempfile.mkdtemp(prefix="class-"))
    path.chmod(0o755)
    yield path
    for name in STUDENTS:
        subprocess.run(["userdel", "--force", hub.ACCOUNT.format(name)], capture_output=True)
    shutil.rmtree(path, ignore_errors=True)


async def opened(address: str) -> str:
    """The book's page, when the server has come up."""
    for _ in range(240):
        with contextlib.suppress(OSError):
            return await asyncio.to_thread(lambda: urllib.request.urlopen(address).read().decode())
        await asyncio.sleep(0.5)
    raise RuntimeError("the hub did not start")


LOOK = """
import os, pathlib
def what(path):
    try:
        return pathlib.Path(path).read_text()
    except OSError as error:
        return type(error).__name__
print(sorted(p.name for p in (pathlib.Path.home() / "book").iterdir()))
print(what({theirs!r}), what({state!r}), os.getuid() > 0, get_ipython().kernel.parent.transport)
print([name for name in os.environ if name in {secrets!r}])
pathlib.Path("mine.txt").write_text("mine")
try:
    bytearray(4 << 30)
except MemoryError:
    print("no more")
"""


async def lesson(address, secret, folder):
    assert "The book" in await opened(f"{address}/services/book/")
    one, two = (visitor.Visitor(address, name) for name in STUDENTS)
    with pytest.raises(visitor.VisitorError, match="403"):
        await one.log_in(hub.password(two.name, secret))
    kernels = []
    for student in (one, two):
        await student.log_in(hub.password(student.name, secret))
        await student.start()
        kernels.append(await visitor.Kernel.start(student.server, student.token))
    assert await kernels[1].run("open('mine.txt', 'w').write('a secret'); print(1)") == "1\n"
    theirs, state = folder / "homes" / two.name / "mine.txt", folder / "state.sqlite"
    assert theirs.exists() and state.exists()
    look = LOOK.format(theirs=str(theirs), state=str(state), secrets=list(hub.SECRETS))
    seen = (await kernels[0].run(look)).splitlines()
    assert seen == ["['01.ipynb']", "PermissionError PermissionError True ipc", "[]", "no more"]
    for path in ("api/contents/mine.txt", "api/kernels"):  # nor by the server's own addresses
        code, _ = await visitor.ask(f"{two.server}/{path}", token=one.token)
        assert code in (302, 403)
    trained = "from gan_teach.loop import __doc__ as text; print(len(text) > 10)"
    assert await kernels[0].run(trained) == "True\n"
    with pytest.raises(visitor.KernelDiedError):
        await kernels[0].run("os.kill(os.getpid(), 9)")
    assert await kernels[0].run("print(open('mine.txt').read(), 'look' in globals())") == "mine False\n"
    await one.stop()
    assert await kernels[1].run("print(open('mine.txt').read())") == "a secret\n"
    await two.stop()


@pytest.mark.slow
@pytest.mark.skipif(bool(can_run()), reason=can_run())
def test_two_students_in_a_real_hub(folder):
    with running(folder) as (address, secret):
        asyncio.run(asyncio.wait_for(lesson(address, secret, folder), 400))
