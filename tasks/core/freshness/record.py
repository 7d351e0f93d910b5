"""The record beside each output: what it was made with, and the digest of each of its files.

`docs/records.md` describes the file for other tools.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from tasks.core.freshness.code import CodeDigests
from tasks.core.freshness.digest import file_sha256

NAME = "record.json"
RECORD_SCHEMA = 3


@dataclass(frozen=True)
class FileRecord:
    """One file of an output."""

    sha256: str
    bytes: int


@dataclass(frozen=True)
class InputRecord:
    """One file that a stage read: the folder of the output it belongs to, its path in there, and its digest."""

    stage: str
    file: str
    sha256: str


@dataclass(frozen=True)
class Record:
    """What an output was made with.

    `settings` are those of the stage alone; `watched` is a digest of the files outside the data folder that it
    depends on; `files` are the output's, by path within it. `upstream` holds the records of all stages before this
    one, by folder, for when their outputs are gone. `made` holds times, versions and the like, which do not decide
    whether the output is up to date.
    """

    stage: str
    settings: dict[str, Any]
    code: CodeDigests
    inputs: dict[str, InputRecord]
    files: dict[str, FileRecord]
    watched: str = ""
    upstream: dict[str, "Record"] = field(default_factory=dict)
    made: dict[str, Any] = field(default_factory=dict)
    schema: int = RECORD_SCHEMA

    def remembered(self, files: Iterable[str]) -> "Record":
        """Return the record as later stages keep it: only the named files, without times and versions."""
        kept = {file: self.files[file] for file in files if file in self.files}
        return replace(self, files=kept, upstream={}, made={})


def write_record(folder: Path, record: Record) -> None:
    """Write the record into the output's folder."""
    text = json.dumps(asdict(record), indent=1, ensure_ascii=False)
    (folder / NAME).write_text(text + "\n", encoding="utf-8")


def read_record(folder: Path) -> Record | None:
    """Read the record of an output; None where there is none or it cannot be understood."""
    try:
        return parse_record((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def parse_record(text: str) -> Record | None:
    """Read the text of a record; None if it cannot be understood."""
    try:
        parsed = json.loads(text)
        return _record(parsed) if parsed["schema"] == RECORD_SCHEMA else None
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _record(parsed: dict[str, Any]) -> Record:
    return Record(
        **{
            **parsed,
            "inputs": {name: InputRecord(**entry) for name, entry in parsed["inputs"].items()},
            "files": {file: FileRecord(**entry) for file, entry in parsed["files"].items()},
            "upstream": {folder: _record(entry) for folder, entry in parsed["upstream"].items()},
        }
    )


def file_records(folder: Path, files: Iterable[str]) -> dict[str, FileRecord]:
    """Digest the named files, by their paths within the folder; those that cannot be read are left out."""
    records = {}
    for file in files:
        try:
            records[file] = FileRecord(file_sha256(folder / file), (folder / file).stat().st_size)
        except OSError:
            continue
    return records
