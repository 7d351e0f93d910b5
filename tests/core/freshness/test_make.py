"""Outputs brought up to date from plain descriptions, without Luigi."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tasks.core.errors import UserError
from tasks.core.freshness.code import Code
from tasks.core.freshness.description import Description, Input, Watched
from tasks.core.freshness.digest import text_sha256
from tasks.core.freshness.location import LocalLocation
from tasks.core.freshness.make import Built, bring_up_to_date
from tasks.core.freshness.record import FileRecord, read_record
from tasks.core.freshness.verdict import Verdict, judge


@pytest.fixture
def first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Description:
    monkeypatch.chdir(tmp_path)
    location = LocalLocation(tmp_path / "data" / "first")
    return Description("First", "first", location, ("out.txt",), Code("tasks.core.errors"))


def write(folder: Path, inputs: Mapping[str, Path], partial: Path) -> None:
    (folder / "out.txt").write_text("".join(path.read_text() for path in inputs.values()) or "first")


def bring(output: Description, force: bool = False) -> tuple[bool, list[Verdict]]:
    """Whether the output was made, and the verdicts that were given before."""
    verdicts: list[Verdict] = []
    return bring_up_to_date(lambda: output, write, verdicts.append, force) is not None, verdicts


def test_makes_what_is_stale_and_nothing_else(first: Description) -> None:
    made, (verdict,) = bring(first)
    assert made
    assert verdict.reasons == ("not made yet",)
    assert bring(first) == (False, [])
    assert judge(first).complete
    other = replace(first, settings={"seed": 1})
    assert bring(other)[1][0].reasons == ("seed None -> 1",)
    assert bring(other, force=True)[1][0].reasons == ()


def test_inputs_are_given_by_name_and_recorded(first: Description) -> None:
    location = LocalLocation(first.path.with_name("second"))
    inputs = {"text": Input(first, "out.txt")}
    second = replace(first, title="Second", folder="second", location=location, inputs=inputs, requires=(first,))
    with pytest.raises(UserError, match="changed or removed while this run needed it"):
        bring(second)
    bring(first)
    bring(second)
    assert (second.path / "out.txt").read_text() == "first"
    record = read_record(second.path)
    assert record is not None
    assert record.inputs["text"].sha256 == text_sha256("first")
    assert record.upstream.keys() == {"first"}
    assert second.depth == 1


def test_the_watched_state_is_that_from_before_the_work_unless_the_work_fetched_it(first: Description) -> None:
    watched = replace(first, watched=Watched("before", "the photo changed"))
    bring(watched)
    assert judge(replace(first, watched=Watched("after", "the photo changed"))).reasons == ("the photo changed",)

    def fetch(folder: Path, inputs: Mapping[str, Path], partial: Path) -> Built:
        write(folder, inputs, partial)
        return Built(watched=Watched("fetched"))

    bring_up_to_date(lambda: replace(first, watched=None), fetch, lambda verdict: None, force=True)
    assert judge(replace(first, watched=Watched("fetched"))).complete
    assert judge(replace(first, watched=None)).complete, "what is gone is not missed"


def test_digests_that_the_work_knows_are_taken_over(first: Description) -> None:
    def known(folder: Path, inputs: Mapping[str, Path], partial: Path) -> Built:
        write(folder, inputs, partial)
        return Built(digests={"out.txt": FileRecord("a digest", 5)})

    bring_up_to_date(lambda: first, known, lambda verdict: None)
    record = read_record(first.path)
    assert record is not None
    assert record.files == {"out.txt": FileRecord("a digest", 5)}
