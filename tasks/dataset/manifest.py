"""The manifest: one row per pair of photo and matte, in the order that every later stage keeps; and its source."""

import csv
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from sys import intern
from typing import Any

from tasks.core.storage.address import is_address

SPLITS = ("training", "testing")
PREFIXES = dict(zip(SPLITS, ("train", "test"), strict=True))
"""How the names of a split's arrays and shards begin."""
NPZ = ".npz"


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
    """Write the pairs as CSV with a column for each field of `Pair`."""
    import pandas

    pandas.DataFrame([asdict(pair) for pair in pairs]).to_csv(path, index=False, lineterminator="\n")


def read_manifest(path: Path) -> list[Pair]:
    """Read the pairs in manifest order."""
    with path.open(encoding="utf-8", newline="") as file:
        # Row by row: a table of millions of rows would take several times the memory.
        return [_pair(row) for row in csv.DictReader(file)]


def read_photo_names(path: Path, split: str) -> list[str]:
    """Read the paths of a split's photos in manifest order."""
    with path.open(encoding="utf-8", newline="") as file:
        return [row["photo"] for row in csv.DictReader(file) if row["split"] == split]


def _pair(row: dict[str, str]) -> Pair:
    values: dict[str, Any] = {**row, "split": intern(row["split"])}
    numbers = {name: int(row[name]) for name in ("width", "height", "matte_orientation")}
    return Pair(**{**values, **numbers})


def write_source(path: Path, source: OriginalsSource) -> None:
    """Write the source as JSON."""
    path.write_text(json.dumps(asdict(source), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_source(path: Path) -> OriginalsSource:
    """Read the source. A relative root becomes absolute, from the folder of the file."""
    source = OriginalsSource(**json.loads(path.read_text(encoding="utf-8")))
    if is_address(source.root):
        return source
    return OriginalsSource(str((path.parent / source.root).absolute()), source.description)
