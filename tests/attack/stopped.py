"""States in which a run was killed that had finished a part of its work: a download, shards, a training."""

import hashlib
import os
import shutil
import signal
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.attack.chain import Step, World, results
from tests.attack.fault import KILL, Faults, Plan
from tests.attack.states import State

SHARDS = Step("SmallImages", ("SmallImages", "--small-shard-size", "2"))
SENT = 2_500_000
"""How much of an archive is sent before the first run is killed, bytes."""
PADDING = 1_000_000
"""How much more follows, bytes."""


class Archive:
    """An archive on a server of this machine, which stops halfway in its first answer."""

    def __init__(self, content: bytes) -> None:
        """Start the server."""
        self.content = content
        self.halfway, self.killed = threading.Event(), threading.Event()
        archive = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                start = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
                self.send_response(206 if start else 200)
                self.send_header("ETag", '"one"')
                self.send_header("Content-Length", str(len(archive.content) - start))
                if start:
                    size = len(archive.content)
                    self.send_header("Content-Range", f"bytes {start}-{size - 1}/{size}")
                self.end_headers()
                if archive.halfway.is_set():
                    with suppress(OSError):  # the client may have enough
                        self.wfile.write(archive.content[start:])
                    return
                self.wfile.write(archive.content[:SENT])
                archive.halfway.set()
                archive.killed.wait(60)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def step(self) -> Step:
        """The command that downloads it."""
        address = f"http://127.0.0.1:{self._server.server_port}/portraits.zip"
        digest = hashlib.sha256(self.content).hexdigest()
        return Step(
            "DownloadOriginals",
            ("DownloadOriginals", "--originals-source", address, "--originals-sha256", digest),
        )

    def kill_halfway(self, process: int) -> None:
        """Kill a run once it has what came."""
        self.halfway.wait(60)
        time.sleep(0.5)
        os.kill(process, signal.SIGKILL)
        self.killed.set()


def stopped_states(world: World, states: list[State], folder: Path) -> list[State]:
    """Return the states, each with what its command makes when it is resumed."""
    found = [_downloaded(world, folder), _killed(world, SHARDS, states[1].before, 0, folder / "shards")]
    training = next((state for state in states if state.step.name == "TrainModel"), None)
    if training:
        found.append(_killed(world, training.step, training.before, 1, folder / "training"))
    return found


def _downloaded(world: World, folder: Path) -> State:
    archive = Path(shutil.make_archive(str(folder / "portraits"), "zip", world.inputs / "portraits")).read_bytes()
    content = os.urandom(SENT + PADDING) + archive  # a zip may have anything before it
    server = Archive(content)
    shutil.rmtree(world.data)
    world.data.mkdir()
    world.run(server.step, meanwhile=server.kill_halfway)
    return _resumed(world, server.step, folder / "download")


def _killed(world: World, step: Step, before: Path, at: int, folder: Path) -> State:
    """Kill a command at one of its renamings."""
    faults = Faults(world.data, world.inputs)
    world.reset(before)
    faults.plan(Plan(KILL, at, calls=("rename",)))
    run = world.run(step)
    faults.stop()
    if run.code != -signal.SIGKILL:
        raise RuntimeError(f"{step.name} was not killed:\n{run.said}")
    return _resumed(world, step, folder)


def _resumed(world: World, step: Step, folder: Path) -> State:
    shutil.copytree(world.data, folder, symlinks=True)
    run = world.run(step)
    if run.code != 0:
        raise RuntimeError(f"{step.name} was not resumed:\n{run.said}")
    return State(step, folder, folder, results(world.data), run.seconds)
