"""Write requirements.txt, the lock of the whole environment, from requirements.in.

python tools/lock.py             # keeps the versions that still fit
python tools/lock.py --upgrade   # takes the newest ones that fit
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# torch names these itself where a machine has use for them; in the lock they would be fetched,
# gigabytes of them, beside a torch that was built without CUDA.
BROUGHT_BY_TORCH = re.compile(r"(nvidia-|cuda-|triton\b)")

HEADER = """\
# The whole environment, for Python 3.11 or newer on Linux, macOS and Windows.
# Made from requirements.in by `make lock`; install it from this folder.
"""


def lines_of_the_book(resolved: str) -> list[str]:
    """Keep what the lock should name; a local build of torch stands for its public version."""
    lines = [line.strip() for line in resolved.splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    lines = [line for line in lines if not BROUGHT_BY_TORCH.match(line)]
    return [re.sub(r"^(torch==[^+\s]+)\+\w+", r"\1", line) for line in lines]


def resolve(extra: list[str]) -> str:
    # The answer goes to a file of its own: uv reads an existing output to keep its versions.
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "lock.txt"
        old = ROOT / "requirements.txt"
        if old.exists():
            out.write_text(old.read_text(encoding="utf-8"), encoding="utf-8")
        command = [
            sys.executable,
            "-m",
            "uv",
            "pip",
            "compile",
            "--quiet",
            "--universal",
            "--python-version",
            "3.11",
            "--no-annotate",
            "--no-header",
            "requirements.in",
            "--output-file",
            str(out),
            *extra,
        ]
        if subprocess.run(command, cwd=ROOT).returncode:
            sys.exit("requirements.txt is unchanged: uv found no set of versions that fits")
        return out.read_text(encoding="utf-8")


def main() -> None:
    lines = lines_of_the_book(resolve(sys.argv[1:]))
    (ROOT / "requirements.txt").write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"requirements.txt: {len(lines)} lines")


if __name__ == "__main__":
    main()
