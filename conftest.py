"""For the tests in tests/ and the notebooks in book/ alike: who judges a notebook, and how two workers share
the work."""

from xdist.scheduler import LoadScopeScheduling

pytest_plugins = ["executed"]

# Modules whose tests use something that takes long to make: they stay together, on one worker and in order.
TOGETHER = ("tests/test_clinic.py", "tests/test_lab.py")


class Shared(LoadScopeScheduling):
    """Each test goes to the worker that is free; only these stay together: the cells of a notebook, the tests
    of a class, and the modules above."""

    def _split_scope(self, nodeid):
        path, *names = nodeid.split("[")[0].split("::")
        if path.endswith(".ipynb") or path in TOGETHER:
            return path
        return "::".join([path, names[0]]) if len(names) > 1 else nodeid


def pytest_xdist_make_scheduler(config, log):
    """In the order in which the tests were collected: what takes longest is asked for first."""
    if config.getvalue("dist") == "loadscope":
        config.option.loadscopereorder = False
        return Shared(config, log)


def pytest_collection_modifyitems(items):
    """The built pages come last: they are written from what the notebooks gave."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
