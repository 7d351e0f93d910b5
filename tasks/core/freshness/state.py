"""Files that runs write for later runs, beside outputs or in the making of them: checkpoints, notes, caches.

There is one way to write them, whole or not at all and with a digest, and one to read them: a file that is not as
it was written counts as absent. The digest is in a line behind the content, where readers of zip archives, such as
npz files, ignore it.
"""

import hashlib
import itertools
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from tasks.core.freshness.folder import whole_file
from tasks.core.freshness.moves import move
from tasks.core.progress import say

DAMAGED = ".damaged-"
"""Part of the names of damaged files that were set aside, before their number."""


@contextmanager
def written_state(path: Path) -> Iterator[IO[bytes]]:
    """Yield a file to write content into; a line with its digest follows. It appears whole or not at all."""
    with whole_file(path) as unfinished, unfinished.open("w+b") as file:
        yield file
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0, os.SEEK_END)
        file.write(b"\n" + digest.encode())


def write_state(path: Path, content: bytes) -> None:
    """Write content and a line with its digest, whole or not at all."""
    with written_state(path) as file:
        file.write(content)


def read_state(path: Path) -> bytes | None:
    """Return what `write_state` wrote; None if there is no file, or a damaged one, which the console then names.

    Raises `OSError` if the file is there and cannot be read.
    """
    try:
        stored = path.read_bytes()
    except FileNotFoundError:
        return None
    content = unsealed(stored)
    if content is None:
        say(f"warning: {path} is damaged and ignored; its content is rebuilt")
    return content


def write_json_state(path: Path, value: Any) -> None:
    """Write a JSON value as `write_state` writes bytes."""
    write_state(path, json.dumps(value).encode())


def read_json_state(path: Path) -> Any:
    """Return what `write_json_state` wrote; None where `read_state` returns None."""
    content = read_state(path)
    return None if content is None else json.loads(content)


def set_aside(path: Path) -> None:
    """Rename a damaged file that a person may want to repair to a free name, and say so in a line."""
    names = (path.with_name(f"{path.stem}{DAMAGED}{number}{path.suffix}") for number in itertools.count(1))
    aside = next(name for name in names if not name.exists())
    move(path, aside)
    say(f"warning: {path.name} is damaged or was changed; it is kept as {aside.name}, and a new one begins")


def unsealed(stored: bytes) -> bytes | None:
    """Return the content of a file that `write_state` wrote; None if it was changed since."""
    content, _, digest = stored.rpartition(b"\n")
    return content if digest == hashlib.sha256(content).hexdigest().encode() else None
