"""All tests run on the CPU and on one thread, whatever the machine has: set before anything imports torch."""

import os

os.environ["GAN_TEACH_DEVICE"] = "cpu"
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("MKL_NUM_THREADS", "1")
os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")

import matplotlib  # noqa: E402

matplotlib.use("Agg")  # in this process only: the kernels of the notebooks draw inline
