"""The record beside each output: what it was made with, and the digest of each of its files.

`docs/records.md` describes the file for other tools.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from tasks.core.errors import UserError
from tasks.core.freshness.code import CodeDigests
from tasks.core.freshness.digest import file_sha256
from tasks.core.freshness.schema import count, digest, fields, json_object, number, parsed, path, table, text
from tasks.core.text import write_text

NAME = "record.json"
RECORD_SCHEMA = 3
LARGEST_RECORD = 64 << 20
"""Bytes. The record of 100,000 unpacked pictures takes a quarter of it."""


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
    one, by folder, for when their outputs are gone. `made` holds times, versions and the like, `kept` the files
    taken over from the output before; neither decides whether the output is up to date.
    """

    stage: str
    settings: dict[str, Any]
    code: CodeDigests
    inputs: dict[str, InputRecord]
    files: dict[str, FileRecord]
    watched: str = ""
    upstream: dict[str, "Record"] = field(default_factory=dict)
    made: dict[str, Any] = field(default_factory=dict)
    kept: dict[str, FileRecord] = field(default_factory=dict)
    schema: int = RECORD_SCHEMA

    def remembered(self, files: Iterable[str]) -> "Record":
        """Return the record as later stages keep it: only the named files, without times and versions."""
        remembered = {file: self.files[file] for file in files if file in self.files}
        return replace(self, files=remembered, kept={}, upstream={}, made={})


def write_record(folder: Path, record: Record) -> None:
    """Write the record into the output's folder."""
    written = json.dumps(asdict(record), indent=1, ensure_ascii=False)
    write_text(folder / NAME, written + "\n")


def read_record(folder: Path) -> Record | None:
    """Read the record of an output; None where there is none, or it cannot be read or understood."""
    file = folder / NAME
    try:
        if not file.is_file() or file.stat().st_size > LARGEST_RECORD:
            return None
        return parse_record(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def needed_record(folder: Path) -> Record:
    """Read the record of an output that was just found up to date. Raises `UserError` if that fails."""
    record = read_record(folder)
    if record is None:
        raise UserError(f"{folder / NAME}: cannot be read; run the same command again to rebuild what is damaged")
    return record


def parse_record(written: str) -> Record | None:
    """Read the text of a record; None if it is not exactly what `write_record` writes of some output."""
    try:
        return _record(parsed(written, LARGEST_RECORD))
    except ValueError:
        return None


def _record(value: Any) -> Record:
    record = _entry(value)
    known = {folder: _entry(entry) for folder, entry in table(path, json_object)(value["upstream"]).items()}
    if any(one.upstream for one in known.values()):
        raise ValueError("records within records")
    for one in (record, *known.values()):
        if not all(_is_known(read, known) for read in one.inputs.values()):
            raise ValueError("read what was never made")
    if any(known[read.stage].files[read.file].sha256 != read.sha256 for read in record.inputs.values()):
        raise ValueError("read something else than was made")
    return replace(record, upstream=known)


def _entry(value: Any) -> Record:
    """Return a record without those within it."""
    if not isinstance(value, dict) or value.get("schema") != RECORD_SCHEMA:
        raise ValueError("another version")
    checked = fields(
        {"kept": {}, **value},  # which older records do not have
        stage=text,
        settings=json_object,
        code=table(path, lambda entry: fields(entry, bytes=digest, meaning=digest)),
        inputs=table(text, lambda entry: InputRecord(**fields(entry, stage=path, file=path, sha256=digest))),
        files=table(path, _file),
        kept=table(path, _file),
        watched=text,
        upstream=json_object,
        made=_made,
        schema=count,
    )
    return Record(**checked)


def _file(value: Any) -> FileRecord:
    return FileRecord(**fields(value, sha256=digest, bytes=count))


def _made(value: Any) -> dict[str, Any]:
    """Check what is known of the making; later stages remember nothing of it."""
    made = json_object(value)
    if made:
        number(made.get("seconds"))
        table(text, lambda version: version if version is None else text(version))(made.get("libraries"))
        if datetime.fromisoformat(text(made.get("started"))).tzinfo is None:
            raise ValueError("no time zone")
    return made


def _is_known(read: InputRecord, known: dict[str, Record]) -> bool:
    return read.stage in known and read.file in known[read.stage].files


def file_record(file: Path) -> FileRecord:
    """Return digest and size of a file. Raises `OSError` if it cannot be read."""
    return FileRecord(file_sha256(file), file.stat().st_size)


def file_records(folder: Path, files: Iterable[str]) -> dict[str, FileRecord]:
    """Digest the named files, by their paths within the folder. Raises `OSError` if one cannot be read."""
    return {file: file_record(folder / file) for file in files}
