"""Stops at bad moments: each script is stopped by itself, and ends with the same code and line all the same."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tasks.core.freshness.folder import UNFINISHED
from tests.world import ON_POSIX, ROOT, environment

pytestmark = [pytest.mark.runs, ON_POSIX]

LINE = "Stopped. Finished work is kept: run the same command again to resume."
BEGIN = """
import os, signal, sys, threading, time
from pathlib import Path
from tasks.core import stop
from tasks.core.freshness.folder import whole_folder
stop.SECONDS_TO_TIDY = 0.5
def stop_me(number=signal.SIGTERM):
    os.kill(os.getpid(), number)
def catch_all():
    while True:
        try:
            stop_me()
            time.sleep(60)
        except BaseException:
            pass
"""
TIDILY = BEGIN + "stop.stop_tidily()\n"


def ended(folder: Path, script: str) -> tuple[int, str]:
    """Exit code, and what the script said."""
    (folder / "script.py").write_text(script, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "script.py"],
        cwd=folder,
        env=environment(ROOT),
        capture_output=True,
        encoding="utf-8",
        timeout=50,
        check=False,
    )
    return run.returncode, run.stdout + run.stderr


@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM"])
def test_what_is_being_written_is_tidied_up(tmp_path: Path, number: str) -> None:
    script = f"""
with whole_folder(Path("out")) as folder:
    (folder / "half").write_text("half")
    stop_me(signal.{number})
    time.sleep(60)
"""
    code, said = ended(tmp_path, TIDILY + script)
    assert (code, said.splitlines()) == (130, [LINE])
    assert [path.name for path in tmp_path.iterdir()] == ["script.py"]


STUBBORN = {
    "in a finalizer": """
class Ends:
    def __del__(self):
        stop_me()
        time.sleep(0.01)
one = Ends()
del one
while True:
    time.sleep(0.1)
""",
    "in a callback of the garbage collector": """
import gc
def collect(phase, info):
    if phase == "start":
        stop_me()
        time.sleep(0.01)
gc.callbacks.append(collect)
gc.collect()
while True:
    time.sleep(0.1)
""",
    "while tidying up waits for a lock": """
lock = threading.Lock()
lock.acquire()
try:
    stop_me()
    time.sleep(60)
finally:
    lock.acquire()
""",
    "while the end waits for a thread": """
threading.Thread(target=time.sleep, args=(60,)).start()
stop_me()
time.sleep(60)
""",
    "caught with all other errors": "catch_all()",
    "while C code computes": """
import hashlib
threading.Timer(0.2, stop_me).start()
hashlib.pbkdf2_hmac("sha256", b"word", b"salt", 200_000_000)
""",
}


@pytest.mark.parametrize("moment", STUBBORN)
def test_a_stop_that_is_swallowed_or_waits_ends_in_time(tmp_path: Path, moment: str) -> None:
    body = "".join(f"    {line}\n" for line in STUBBORN[moment].splitlines())
    code, said = ended(tmp_path, f"{TIDILY}\nwith whole_folder(Path('out')) as folder:\n{body}")
    assert code == 130
    assert moment == "while C code computes" or said.splitlines()[0] == LINE
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(UNFINISHED)] == []


def test_a_stop_that_interrupts_what_the_console_says_is_no_error(tmp_path: Path) -> None:
    # A console whose write stops the process: the nearest thing to a signal within a write.
    script = """
from tasks.core.progress import say
import tqdm
class Console:
    def write(self, text):
        with tqdm.tqdm.get_lock():
            stop_me()
    def flush(self):
        pass
sys.stderr = Console()
say("line")
"""
    code, said = ended(tmp_path, TIDILY + script)
    assert (code, said.splitlines()) == (130, [LINE])


def test_a_stop_while_a_module_is_imported_ends_at_once(tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text(
        "import os, signal, time\n"
        "try:\n    os.kill(os.getpid(), signal.SIGINT)\n    time.sleep(60)\n"
        "except BaseException as error:\n    raise ImportError('as C code does') from error\n",
        encoding="utf-8",
    )
    code, said = ended(tmp_path, TIDILY + "stop.SECONDS_TO_TIDY = 60\nimport module\n")
    assert (code, said.splitlines()) == (130, [LINE])


@pytest.mark.parametrize(
    "script", ["stop_me()\n", "import atexit\natexit.register(lambda: (stop_me(), time.sleep(60)))\n"]
)
def test_a_stop_before_and_after_the_work_ends_at_once(tmp_path: Path, script: str) -> None:
    code, said = ended(tmp_path, f"{BEGIN}stop.stop_at_once()\n{script}")
    assert (code, said.splitlines()) == (130, [LINE])


def test_a_signal_to_a_forked_process_ends_that_one_alone(tmp_path: Path) -> None:
    script = """
child = os.fork()
if child == 0:
    try:
        catch_all()
    finally:
        os._exit(1)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 130
time.sleep(2)
print("lives")
"""
    code, said = ended(tmp_path, TIDILY + script)
    assert code == 0
    assert "lives" in said


@pytest.mark.parametrize("number", ["SIGKILL", "SIGTERM"])
def test_no_worker_outlives_its_pool(tmp_path: Path, number: str) -> None:
    script = """
from tasks.core.engine.job import Job
from tasks.core.engine.local import LocalEngine
from tests.core.engine import work
if __name__ == "__main__":
    stop.stop_tidily()
    with LocalEngine(2) as engine:
        for name in "ab":
            engine.start(Job(name, work.note_and_sleep, (f"{name}.pid",)))
        time.sleep(60)
"""
    (tmp_path / "script.py").write_text(BEGIN + script, encoding="utf-8")
    run = subprocess.Popen([sys.executable, "script.py"], cwd=tmp_path, env=environment(ROOT))
    try:
        while len(pids := [path.read_bytes() for path in tmp_path.glob("*.pid")]) < 2 or not all(pids):
            assert run.poll() is None
            time.sleep(0.05)
    finally:
        run.send_signal(signal.Signals[number])
        run.wait(timeout=50)
    until = time.monotonic() + 30
    while alive := [pid for pid in pids if is_alive(int(pid))]:
        assert time.monotonic() < until, alive
        time.sleep(0.05)


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{process}/stat")
    return not (status.exists() and status.read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z")
