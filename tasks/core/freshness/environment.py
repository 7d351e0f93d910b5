"""What a record says of how an output was made: when, on what machine, with which versions."""

import platform
import subprocess
import sys
from datetime import datetime
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from tasks.core.freshness.code import ROOT

LIBRARIES = ("luigi", "tensorflow", "keras", "numpy", "scipy", "scikit-image", "pillow", "pandas")


def made(started: datetime, seconds: float) -> dict[str, Any]:
    """Return times, library versions, Python, platform, git commit and the process's peak memory so far."""
    return {
        "started": started.isoformat(timespec="seconds"),
        "seconds": round(seconds, 3),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "libraries": library_versions(),
        **_git(),
        "peak_memory_bytes": _peak_memory(),
    }


def library_versions() -> dict[str, str | None]:
    """Return the installed version of each library that outputs depend on."""
    return {name: _version(name) for name in LIBRARIES}


@lru_cache
def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


@lru_cache
def _git() -> dict[str, Any]:
    if not (ROOT / ".git").exists():
        return {"git_commit": None, "git_dirty": None}
    try:
        commit = _run_git("rev-parse", "HEAD").strip()
        return {"git_commit": commit, "git_dirty": bool(_run_git("status", "--porcelain"))}
    except (OSError, subprocess.SubprocessError):
        return {"git_commit": None, "git_dirty": None}


def _run_git(*arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", str(ROOT), *arguments], capture_output=True, encoding="utf-8", errors="replace", check=True
    ).stdout


def _peak_memory() -> int:
    # On Linux, ru_maxrss is at least the memory of the process that started this one; VmHWM is not.
    status = Path("/proc/self/status")
    for line in status.read_text(encoding="utf-8").splitlines() if status.exists() else ():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024
    if sys.platform == "win32":
        import psutil

        return psutil.Process().memory_info().peak_wset
    import resource

    kilobytes_or_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kilobytes_or_bytes if sys.platform == "darwin" else kilobytes_or_bytes * 1024
