"""The machine that a run is on: its system and its processor."""

import os
import platform
from pathlib import Path

ON_WINDOWS = os.name == "nt"
PROCESSOR = Path("/proc/cpuinfo")
"""Where Linux describes the processor."""


def this_machine() -> str:
    """Return system, architecture and processor, such as "Linux x86_64, AMD Ryzen 7 7700X"."""
    return f"{platform.system()} {platform.machine()}, {_field('model name') or platform.processor() or 'unknown'}"


def lacks_avx() -> bool:
    """Return whether Linux describes an x86 processor without AVX, as before 2011; False on other systems."""
    flags = _field("flags")
    return bool(flags) and "avx" not in flags.split()


def _field(name: str) -> str:
    """Return a field of Linux's description of the first processor; "" where there is none."""
    if not PROCESSOR.exists():
        return ""
    for line in PROCESSOR.read_text(encoding="utf-8", errors="replace").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return ""
