"""The manifest: one row per pair of photo and matte, in the order that every later stage keeps."""

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
"""What the names of a split's arrays begin with."""
NPZ = ".npz"


@dataclass(frozen=True, slots=True)
class Pair:
    """A photo and its matte: paths relative to the source's root, size in pixels, SHA-256 of both files."""

    split: str
    name: str
    photo: str
    matte: str
    width: int
    height: int
    photo_sha256: str
    matte_sha256: str


@dataclass(frozen=True)
class Source:
    """Where the pairs lie: the folder that their paths start from, or an npz; and a line about it for people."""

    root: str
    description: str


def write_manifest(path: Path, pairs: Sequence[Pair]) -> None:
    """Write the pairs as CSV, a column per field of `Pair`."""
    import pandas

    pandas.DataFrame([asdict(pair) for pair in pairs]).to_csv(path, index=False, lineterminator="\n")


def read_manifest(path: Path) -> list[Pair]:
    """Read the pairs back, in their order."""
    with path.open(encoding="utf-8", newline="") as file:
        # Row by row: as a table, millions of them would take several times the memory.
        return [_pair(row) for row in csv.DictReader(file)]


def read_photo_names(path: Path, split: str) -> list[str]:
    """Read the paths of a split's photos from the manifest, in its order."""
    with path.open(encoding="utf-8", newline="") as file:
        return [row["photo"] for row in csv.DictReader(file) if row["split"] == split]


def _pair(row: dict[str, str]) -> Pair:
    values: dict[str, Any] = {**row, "split": intern(row["split"])}
    return Pair(**{**values, "width": int(row["width"]), "height": int(row["height"])})


def write_source(path: Path, source: Source) -> None:
    """Write where the pairs lie, as JSON."""
    path.write_text(json.dumps(asdict(source), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_source(path: Path) -> Source:
    """Read where the pairs lie; a relative root is taken from the folder of the file itself."""
    source = Source(**json.loads(path.read_text(encoding="utf-8")))
    if is_address(source.root):
        return source
    return Source(str((path.parent / source.root).absolute()), source.description)
