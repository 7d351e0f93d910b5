"""Ways to damage a file."""

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

VALUES: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    1e400,
    10**30,
    "",
    "x",
    "../x",
    "\x00",
    [],
    {},
    [[]],
    {"x": 1},
    "\ud800",
)
"""What a value in a JSON file is replaced by."""
DEEP = 100_000
"""How deep a JSON file is nested that would overflow the stack of a reader."""


def damage(path: Path, others: list[Path], draw: random.Random, is_output: bool) -> str:
    """Damage a file in a way that is drawn, and return what was done; `others` are files to swap it with.

    Only a file of an output is replaced by a folder or a link: no crash does that, but users do.
    """
    ways: list[tuple[str, Callable[[], object]]] = [
        ("bits flipped", lambda: path.write_bytes(flipped(path.read_bytes(), draw))),
        ("bits flipped", lambda: path.write_bytes(flipped(path.read_bytes(), draw))),
        ("truncated", lambda: path.write_bytes(truncated(path.read_bytes(), draw))),
        ("a block of zeros", lambda: path.write_bytes(zeroed(path.read_bytes(), draw))),
        ("longer", lambda: path.write_bytes(path.read_bytes() + draw.randbytes(draw.choice((1, 100, 10_000))))),
        ("removed", path.unlink),
    ]
    if is_output:
        ways.append(("a folder in its place", lambda: replace_by_folder(path)))
        ways.append(("a dangling link in its place", lambda: replace_by_link(path)))
    if others:
        ways.append(("swapped", lambda: swap(path, draw.choice(others))))
    if path.suffix == ".json":
        ways += [("forged", lambda: forge(path, draw))] * 6
    done, do = draw.choice(ways)
    do()
    return done


def flipped(content: bytes, draw: random.Random) -> bytes:
    """Return a content with one to eight bits flipped."""
    values = bytearray(content or b"\0")
    for _ in range(draw.choice((1, 1, 1, 2, 8))):
        values[draw.randrange(len(values))] ^= 1 << draw.randrange(8)
    return bytes(values)


def truncated(content: bytes, draw: random.Random) -> bytes:
    """Return the beginning of a content, or nothing."""
    return content[: draw.choice((0, draw.randrange(len(content) + 1), max(len(content) - 1, 0)))]


def zeroed(content: bytes, draw: random.Random) -> bytes:
    """Return a content with a block of zeros, as after a power cut."""
    start = draw.randrange(len(content) + 1)
    return (
        content[:start] + bytes(min(draw.choice((16, 512, 4096)), len(content) - start)) + content[start + 4096 :]
    )


def replace_by_folder(path: Path) -> None:
    """Put a folder in the place of a file."""
    path.unlink()
    path.mkdir()
    (path / "x").touch()


def replace_by_link(path: Path) -> None:
    """Put a link to nothing in the place of a file."""
    path.unlink()
    path.symlink_to("nowhere")


def swap(one: Path, other: Path) -> None:
    """Swap the contents of two files."""
    content = one.read_bytes()
    shutil.copyfile(other, one)
    other.write_bytes(content)


def forge(path: Path, draw: random.Random) -> None:
    """Change a JSON file so that it is still JSON."""
    path.write_text(forged(path.read_text(encoding="utf-8"), draw), encoding="utf-8", errors="surrogatepass")


def forged(text: str, draw: random.Random) -> str:
    """Return the text of a JSON value with something in it removed, renamed, added or replaced."""
    value = json.loads(text)
    if draw.random() < 0.05:
        return "[" * DEEP + "]" * DEEP
    places = list(_places(value))
    if not places:
        return json.dumps(draw.choice(VALUES))
    for _ in range(draw.choice((1, 1, 3))):
        container, key = draw.choice(places)
        if isinstance(container, dict) and key in container and draw.random() < 0.5:
            taken = container.pop(key)
            if draw.random() < 0.5:
                container[draw.choice((f"{key}x", "x", ""))] = taken
        elif isinstance(container, dict) or key < len(container):
            container[key] = draw.choice(VALUES)
    return json.dumps(value)


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Return each container in a JSON value, with each of its keys or indexes."""
    if not isinstance(value, dict | list):
        return []
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    return [(value, key) for key in keys] + [place for key in keys for place in _places(value[key])]
