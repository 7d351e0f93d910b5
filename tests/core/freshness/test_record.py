"""Records that were damaged, forged or are of another version: read strictly, or not at all."""

import json
import os
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.core.freshness.record import (
    FileRecord,
    InputRecord,
    Record,
    parse_record,
    read_record,
    write_record,
)
from tests.world import ON_POSIX

HEX = "0123456789abcdef" * 4
FIRST = Record("First", {"seed": 1}, {"a.py": {"bytes": HEX, "meaning": HEX}}, {}, {"out.txt": FileRecord(HEX, 3)})
MADE = {"started": "2026-11-27T15:00:00+00:00", "seconds": 1.5, "libraries": {"numpy": "2.2", "keras": None}}
SECOND = Record(
    stage="Second",
    settings={"words": ["한", None, {"x": 1.5}]},
    code=FIRST.code,
    inputs={"text": InputRecord("first", "out.txt", HEX)},
    files={"deep/out.txt": FileRecord(HEX, 4)},
    kept={"history.csv": FileRecord(HEX, 5)},
    watched="state",
    upstream={"first": FIRST},
    made=MADE,
)
TEXT = json.dumps(asdict(SECOND))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda values: st.lists(values, max_size=4) | st.dictionaries(st.text(), values, max_size=4),
)


@pytest.fixture
def written(tmp_path: Path) -> str:
    write_record(tmp_path, SECOND)
    return (tmp_path / "record.json").read_text(encoding="utf-8")


def test_a_record_comes_back_as_it_was_written(tmp_path: Path) -> None:
    write_record(tmp_path, SECOND)
    assert read_record(tmp_path) == SECOND


def test_a_record_without_kept_files_is_read_as_older_ones_are(written: str) -> None:
    older = json.loads(written)
    for one in (older, older["upstream"]["first"]):
        del one["kept"]
    assert parse_record(json.dumps(older)) == replace(SECOND, kept={})


def changed(*keys: str, value: Any) -> Callable[[Any], None]:
    def change(record: Any) -> None:
        for key in keys[:-1]:
            record = record[key]
        record[keys[-1]] = value

    return change


def renamed(*keys: str, to: str) -> Callable[[Any], None]:
    def change(record: Any) -> None:
        for key in keys[:-1]:
            record = record[key]
        record[to] = record.pop(keys[-1])

    return change


@pytest.mark.parametrize(
    "forge",
    [
        changed("stage", value=3),
        changed("stage", value="\ud800"),
        changed("settings", value=[]),
        changed("settings", value={"\udfff": 1}),
        changed("code", "a.py", value={"bytes": HEX}),
        changed("code", "/etc/passwd", value={"bytes": HEX, "meaning": HEX}),
        changed("files", "deep/out.txt", "bytes", value=-1),
        changed("files", "deep/out.txt", "bytes", value=True),
        changed("files", "deep/out.txt", "bytes", value=1 << 63),
        changed("files", "deep/out.txt", "bytes", value=3.0),
        changed("files", "deep/out.txt", "sha256", value="g" * 64),
        changed("files", "deep/out.txt", "sha256", value=HEX.upper()),
        *(
            renamed("files", "deep/out.txt", to=to)
            for to in ("", ".", "..", "../x", "a/../x", "/etc/passwd", "a//x", "a/./x", "a/", "a\0x", "x" * 5000)
        ),
        *(
            renamed("files", "deep/out.txt", to=to)
            for to in ("C:/x", "C:x", "\\\\server\\share\\x", "..\\x", "a\\x")
        ),
        changed("inputs", "text", value=None),
        changed("inputs", "text", "stage", value="other"),
        changed("inputs", "text", "file", value="other"),
        changed("inputs", "text", "sha256", value="0" * 64),
        renamed("upstream", "first", to="firsu"),
        renamed("upstream", "first", "files", to="filet"),
        renamed("upstream", "first", "files", "out.txt", to="out.tyt"),
        changed("upstream", "first", value=3),
        changed("upstream", "first", "upstream", value={"first": {}}),
        changed("upstream", "first", "schema", value=2),
        changed("made", "seconds", value="long"),
        changed("made", "seconds", value=-1),
        changed("made", "seconds", value=float("nan")),
        changed("made", "started", value="yesterday"),
        changed("made", "started", value="2026-11-27T15:00:00"),
        changed("made", "libraries", value=["numpy"]),
        changed("made", "libraries", value={"numpy": 2}),
        changed("schema", value=3.0),
        changed("further", value=1),
        renamed("watched", to="watchee"),
    ],
)
def test_what_does_not_fit_is_no_record(written: str, forge: Callable[[Any], None]) -> None:
    record = json.loads(written)
    forge(record)
    assert parse_record(json.dumps(record)) is None


@pytest.mark.parametrize(
    "text",
    ["", "null", "3", "[]", "NaN", '"schema"', "{}", '{"schema": 3}', "[" * 10**5, '{"a":' * 10**5, "9" * 5000],
)
def test_what_is_no_record_at_all(text: str) -> None:
    assert parse_record(text) is None


def test_values_nested_too_deeply_are_no_settings(written: str) -> None:
    record = json.loads(written)
    record["settings"] = json.loads('{"a":' * 50 + "1" + "}" * 50)
    assert parse_record(json.dumps(record)) is None


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_record(tmp_path, SECOND)
    monkeypatch.setattr("tasks.core.freshness.record.LARGEST_RECORD", 100)
    assert read_record(tmp_path) is None


@ON_POSIX
def test_only_a_regular_file_is_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "record.json")
    assert read_record(tmp_path) is None


@given(value=JSON)
def test_no_json_value_raises(value: Any) -> None:
    assert parse_record(json.dumps(value)) is None


def places(value: Any) -> list[tuple[Any, Any]]:
    """Each place in a JSON value: the object or list, and the key or position."""
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    return [place for key in list(keys) for place in [(value, key), *places(value[key])]]


@given(data=st.data(), value=JSON)
def test_no_value_at_any_place_raises(data: st.DataObject, value: Any) -> None:
    record = json.loads(TEXT)
    where, key = data.draw(st.sampled_from(places(record)))
    where[key] = value
    parse_record(json.dumps(record))


@given(data=st.data(), key=st.text())
def test_no_renamed_key_raises(data: st.DataObject, key: str) -> None:
    record = json.loads(TEXT)
    where, old = data.draw(st.sampled_from([place for place in places(record) if isinstance(place[0], dict)]))
    where[key] = where.pop(old)
    parse_record(json.dumps(record))


@given(data=st.data())
def test_no_changed_bits_and_no_cut_raise(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    content = bytearray(TEXT.encode())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    folder = tmp_path_factory.mktemp("flipped")
    (folder / "record.json").write_bytes(content[: data.draw(st.integers(0, len(content)))])
    read_record(folder)
