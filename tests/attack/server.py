"""A hostile server: an archive is downloaded from it, and then again from a good one into the same folder.

A script of answers is drawn for each case: connections get one after the other, and the last again and again. Held
is the right file, whole, or a sentence, in bounded time, memory and disk space.
"""

import contextlib
import hashlib
import random
import resource
import shutil
import socket
import struct
import threading
from importlib import import_module
from pathlib import Path

from tests.attack.answers import ANSWERS, FILES, MIXING, TIMEOUT, Answer, Request, good
from tests.attack.core import Attack, Outcome
from tests.attack.forks import Forks

MOST = 2_000_000
"""How large a download may be here, bytes."""
SECONDS = 60.0
"""How long a download may take, with the client's limits of time shortened."""
MEMORY = 4 << 30
"""How much memory a download may have, with all that is imported, bytes."""


class _Server:
    """A server that gives the answers of a script."""

    def __init__(self, script: list[Answer], generator: random.Random) -> None:
        self._script, self._generator = script, generator
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}/portraits.zip"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            answer = self._script.pop(0) if len(self._script) > 1 else self._script[0]
            threading.Thread(target=self._answer, args=(connection, answer), daemon=True).start()

    def _answer(self, connection: socket.socket, answer: Answer) -> None:
        with contextlib.suppress(OSError), connection:
            connection.settimeout(20)
            head = b""
            while b"\r\n\r\n" not in head and (more := connection.recv(65536)):
                head += more
            asked, tag = _value(head, b"range: bytes="), _value(head, b"if-range: ")
            start = int(asked.partition("-")[0] or 0)
            try:
                for piece in answer(Request(start, bool(asked), tag, self.address, self._generator)):
                    connection.sendall(piece)
            except ConnectionResetError:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def close(self) -> None:
        self._socket.close()


def _value(head: bytes, name: bytes) -> str:
    """Return what is behind a name in the head of a request; "" if it is not there."""
    return head.lower().partition(b"\r\n" + name)[2].partition(b"\r\n")[0].decode("latin-1")


class Server(Attack):
    """Downloads from a hostile server."""

    name = "server"

    def prepare(self, folder: Path) -> None:
        """Do nothing: the files are the same for all."""

    def start(self, folder: Path) -> None:
        """Prepare the folder."""
        self.folder = folder / "download"
        self.forks = Forks(folder / "log")

    def run(self, number: int, draw: random.Random) -> Outcome:
        """Download by a script that begins with one of the answers."""
        first = ANSWERS[number % len(ANSWERS)]
        script = [first, *draw.choices(ANSWERS, k=draw.choice((0, 1, 3)))]
        digest = hashlib.sha256(FILES[0]).hexdigest() if draw.random() < 0.4 else ""
        allowed = FILES[:1] if digest else None if MIXING & set(script) else FILES
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        done = ", ".join(answer.__name__.strip("_") for answer in script)
        problem = self._download(_Server(script, draw), digest, allowed)
        if not problem:
            problem = self._recover(draw, is_mixed=bool(MIXING & set(script)))
        return Outcome(
            first.__name__.strip("_").replace("_", " "), f"{done}{', digest given' * bool(digest)}", problem
        )

    def _recover(self, draw: random.Random, is_mixed: bool) -> str:
        """Download from a good server; what was mixed before may be noticed and removed first."""
        digest = hashlib.sha256(FILES[0]).hexdigest()
        problem = self._download(_Server([good], draw), digest, FILES[:1], must_succeed=True)
        if problem and is_mixed:
            problem = self._download(_Server([good], draw), digest, FILES[:1], must_succeed=True)
        return problem

    def _download(
        self, server: _Server, digest: str, allowed: tuple[bytes, ...] | None, must_succeed: bool = False
    ) -> str:
        def work() -> None:
            print(_problem(server.address, self.folder, digest, allowed, must_succeed), end="")

        run = self.forks.run(self.folder, work, seconds=SECONDS)
        server.close()
        again = "from a good server then: " if must_succeed else ""
        if run.code != 0:
            return f"{again}exit code {run.code} after {run.seconds:.0f} s\n{run.said}"
        return f"{again}{run.said}" if run.said else ""


def _problem(
    address: str, folder: Path, digest: str, allowed: tuple[bytes, ...] | None, must_succeed: bool
) -> str:
    """Download in this process, which ends then; return what did not hold."""
    from tasks.core.errors import UserError

    body, module = (import_module(f"tasks.originals.download.{name}") for name in ("body", "download"))
    for one, name, value in (
        (module, "TIMEOUTS", (TIMEOUT, TIMEOUT)),
        (module, "SPEED_SECONDS", TIMEOUT),
        (body, "SPEED_SECONDS", TIMEOUT),
    ):
        assert hasattr(one, name)
        setattr(one, name, value)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    content: bytes | None = None
    try:
        path: Path = module.download(address, folder, digest, wait=lambda seconds: None, most=MOST)
        content = path.read_bytes()
        path.unlink()  # as the stage takes it away
    except UserError as error:
        if must_succeed or not str(error):
            return f"UserError: {error}"
    used = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    if used > 2 * MOST:
        return f"{used / 1e6:.0f} MB in the folder"
    if content is not None and allowed is not None and content not in allowed:
        return f"a file of {len(content)} bytes that the server does not have"
    return ""
