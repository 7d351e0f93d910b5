"""Writes a file while it comes: each piece at once, no more than there is room for, and not too slowly."""

import gzip
import shutil
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Protocol

from tasks.core.address import Address
from tasks.core.errors import UserError
from tasks.core.progress import Track
from tasks.originals.download.answer import Answer, PassingError

MEGABYTE = 1 << 20
LEAST_SPEED = 1000
"""Bytes a second; a slower connection counts as broken."""
SPEED_SECONDS = 60.0
"""Over how long the speed is measured."""
KEPT_FREE = 100_000_000
"""How much of the disk is left to others, bytes."""


class Room:
    """The room for the file of an address in a folder: what the disk has free, and no more than a limit, bytes."""

    def __init__(self, address: Address, folder: Path, most: float) -> None:
        """Take the address for messages, the folder on the disk, and the limit."""
        self.address = address
        self.folder = folder
        self.most = most

    def check(self, whole: float, more: float) -> None:
        """Raise `UserError` if a file of `whole` bytes is too large, or there is no room for `more` bytes."""
        if whole > self.most:
            raise UserError(
                f"{self.address}: is larger than {self.most / 1e9:g} GB. If that is right, raise "
                "originals.archive_gigabytes."
            )
        free = shutil.disk_usage(self.folder).free - KEPT_FREE
        if more > free:
            raise UserError(
                f"{self.address}: there is no room for it on the disk: {more / 1e9:.1f} GB more, and "
                f"{max(free, 0) / 1e9:.1f} GB are free. Make room, or choose another folder with --data-root."
            )


class Body(Protocol):
    """The body of an answer; `read1` returns at most so many bytes as soon as some are there, none at the end."""

    def read1(self, amt: int) -> bytes:
        """Return the next bytes."""


def write_body(body: Body, answer: Answer, target: Path, room: Room, track: Track) -> None:
    """Append the body to the file, or begin the file with it; what came stays when it breaks off.

    Raises `PassingError` if it comes too slowly, and `UserError` if there is no room for it. A file whose size the
    server did not say, and that has no end, is not kept.
    """
    with target.open("ab" if answer.start else "wb") as file:
        megabytes = _written(body, file, answer, room)
        left = -(-(answer.whole - answer.start) // MEGABYTE)
        try:
            for _ in track(megabytes, left, "megabyte") if answer.whole else megabytes:
                pass
        except UserError:
            if not answer.whole:
                file.truncate(0)
            raise


def unpack(packed: Path, target: Path, room: Room) -> Path:
    """Write what a file that gzip packed holds, and return the path.

    Raises `UserError` if there is no room, or if it is damaged; then it is removed.
    """
    written = 0
    try:
        with gzip.open(packed) as source, target.open("wb") as file:
            while piece := source.read(MEGABYTE):
                written += len(piece)
                room.check(written, len(piece))
                file.write(piece)
    except UserError:
        target.unlink()
        raise
    except (EOFError, gzip.BadGzipFile, zlib.error):
        packed.unlink()
        target.unlink()
        raise UserError(f"{room.address}: the server sends it packed by gzip, and damaged") from None
    return target


def _written(body: Body, file: IO[bytes], answer: Answer, room: Room) -> Iterator[None]:
    """Write the body, and yield after each megabyte and at the end."""
    size = shown = answer.start
    measured, since = size, time.monotonic()
    while piece := body.read1(MEGABYTE):
        if size + len(piece) - shown >= MEGABYTE or size == answer.start:
            room.check(size + len(piece), len(piece))
        file.write(piece)
        file.flush()
        size += len(piece)
        while size - shown >= MEGABYTE:
            shown += MEGABYTE
            yield
        if (now := time.monotonic()) - since >= SPEED_SECONDS:
            if size - measured < LEAST_SPEED * (now - since):
                raise PassingError(f"the server sends less than {LEAST_SPEED} bytes a second")
            measured, since = size, now
    if size > shown:
        yield
