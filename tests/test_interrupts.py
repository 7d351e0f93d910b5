"""Ctrl-C at many moments of a start: the same exit code and line, and never a traceback."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.test_stop import LINE
from tests.world import ROOT, environment

pytestmark = pytest.mark.runs

MOMENTS = 8
START = """
import os, sys
from tasks.core import command, stop
stop.stop_at_once()
os.write(1, b"x")
sys.argv = ["luigi", *sys.argv[1:]]
command.main()
"""
"""What the `luigi` command does, and a sign that it has begun: before that, Python itself answers Ctrl-C."""
STATUS = [sys.executable, "-c", START, "--module", "pipeline", "Status"]


def started(folder: Path) -> subprocess.Popen[str]:
    """Start the command, and wait until it has begun."""
    pipe = subprocess.PIPE
    run = subprocess.Popen(STATUS, cwd=folder, env=environment(ROOT), stdout=pipe, stderr=pipe, encoding="utf-8")
    assert run.stdout is not None
    run.stdout.read(1)
    return run


def moments(folder: Path) -> Iterator[float]:
    """Yield seconds after the start, in equal steps through a whole run."""
    run = started(folder)
    begin = time.monotonic()
    run.communicate()
    whole = time.monotonic() - begin
    yield from (whole * number / MOMENTS for number in range(MOMENTS))


@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)])
def test_a_stop_at_any_moment_of_a_start(tmp_path: Path, number: signal.Signals) -> None:
    for moment in moments(tmp_path):
        run = started(tmp_path)
        time.sleep(moment)
        run.send_signal(number)
        _, said = run.communicate()
        assert (run.returncode, said.strip()) in ((130, LINE), (0, "")), f"after {moment:.2f} s"
