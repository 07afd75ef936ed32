"""The book's pages, as a service of the hub. They are the same for all, so nobody has to log in."""

import asyncio
import contextlib
import os
import sys
from urllib.parse import urlparse

from tornado.web import Application, StaticFileHandler


async def main(folder: str) -> None:
    prefix = os.environ["JUPYTERHUB_SERVICE_PREFIX"]
    here = {"path": folder, "default_filename": "index.html"}
    address = urlparse(os.environ["JUPYTERHUB_SERVICE_URL"])
    Application([(f"{prefix}(.*)", StaticFileHandler, here)]).listen(address.port, "127.0.0.1")
    await asyncio.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):  # how the hub ends it
        asyncio.run(main(sys.argv[1]))
