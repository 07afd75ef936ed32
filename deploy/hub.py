"""A class's server: who may come in, where a student's files lie, and how much memory a student gets.

    CLASS_SECRET=... python deploy/hub.py passwords students.txt    a list of passwords, to hand out

FOR TRYING, and for a class in its own network. A student's password follows from CLASS_SECRET and the name,
nobody can change it, and guesses are not counted. Behind a public address use an authenticator of your
institution, and TLS.
"""

import hashlib
import hmac
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

MEMORY = "2G"  # a student's share
NAME = re.compile(r"[a-z][a-z0-9]{0,19}")
SECRETS = {"CLASS_SECRET": 32, "CONFIGPROXY_AUTH_TOKEN": 32, "JPY_COOKIE_SECRET": 64}
NOBODY = 65534  # the account that has no rights
ACCOUNT = "class-{}"  # so that no student is root, or anybody else whom the system knows


class HubError(RuntimeError):
    """The server can't be started like this; the text says why."""


def secrets(environment=os.environ) -> dict[str, str]:
    """The server's secrets. Errors: `HubError` for one that is missing or short."""
    short = [f"{name} ({n} characters)" for name, n in SECRETS.items() if len(environment.get(name, "")) < n]
    if short:
        raise HubError(
            f"the environment must hold {', '.join(short)}. Make each once, and keep it out of files "
            "that are shared: python -c 'import secrets; print(secrets.token_hex(32))'"
        )
    return {name: environment[name] for name in SECRETS}


def students(path) -> list[str]:
    """The names in a file, one a line. Errors: `HubError` for none, or one that can't be an account."""
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    names = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    odd = [name for name in names if not NAME.fullmatch(name)]
    if odd or not names:
        raise HubError(
            f"{path} must have one name a line, of up to 20 small letters and digits, but it has "
            f"{', '.join(map(repr, odd)) or 'none'}"
        )
    return names


def password(name: str, secret: str) -> str:
    """A student's password: whoever knows one can't tell another."""
    return hmac.new(secret.encode(), name.encode(), hashlib.sha256).hexdigest()[:12]


def correct(name: str, given: str, secret: str) -> bool:
    """Whether this is the student's password."""
    return hmac.compare_digest(password(name, secret).encode(), given.strip().encode())


def number_of_bytes(size: str) -> int:
    """2G -> 2147483648. Errors: `HubError`."""
    found = re.fullmatch(r"(\d+)([KMG])", size)
    if not found:
        raise HubError(f"CLASS_MEMORY must be like 500M or 2G, but {size!r} was given")
    return int(found[1]) << {"K": 10, "M": 20, "G": 30}[found[2]]


def may_separate() -> None:
    """Errors: `HubError` where students could read each other's files."""
    if os.name != "posix" or os.geteuid() != 0 or not shutil.which("useradd"):
        raise HubError(
            "without containers each student gets an account of the system, for which the server must be "
            "started by root on Linux; else use deploy/compose.yaml"
        )
    try:
        subprocess.run([sys.executable, "-c", ""], user=NOBODY, group=NOBODY, cwd="/", check=True)
    except (OSError, subprocess.CalledProcessError):
        raise HubError(
            f"students can't run {sys.executable}: it lies, or links to, where only its owner may look. Make "
            "the environment with a Python that all accounts may run, such as /usr/bin/python3"
        ) from None


def home_of(name: str, homes: Path) -> Path:
    """The student's account and home, made if need be; nobody else may look into it."""
    import pwd

    account, home = ACCOUNT.format(name), homes / name
    try:
        pwd.getpwnam(account)
    except KeyError:
        homes.mkdir(parents=True, exist_ok=True)
        homes.chmod(0o711)  # to pass through, not to look around
        command = ["useradd", "--create-home", "--home-dir", home, "--shell", "/usr/sbin/nologin", account]
        subprocess.run(command, check=True, capture_output=True)
    os.chmod(home, 0o700)
    return home


def limited(become, size: int):
    """What a student's process does first: take a limit for its own data, and become the student. Each of
    the student's processes has the limit by itself: only containers limit all of them together."""
    import resource

    def begin():
        resource.setrlimit(resource.RLIMIT_DATA, (size, size))
        become()
        os.umask(0o077)

    return begin


# The student's own account copies, so that nothing of root's is written where a student made a link.
START = 'mkdir -p "$HOME/book"; cp -rn "$CLASS_EDITION/." "$HOME/book/"; exec "$@"'


def passwords(arguments: list[str]) -> int:
    """Print the list for the lecturer."""
    secret = os.environ.get("CLASS_SECRET", "")
    if len(arguments) != 2 or arguments[0] != "passwords" or len(secret) < SECRETS["CLASS_SECRET"]:
        print(__doc__)
        return 2
    for name in students(arguments[1]):
        print(f"{name:20} {password(name, secret)}")
    return 0


if __name__ == "__main__":
    sys.exit(passwords(sys.argv[1:]))
