import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from tasks.core.freshness.code import Code
from tasks.core.freshness.description import Description, Input, Watched
from tasks.core.freshness.location import LocalLocation
from tasks.core.freshness.record import InputRecord, Record, file_records, read_record, write_record
from tasks.core.freshness.verdict import Verdict
from tasks.core.freshness.verdict import judge as judge_description


@dataclass
class FakeStage:
    """A stage that copies its input's content and its own settings into one file."""

    path: Path
    before: "FakeStage | None" = None
    values: dict[str, Any] = field(default_factory=dict)
    watched: str | None = ""
    produces: tuple[str, ...] = ("out.txt",)
    bulky: str = ""
    parts: tuple[str, ...] = ()

    def description(self) -> Description:
        before = self.before.description() if self.before else None
        return Description(
            title=self.path.name,
            folder=self.path.name,
            location=LocalLocation(self.path),
            produces=self.produces,
            code=Code("tasks.core.errors", self.parts),
            settings=self.values,
            inputs={"before": Input(before, "out.txt")} if before else {},
            requires=(before,) if before else (),
            watch=lambda: None if self.watched is None else Watched(self.watched, "the source's files changed"),
            bulky=self.bulky,
        )

    def make(self) -> None:
        description = self.description()
        inputs, upstream = {}, {}
        if self.before:
            record = read_record(self.before.path)
            assert record is not None
            name = self.before.path.name
            inputs["before"] = InputRecord(name, "out.txt", record.files["out.txt"].sha256)
            upstream = record.upstream | {name: record.remembered(self.before.produces)}
        self.path.mkdir(exist_ok=True)
        read_text = self.before.path.joinpath("out.txt").read_text(encoding="utf-8") if self.before else ""
        (self.path / "out.txt").write_text(read_text + json.dumps(self.values), encoding="utf-8")
        files = file_records(self.path, self.produces)
        code, watched = description.code.digests(), self.watched or ""
        write_record(self.path, Record(description.title, self.values, code, inputs, files, watched, upstream))

    def remove(self) -> None:
        for path in self.path.iterdir():
            path.unlink()
        self.path.rmdir()


def judge(stage: FakeStage) -> Verdict:
    return judge_description(stage.description())


Chain = tuple[FakeStage, FakeStage, FakeStage]


@pytest.fixture
def chain(tmp_path: Path) -> Chain:
    first = FakeStage(tmp_path / "first", watched="source")
    second = FakeStage(tmp_path / "second", first, {"size": 1})
    third = FakeStage(tmp_path / "third", second)
    for stage in (first, second, third):
        stage.make()
    return first, second, third


def test_up_to_date_while_nothing_changed(chain: Chain) -> None:
    assert [judge(stage).reasons for stage in chain] == [(), (), ()]


def test_not_made_yet(tmp_path: Path) -> None:
    assert judge(FakeStage(tmp_path / "new")).reasons == ("not made yet",)


def test_a_changed_setting_is_named_and_reaches_what_depends_on_it(chain: Chain) -> None:
    first, second, third = chain
    second.values = {"size": 2}
    assert judge(first).reasons == ()
    assert judge(second).reasons == ("size 1 -> 2",)
    assert judge(third).reasons == ("second is stale",)
    second.values = {"size": 1}
    assert judge(third).reasons == ()


@pytest.mark.parametrize(
    ("parts", "named"),
    [
        ((), ("tasks/core/errors.py changed",)),
        (
            ("tasks.core.console", "tasks.core.data_folder", "tasks.core.progress", "tasks.core.units"),
            (
                "tasks/core/console.py changed",
                "tasks/core/data_folder.py changed",
                "tasks/core/errors.py changed",
                "2 more files of its code changed",
            ),
        ),
    ],
)
def test_only_the_first_changed_files_are_named(
    chain: Chain, parts: tuple[str, ...], named: tuple[str, ...]
) -> None:
    second = chain[1]
    record = read_record(second.path)
    assert record is not None
    second.parts = parts
    write_record(second.path, replace(record, code={}))
    assert judge(second).reasons == named


def test_a_rebuilt_input_matters_only_with_other_content(chain: Chain) -> None:
    _, second, third = chain
    second.make()
    assert judge(third).reasons == ()
    second.values = {"size": 2}
    second.make()
    assert judge(third).reasons == ("second: out.txt changed",)


def test_a_removed_input_is_not_missed(chain: Chain) -> None:
    first, second, third = chain
    second.remove()
    assert judge(third).reasons == ()
    first.remove()
    assert judge(third).reasons == ()


def test_a_removed_input_that_would_now_be_another_matters(chain: Chain) -> None:
    first, second, third = chain
    second.remove()
    second.values = {"size": 2}
    assert judge(third).reasons == ("second is stale",)
    second.values = {"size": 1}
    first.values = {"seed": 1}
    first.make()
    assert judge(third).reasons == ("second is stale",)


def test_a_changed_source_matters_and_a_source_that_is_gone_does_not(chain: Chain) -> None:
    first, _, third = chain
    first.watched = "other"
    assert judge(first).reasons == ("the source's files changed",)
    first.watched = None
    assert judge(first).reasons == ()
    assert judge(third).reasons == ()


def test_a_removed_file_of_several_is_not_missed_until_it_is_needed(chain: Chain) -> None:
    first, second, _ = chain
    first.produces = ("out.txt", "other.txt")
    (first.path / "other.txt").write_text("", encoding="utf-8")
    first.make()
    second.make()
    assert judge(first).complete
    (first.path / "out.txt").unlink()
    assert judge(second).complete
    verdict = judge(first)
    assert (verdict.complete, verdict.gone, verdict.missing, verdict.reasons) == (False, False, ("out.txt",), ())


def test_damage_is_noticed(chain: Chain) -> None:
    _, second, third = chain
    content = bytearray((second.path / "out.txt").read_bytes())
    content[0] ^= 1
    (second.path / "out.txt").write_bytes(content)
    assert judge(second).reasons == ("out.txt is damaged",)
    assert judge(third).reasons == ("second is stale",)


def test_of_a_bulky_output_only_sizes_are_compared(chain: Chain) -> None:
    _, second, _ = chain
    second.bulky = "*.txt"
    content = (second.path / "out.txt").read_bytes()
    (second.path / "out.txt").write_bytes(content[::-1])
    assert judge(second).reasons == ()
    second.bulky = "*.npz"
    assert judge(second).reasons == ("out.txt is damaged",)
    second.bulky = "*.txt"
    (second.path / "out.txt").write_bytes(content[1:])
    assert judge(second).reasons == ("out.txt is damaged",)


@pytest.mark.parametrize("text", ["", "{", "{}", "[]", '{"schema": 1}', '{"schema": 99}'])
def test_a_garbled_record_is_noticed(chain: Chain, text: str) -> None:
    _, second, _ = chain
    (second.path / "record.json").write_text(text, encoding="utf-8")
    assert read_record(second.path) is None
    assert judge(second).reasons == ("its record is missing, damaged or of another version",)


def test_a_record_comes_back_as_it_was_written(chain: Chain) -> None:
    record = read_record(chain[2].path)
    assert record is not None
    write_record(chain[2].path, record)
    assert read_record(chain[2].path) == record
    assert record.inputs["before"].stage == "second"
    assert {folder: known.stage for folder, known in record.upstream.items()} == {
        "first": "first",
        "second": "second",
    }
