"""The record beside each output: what it was made with, and the digest of each of its files."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tasks.freshness.code import CodeDigests
from tasks.freshness.digest import file_sha256

NAME = "record.json"
SCHEMA = 1


@dataclass(frozen=True)
class InputRecord:
    """One file that a stage read: its digest, and the record of the stage that made it."""

    file: str
    sha256: str
    record: "Record"


@dataclass(frozen=True)
class Record:
    """What an output was made with.

    `settings` are those of the stage alone; `outside` is the state of what lies outside the data folder;
    `files` are digests by path within the output; `made` holds times, versions and the like, which do not
    decide whether the output is fresh.
    """

    stage: str
    settings: dict[str, Any]
    code: CodeDigests
    inputs: dict[str, InputRecord]
    files: dict[str, str]
    outside: str = ""
    made: dict[str, Any] = field(default_factory=dict)
    schema: int = SCHEMA

    def without_made(self) -> "Record":
        """Return the record as readers keep it: without times and versions."""
        return Record(self.stage, self.settings, self.code, self.inputs, self.files, self.outside)


def write_record(folder: Path, record: Record) -> None:
    """Write the record into the output's folder."""
    text = json.dumps(asdict(record), indent=1, ensure_ascii=False)
    (folder / NAME).write_text(text + "\n", encoding="utf-8")


def read_record(folder: Path) -> Record | None:
    """Read the record of an output; None where there is none or it cannot be understood."""
    try:
        parsed = json.loads((folder / NAME).read_text(encoding="utf-8"))
        return _record(parsed) if parsed["schema"] == SCHEMA else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _record(parsed: dict[str, Any]) -> Record:
    inputs = {
        name: InputRecord(entry["file"], entry["sha256"], _record(entry["record"]))
        for name, entry in parsed["inputs"].items()
    }
    return Record(**{**parsed, "inputs": inputs})


def output_digests(folder: Path, files: list[str]) -> dict[str, str]:
    """Digest the files named, by their paths within the folder; missing ones are left out."""
    return {file: file_sha256(folder / file) for file in files if (folder / file).is_file()}
