import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tasks.core.freshness.code import CodeDigests
from tasks.core.freshness.inputs import read_inputs
from tasks.core.freshness.place import LocalPlace, Place
from tasks.core.freshness.record import Record, file_records, read_record, write_record
from tasks.core.freshness.verdict import Read, judge


@dataclass
class FakeStage:
    """A stage that copies its input's content and its own settings into one file."""

    path: Path
    before: "FakeStage | None" = None
    values: dict[str, Any] = field(default_factory=dict)
    watched: str | None = ""
    produces: tuple[str, ...] = ("out.txt",)
    bulky: bool = False
    code: CodeDigests = field(default_factory=dict)

    @property
    def place(self) -> Place:
        return LocalPlace(self.path)

    @property
    def title(self) -> str:
        return self.path.name

    @property
    def depth(self) -> int:
        return self.before.depth + 1 if self.before else 0

    @property
    def folder(self) -> str:
        return self.path.name

    def settings(self) -> dict[str, Any]:
        return self.values

    def code_digests(self) -> CodeDigests:
        return self.code

    def outside(self, output: Path) -> str | None:
        return self.watched

    def outside_changes(self, output: Path) -> str:
        return "the source's files changed"

    def reads(self) -> Mapping[str, Read]:
        return {"before": Read(self.before, "out.txt")} if self.before else {}

    def make(self) -> None:
        inputs, upstream = read_inputs(self.reads())
        self.path.mkdir(exist_ok=True)
        read_text = self.before.path.joinpath("out.txt").read_text() if self.before else ""
        (self.path / "out.txt").write_text(read_text + json.dumps(self.values))
        files = file_records(self.path, self.produces)
        write_record(self.path, Record(self.title, self.values, {}, inputs, files, self.watched or "", upstream))

    def remove(self) -> None:
        for path in self.path.iterdir():
            path.unlink()
        self.path.rmdir()


Chain = tuple[FakeStage, FakeStage, FakeStage]


@pytest.fixture
def chain(tmp_path: Path) -> Chain:
    first = FakeStage(tmp_path / "first", watched="source")
    second = FakeStage(tmp_path / "second", first, {"size": 1})
    third = FakeStage(tmp_path / "third", second)
    for stage in (first, second, third):
        stage.make()
    return first, second, third


def test_counts_while_nothing_changed(chain: Chain) -> None:
    assert [judge(stage).reasons for stage in chain] == [(), (), ()]


def test_not_made_yet(tmp_path: Path) -> None:
    assert judge(FakeStage(tmp_path / "new")).reasons == ("not made yet",)


def test_a_changed_setting_is_named_and_reaches_what_depends_on_it(chain: Chain) -> None:
    first, second, third = chain
    second.values = {"size": 2}
    assert judge(first).reasons == ()
    assert judge(second).reasons == ("size 1 -> 2",)
    assert judge(third).reasons == ("second is to be made again",)
    second.values = {"size": 1}
    assert judge(third).reasons == ()


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (1, ("0.py changed",)),
        (5, ("0.py changed", "1.py changed", "2.py changed", "2 more files of its code changed")),
    ],
)
def test_changed_code_is_named_as_long_as_it_is_little(chain: Chain, count: int, told: tuple[str, ...]) -> None:
    chain[1].code = {f"{number}.py": {"bytes": "", "meaning": ""} for number in range(count)}
    assert judge(chain[1]).reasons == told


def test_an_input_made_again_counts_only_with_other_content(chain: Chain) -> None:
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


def test_a_removed_input_that_would_now_be_another_counts(chain: Chain) -> None:
    first, second, third = chain
    second.remove()
    second.values = {"size": 2}
    assert judge(third).reasons == ("second is to be made again",)
    second.values = {"size": 1}
    first.values = {"seed": 1}
    first.make()
    assert judge(third).reasons == ("second is to be made again",)


def test_a_changed_source_counts_and_a_source_that_is_gone_does_not(chain: Chain) -> None:
    first, _, third = chain
    first.watched = "other"
    assert judge(first).reasons == ("the source's files changed",)
    first.watched = None
    assert judge(first).reasons == ()
    assert judge(third).reasons == ()


def test_a_removed_file_of_several_is_not_missed_until_it_is_needed(chain: Chain) -> None:
    first, second, _ = chain
    first.produces = ("out.txt", "other.txt")
    (first.path / "other.txt").write_text("")
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
    assert judge(third).reasons == ("second is to be made again",)


def test_of_a_bulky_output_only_sizes_are_compared(chain: Chain) -> None:
    _, second, _ = chain
    second.bulky = True
    content = (second.path / "out.txt").read_bytes()
    (second.path / "out.txt").write_bytes(content[::-1])
    assert judge(second).reasons == ()
    (second.path / "out.txt").write_bytes(content[1:])
    assert judge(second).reasons == ("out.txt is damaged",)


@pytest.mark.parametrize("text", ["", "{", "{}", "[]", '{"schema": 1}', '{"schema": 99}'])
def test_a_garbled_record_is_noticed(chain: Chain, text: str) -> None:
    _, second, _ = chain
    (second.path / "record.json").write_text(text)
    assert read_record(second.path) is None
    assert judge(second).reasons == ("its record is missing or cannot be read",)


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
