"""Open the book in JupyterLab.

python tools/lab.py [OPTION ...]      options as `jupyter lab` takes them
"""

import sys

from execute import prefer_own_kernel
from toc import ROOT


def main(options: list[str]) -> None:
    prefer_own_kernel()
    sys.path.pop(0)  # this folder has names that JupyterLab may mean otherwise
    from jupyterlab.labapp import LabApp

    if not any("root_dir" in option for option in options):
        options = [f"--ServerApp.root_dir={ROOT / 'book'}", *options]
    LabApp.launch_instance(options)


if __name__ == "__main__":
    main(sys.argv[1:])
