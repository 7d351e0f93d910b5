"""How much memory reading may take: it is known from a file's header before any of it is taken."""

from pathlib import Path

from tasks.core.errors import UserError

MOST = 1_000_000_000
"""Bytes that reading one picture or array may take, beyond what it returns."""


def check_memory(path: Path, needed: int, advice: str = "make it smaller, or leave it out") -> None:
    """Raise `UserError` if reading a file takes more than `MOST` bytes. `advice` says what to do then."""
    if needed > MOST:
        raise UserError(f"{path}: reading it takes {needed / 1e9:.1f} GB of memory, more than 1 GB; {advice}")
