import subprocess
import sys

from tests.world import ROOT, environment

PEAK = """
from datetime import datetime
from tasks.core.freshness.environment import made
memory = bytearray(300_000_000)
print(made(datetime.now(), 0)["peak_memory_bytes"])
"""


def test_the_peak_memory_is_the_process_own_not_that_of_the_one_that_started_it() -> None:
    large = bytearray(1_000_000_000)
    printed = subprocess.check_output([sys.executable, "-c", PEAK], env=environment(ROOT), encoding="utf-8")
    assert 3e8 < int(printed) < 6e8 < len(large)
