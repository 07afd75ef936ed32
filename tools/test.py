"""Run every test: the package, the tools, the built pages in a browser, and each notebook cell by cell.

python tools/test.py                      everything, two at a time
python tools/test.py tests/test_prose.py  whatever pytest is asked for
"""

import os
import subprocess
import sys

from execute import SECONDS_PER_CELL, SIDE_BY_SIDE, prepare_environment
from toc import ROOT, notebooks

# The cells tagged nbval-check-output are compared with what is stored, the others have to run.
NBVAL = ["--nbval-lax", "--nbval-current-env", f"--nbval-cell-timeout={SECONDS_PER_CELL}"]
# loadscope keeps the cells of a notebook, and the tests of a module, on one worker and in order.
PARALLEL = ["-n", str(SIDE_BY_SIDE), "--dist", "loadscope"]


def main() -> int:
    prepare_environment()
    os.environ["GAN_TEACH_DEVICE"] = "cpu"
    os.environ.pop("MPLBACKEND", None)  # or the notebooks would draw into it instead of into the page
    asked = sys.argv[1:] or ["tests", *(str(path.relative_to(ROOT)) for path in notebooks())]
    command = [sys.executable, "-m", "pytest", *NBVAL, *PARALLEL, "--durations=8", "-q", *asked]
    return subprocess.run(command, cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
