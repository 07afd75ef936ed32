"""A student as the server sees one: logs in, starts a server and a kernel, runs programs. For tests and for
measuring, through the same addresses that a browser asks; plain asyncio."""

import asyncio
import json
import uuid

from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import websocket_connect


class VisitorError(RuntimeError):
    """The server said no, or nothing; the text has its words."""


class KernelDiedError(VisitorError):
    """The kernel ended while it ran a program; the server starts a new one under the same address."""


async def ask(address: str, method: str = "GET", body=None, token: str = "", seconds: float = 60):
    """The status and the answer (JSON, or text)."""
    headers = {"Authorization": f"token {token}"} if token else {}
    content = None if method in ("GET", "DELETE") else json.dumps({} if body is None else body)
    request = HTTPRequest(address, method, headers, content, request_timeout=seconds, follow_redirects=False)
    answer = await AsyncHTTPClient().fetch(request, raise_error=False)
    text = (answer.body or b"").decode(errors="replace")
    try:
        return answer.code, json.loads(text)
    except json.JSONDecodeError:
        return answer.code, text


class Kernel:
    """A kernel's channels. run(code) gives what the code prints."""

    def __init__(self, address: str, token: str):
        self.address, self.token, self.socket = address, token, None

    @classmethod
    async def start(cls, server: str, token: str) -> "Kernel":
        """A new kernel of a Jupyter server."""
        code, said = await ask(f"{server}/api/kernels", "POST", {"name": "python3"}, token)
        if code != 201:
            raise VisitorError(f"no kernel: {code} {said}")
        kernel = cls(f"{server}/api/kernels/{said['id']}", token)
        address = kernel.address.replace("http", "ws", 1) + "/channels"
        kernel.socket = await websocket_connect(
            HTTPRequest(address, headers={"Authorization": f"token {token}"}), max_message_size=1 << 26
        )
        return kernel

    async def run(self, code: str, seconds: float = 120, first=None) -> str:
        """What the program prints, and the last lines of its error. first: is called when the first picture
        or text comes."""
        name = uuid.uuid4().hex
        content = {"code": code, "silent": False, "store_history": False, "allow_stdin": False}
        header = {
            "msg_id": name,
            "msg_type": "execute_request",
            "username": "",
            "session": name,
            "version": "5.3",
        }
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        await self.socket.write_message(json.dumps({**message, "channel": "shell", "buffers": []}))
        return await asyncio.wait_for(self._printed(name, first), seconds)

    async def _printed(self, name: str, first) -> str:
        printed = []
        while True:
            text = await self.socket.read_message()
            if text is None:
                raise VisitorError("the kernel's connection was closed")
            said = json.loads(text) if isinstance(text, str) else {}
            if said.get("content", {}).get("execution_state") in ("restarting", "dead"):
                raise KernelDiedError("the kernel died")
            if said.get("parent_header", {}).get("msg_id") != name:
                continue
            kind, content = said["msg_type"], said["content"]
            if kind == "status" and content["execution_state"] == "idle":
                return "".join(printed)
            if kind in ("stream", "display_data") and first:
                first()
                first = None
            if kind == "stream":
                printed.append(content["text"])
            elif kind == "error":
                printed.append(f"{content['ename']}: {content['evalue']}\n")

    async def end(self) -> None:
        """Close the channels and end the kernel."""
        self.socket.close()
        await ask(self.address, "DELETE", token=self.token)


class Visitor:
    """A student of a hub."""

    def __init__(self, address: str, name: str):
        self.address, self.name, self.token = address.rstrip("/"), name, ""
        self.server = f"{self.address}/user/{name}"

    async def log_in(self, password: str) -> None:
        """Errors: `VisitorError` for a wrong password."""
        given = {"auth": {"username": self.name, "password": password}}
        code, said = await ask(f"{self.address}/hub/api/users/{self.name}/tokens", "POST", given)
        if code not in (200, 201):
            raise VisitorError(f"not logged in: {code} {said}")
        self.token = said["token"]

    async def start(self, seconds: float = 180) -> None:
        """Start the student's server, and wait for it."""
        user = f"{self.address}/hub/api/users/{self.name}"
        code, said = await ask(f"{user}/server", "POST", token=self.token, seconds=seconds)
        if code not in (201, 202, 400):  # 400: it runs already
            raise VisitorError(f"no server: {code} {said}")
        async with asyncio.timeout(seconds):
            while True:
                code, said = await ask(user, token=self.token)
                if code == 200 and (said.get("servers") or {}).get("", {}).get("ready"):
                    return
                await asyncio.sleep(0.5)

    async def stop(self) -> None:
        """Stop the student's server."""
        await ask(f"{self.address}/hub/api/users/{self.name}/server", "DELETE", token=self.token)
