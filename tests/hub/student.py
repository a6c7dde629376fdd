"""A simulated student, who opens a lesson and runs it through the hub's own doors."""

import asyncio
import json
import time
import uuid
from dataclasses import dataclass, field
from urllib.parse import quote

from hub import Hub
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

SECONDS_TO_SEAT = 600
SECONDS_PER_CELL = 600
LARGEST_MESSAGE = 100 * 2**20


@dataclass
class Student:
    """A student with a token of their own, and what happened to them.

    Attributes:
        hub: where they are.
        name: their account.
        token: opens what the student may do, and nothing else.
        seconds_to_seat: from the wish for a server to a server that is ready.
        seconds_to_run: from the wish for a kernel to the end of the last cell.
        lesson: the file that they ran.
        cells: how many of its cells ran.
        errors: cell id and message of each that failed.
    """

    hub: Hub
    name: str
    token: str = ""
    seconds_to_seat: float = 0.0
    seconds_to_run: float = 0.0
    lesson: str = ""
    cells: int = 0
    errors: list[str] = field(default_factory=list)

    async def ask(self, path: str, method: str = "GET", body=None, token=None):
        """Send a request under the student's token, or another, and read its answer."""
        response = await AsyncHTTPClient().fetch(
            HTTPRequest(
                self.hub.url + path,
                method,
                self.headers(token),
                body=None if method == "GET" else json.dumps(body or {}),
                allow_nonstandard_methods=True,
                request_timeout=120,
            )
        )
        return json.loads(response.body) if response.body else None

    async def status(self, path: str) -> int:
        """Return what the hub answers to the student's wish to see a page."""
        wish = HTTPRequest(self.hub.url + path, headers=self.headers())
        return (await AsyncHTTPClient().fetch(wish, raise_error=False)).code

    def headers(self, token: str | None = None) -> dict[str, str]:
        return {"Authorization": f"token {token or self.token}"}

    async def enroll(self) -> None:
        """Let the registrar hand out the token of an account; the hub has made it."""
        tokens = f"/hub/api/users/{self.name}/tokens"
        made = await self.ask(tokens, "POST", token=self.hub.token)
        self.token = made["token"]

    async def sit_down(self) -> None:
        """Start the student's server, and wait until it is ready."""
        begin = time.monotonic()
        account = f"/hub/api/users/{self.name}"
        await self.ask(f"{account}/server", "POST")
        while not await self.seated():
            if time.monotonic() - begin > SECONDS_TO_SEAT:
                raise TimeoutError(f"{self.name} has no server")
            await asyncio.sleep(0.5)
        self.seconds_to_seat = time.monotonic() - begin

    async def seated(self) -> bool:
        """Tell whether the student's server is ready."""
        account = await self.ask(f"/hub/api/users/{self.name}")
        return account["servers"].get("", {}).get("ready", False)

    async def files(self) -> list[str]:
        """Return what lies on the student's desk."""
        listed = await self.ask(f"/user/{self.name}/api/contents/")
        return sorted(entry["name"] for entry in listed["content"])

    async def run_lesson(self, file: str) -> None:
        """Execute every cell of a lesson, as JupyterLab does."""
        self.lesson = file
        server = f"/user/{self.name}/api"
        lesson = await self.ask(f"{server}/contents/{quote(file)}")
        begin = time.monotonic()
        wanted = {"name": "python3", "path": file}
        kernel = await self.ask(f"{server}/kernels", "POST", wanted)
        address = self.hub.url.replace("http", "ws", 1)
        socket = await websocket_connect(
            HTTPRequest(
                f"{address}{server}/kernels/{kernel['id']}/channels",
                headers=self.headers(),
            ),
            max_message_size=LARGEST_MESSAGE,
        )
        for cell in lesson["content"]["cells"]:
            if cell["cell_type"] == "code":
                if error := await execute(socket, cell):
                    self.errors.append(f"{self.name}, cell {cell['id']}: {error}")
                self.cells += 1
        self.seconds_to_run = time.monotonic() - begin
        socket.close()


async def execute(socket: WebSocketClientConnection, cell: dict) -> str:
    """Run one cell; return what went wrong, or ""."""
    header = {
        "msg_id": uuid.uuid4().hex,
        "msg_type": "execute_request",
        "username": "",
        "session": "class",
        "version": "5.3",
    }
    request = {
        "channel": "shell",
        "header": header,
        "parent_header": {},
        "metadata": {"cellId": cell["id"]},
        "content": {
            "code": cell["source"],
            "silent": False,
            "store_history": True,
            "allow_stdin": False,
            "stop_on_error": True,
        },
    }
    await socket.write_message(json.dumps(request))
    reply, idle = None, False
    while reply is None or not idle:
        text = await asyncio.wait_for(socket.read_message(), SECONDS_PER_CELL)
        if text is None:
            return "the connection was closed"
        message = json.loads(text)
        if message["parent_header"].get("msg_id") != header["msg_id"]:
            continue
        if message["msg_type"] == "execute_reply":
            reply = message["content"]
        idle |= message["content"].get("execution_state") == "idle"
    ok = reply["status"] == "ok"
    return "" if ok else f"{reply.get('ename')}: {reply.get('evalue')}"
