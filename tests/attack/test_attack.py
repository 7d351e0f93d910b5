"""The attack in its short form; `python -m tests.attack` is the long one."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.attack.core import Attack, Cases, Outcome, Tally
from tests.attack.damage import forged
from tests.attack.fault import COMPILER, compile_library
from tests.attack.mutate import mutated
from tests.attack.seeds import seeds
from tests.world import ROOT, environment

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the attack needs Linux")
needs_compiler = pytest.mark.skipif(COMPILER is None, reason="there is no C compiler (cc) for the preload library")

FAILS = """
import errno, os, sys
from pathlib import Path
from tests.attack.fault import FAIL, KILL, SHORTEN, Faults, Plan

folder, action = Path(sys.argv[1]), sys.argv[2]
(folder / "file").write_bytes(b"0123456789")
faults = Faults(folder, folder)
if action == "fail":
    faults.plan(Plan(FAIL, 1, error=errno.EIO, calls=("read",)))
    assert os.read(os.open(folder / "file", os.O_RDONLY), 4) == b"0123"
    try:
        os.read(os.open(folder / "file", os.O_RDONLY), 4)
    except OSError as error:
        assert error.errno == errno.EIO
        assert faults.last == "read /file: EIO", faults.last
        sys.exit(0)
if action == "shorten":
    faults.plan(Plan(SHORTEN, calls=("read",)))
    sys.exit(os.read(os.open(folder / "file", os.O_RDONLY), 8) != b"0123")
if action == "kill":
    os.setsid()
    faults.plan(Plan(KILL, calls=("unlink",)))
    (folder / "file").unlink()
sys.exit(1)
"""


class Sample(Attack):
    """Of three cases one holds, one does not, and one raises an error."""

    name = "sample"

    def prepare(self, folder: Path) -> None:
        pass

    def run(self, number: int, draw: random.Random) -> Outcome:
        return Outcome("a group", f"drew {draw.random()}", ("", "it broke")[number])


def test_what_does_not_hold_is_counted_and_says_how_to_repeat_it(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    tally = Tally()
    tally.take(Sample(), Cases(7, range(3)), tmp_path, processes=2)
    printed = capfd.readouterr().out
    assert not tally.all_held
    assert (tally.tried.total(), tally.held.total()) == (3, 1)
    assert "it broke\n  again: python -m tests.attack --only sample --seed 7 --case 1\n" in printed
    assert "IndexError" in printed
    assert [line.split() for line in tally.table()][1][:3] == ["sample", "3", "1"]


def test_a_case_is_the_same_each_time() -> None:
    known = seeds()
    for number in range(0, len(known), 7):
        twice = [mutated(known[number], known, random.Random(number)) for _ in range(2)]
        assert twice[0] == twice[1]
    assert forged('{"a": [1, 2]}', random.Random(1)) != '{"a": [1, 2]}'


@needs_compiler
@pytest.mark.runs
@pytest.mark.parametrize(("action", "code"), [("fail", 0), ("shorten", 0), ("kill", -9)])
def test_calls_fail_are_short_and_kill_as_planned(tmp_path: Path, action: str, code: int) -> None:
    library = compile_library(tmp_path)
    run = subprocess.run(
        [sys.executable, "-c", FAILS, str(tmp_path), action],
        cwd=ROOT,
        env={**environment(ROOT), "LD_PRELOAD": str(library)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == code, run.stderr


def attack(*arguments: str) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.attack", *arguments],
        cwd=ROOT,
        env=environment(ROOT),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.runs
@pytest.mark.parametrize(("kind", "count"), [("inputs", 150), pytest.param("server", 12, marks=pytest.mark.slow)])
def test_inputs_and_servers_do_no_harm(kind: str, count: int) -> None:
    attack("--only", kind, "--count", str(count), "--seed", "1")


@needs_compiler
@pytest.mark.slow
def test_a_chain_without_training_recovers() -> None:
    kinds = ("--only", "flips", "--only", "kills", "--only", "faults")
    attack(*kinds, "--count", "12", "--seed", "2", "--without-training")


@needs_compiler
@pytest.mark.slow
def test_a_chain_through_training_and_report_recovers() -> None:
    attack("--only", "flips", "--only", "kills", "--only", "faults", "--count", "20", "--seed", "3")


@pytest.mark.slow
def test_many_inputs_do_no_harm() -> None:
    attack("--only", "inputs", "--count", "1000", "--seed", "4")
