"""The manifest: one row per pair of photo and matte, in the order that every later stage keeps; and its source."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from sys import intern
from typing import Any

from tasks.core.names import printable
from tasks.core.storage.address import is_address
from tasks.core.text import write_text
from tasks.dataset.tables import escaped, read_rows, unescaped, write_rows

SPLITS = ("training", "testing")
PREFIXES = dict(zip(SPLITS, ("train", "test"), strict=True))
"""How the names of a split's arrays and shards begin."""
NPZ = ".npz"
NAMES = ("name", "photo", "matte")
"""The columns that hold names of files."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A photo and its matte: their paths below the root of the source, and their digests (SHA-256, in hex).

    Width and height are those of the upright photo, in pixels. Of arrays, the paths name array and row, and the
    digests are those of the row.
    """

    split: str
    name: str
    photo: str
    matte: str
    width: int
    height: int
    photo_sha256: str
    matte_sha256: str
    matte_orientation: int = 1
    """The Exif orientation by which the matte is turned to lie on the upright photo; 1 leaves it as stored."""


@dataclass(frozen=True)
class OriginalsSource:
    """Where the pairs are: the folder that their paths start from, or an npz; and a description for people."""

    root: str
    """A path, absolute or from the folder of `source.json`; or an address."""
    description: str


def write_manifest(path: Path, pairs: Sequence[Pair]) -> None:
    """Write the pairs as CSV with a column for each field of `Pair`.

    In names, control characters and bytes that are not UTF-8 are escapes such as \\x1b, and a backslash is two.
    """
    names = [field.name for field in fields(Pair)]
    rows = ([_written(name, getattr(pair, name)) for name in names] for pair in pairs)
    write_rows(path, names, rows)


def read_manifest(path: Path) -> list[Pair]:
    """Read the pairs in manifest order."""
    # Row by row: a table of millions of rows would take several times the memory.
    return [_pair(row) for row in read_rows(path)]


def read_photo_names(path: Path, split: str) -> list[str]:
    """Read the paths of a split's photos in manifest order, for people."""
    return [printable(unescaped(row["photo"])) for row in read_rows(path) if row["split"] == split]


def _written(name: str, value: Any) -> Any:
    return escaped(value) if name in NAMES else value


def _pair(row: dict[str, str]) -> Pair:
    values: dict[str, Any] = {**row, "split": intern(row["split"])}
    names = {name: unescaped(row[name]) for name in NAMES}
    numbers = {name: int(row[name]) for name in ("width", "height", "matte_orientation")}
    return Pair(**{**values, **names, **numbers})


def write_source(path: Path, source: OriginalsSource) -> None:
    """Write the source as JSON."""
    text = json.dumps(asdict(source), indent=1, ensure_ascii=False) + "\n"
    write_text(path, text, errors="backslashreplace")  # which JSON reads as what it was


def read_source(path: Path) -> OriginalsSource:
    """Read the source. A relative root becomes absolute, from the folder of the file."""
    source = OriginalsSource(**json.loads(path.read_text(encoding="utf-8")))
    if is_address(source.root):
        return source
    return OriginalsSource(str((path.parent / source.root).absolute()), source.description)
