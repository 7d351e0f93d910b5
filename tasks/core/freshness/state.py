"""Files that runs write for later runs, beside outputs or in the making of them: checkpoints, notes, caches.

There is one way to write them, whole or not at all and behind a digest, and one to read them: a file that is not
as it was written counts as absent.
"""

import hashlib
import itertools
import json
from pathlib import Path
from typing import Any

from tasks.core.freshness.folder import whole_file
from tasks.core.progress import say

DAMAGED = ".damaged-"
"""Part of the names of damaged files that were set aside, before their number."""


def write_state(path: Path, content: bytes) -> None:
    """Write content behind a line with its digest: whole or not at all, even if the power fails."""
    with whole_file(path) as unfinished:
        unfinished.write_bytes(sealed(content))


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
        say(f"warning: {path} is damaged and not used; what it held is made again")
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
    aside = path.rename(next(name for name in names if not name.exists()))
    say(f"warning: {path.name} is damaged or was changed; it is kept as {aside.name}, and a new one begins")


def sealed(content: bytes) -> bytes:
    """Return content behind a line with its SHA-256 in hexadecimal."""
    return _digest(content) + b"\n" + content


def unsealed(stored: bytes) -> bytes | None:
    """Return the content of what `sealed` returned; None if it was changed since."""
    digest, _, content = stored.partition(b"\n")
    return content if digest == _digest(content) else None


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()
