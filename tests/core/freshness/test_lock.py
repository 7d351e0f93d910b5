import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tasks.core.freshness.lock import locked
from tests.world import ROOT

HOLD = """
import sys
from pathlib import Path
from tasks.core.freshness.lock import locked
with locked(Path(sys.argv[1]), sys.argv[2] == "alone", lambda: print("waits", flush=True)):
    print("holds", flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_process(path: Path, how: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that asks for the lock and holds it until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path), how],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_readers_share_and_a_writer_waits_for_them(tmp_path: Path) -> None:
    path = tmp_path / "locks" / "lock"
    with another_process(path, "shared") as one, another_process(path, "shared") as two:
        assert (line(one), line(two)) == ("holds", "holds")
        with another_process(path, "alone") as writer:
            assert line(writer) == "waits"
            one.kill()
            two.kill()
            assert line(writer) == "holds"


def test_a_writer_that_was_killed_holds_nothing(tmp_path: Path) -> None:
    with another_process(tmp_path / "lock", "alone") as writer:
        assert line(writer) == "holds"
        writer.kill()
        writer.wait()
        waited: list[bool] = []
        with locked(tmp_path / "lock", True, lambda: waited.append(True)):
            assert waited == []
