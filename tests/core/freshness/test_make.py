"""Outputs brought up to date from plain descriptions, without Luigi."""

import errno
import hashlib
import os
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from tasks.core.errors import UserError
from tasks.core.freshness.code import Code
from tasks.core.freshness.description import Description, Input, Watched
from tasks.core.freshness.digest import text_sha256
from tasks.core.freshness.location import LocalLocation
from tasks.core.freshness.lock import locked
from tasks.core.freshness.make import Built, bring_up_to_date, fetch_output, lock_file, work_in_progress
from tasks.core.freshness.record import FileRecord, read_record, write_record
from tasks.core.freshness.verdict import Verdict, judge
from tests.world import ON_POSIX


@pytest.fixture
def first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Description:
    monkeypatch.chdir(tmp_path)
    location = LocalLocation(tmp_path / "data" / "first")
    return Description("First", "first", location, ("out.txt",), Code("tasks.core.errors"))


def write(folder: Path, inputs: Mapping[str, Path], partial: Path) -> None:
    (folder / "out.txt").write_text(
        "".join(path.read_text(encoding="utf-8") for path in inputs.values()) or "first", encoding="utf-8"
    )


def update(output: Description, force: bool = False) -> tuple[bool, list[Verdict]]:
    """Whether the output was made, and the verdicts that were given before."""
    verdicts: list[Verdict] = []
    return bring_up_to_date(lambda: output, write, verdicts.append, force) is not None, verdicts


def test_makes_what_is_stale_and_nothing_else(first: Description) -> None:
    made, (verdict,) = update(first)
    assert made
    assert verdict.reasons == ("not made yet",)
    assert update(first) == (False, [])
    assert judge(first).complete
    other = replace(first, settings={"seed": 1})
    assert update(other)[1][0].reasons == ("seed None -> 1",)
    assert update(other, force=True)[1][0].reasons == ()


@pytest.mark.parametrize("file", ["mine.jpg", "holiday/mine.jpg"])
def test_a_folder_that_was_no_output_is_not_replaced(first: Description, file: str) -> None:
    (first.path / file).parent.mkdir(parents=True)
    (first.path / file).write_text("mine", encoding="utf-8")
    with pytest.raises(UserError, match=rf"^First: .*first holds {file.partition('/')[0]}, which is no output"):
        update(first, force=True)
    assert (first.path / file).read_text(encoding="utf-8") == "mine"
    assert {path.name for path in first.path.parent.iterdir()} == {"first", ".locks"}


def test_an_empty_folder_and_an_output_without_its_record_are_replaced(first: Description) -> None:
    first.path.mkdir(parents=True)
    assert update(first)[0]
    (first.path / "record.json").unlink()
    assert update(first)[0]


def test_inputs_are_given_by_name_and_recorded(first: Description) -> None:
    second = second_after(first)
    with pytest.raises(UserError, match="changed or removed while this run needed it"):
        update(second)
    update(first)
    update(second)
    assert (second.path / "out.txt").read_text(encoding="utf-8") == "first"
    record = read_record(second.path)
    assert record is not None
    assert record.inputs["text"].sha256 == text_sha256("first")
    assert record.upstream.keys() == {"first"}
    assert second.depth == 1


def test_the_watched_state_is_that_from_before_the_work_unless_the_work_fetched_it(first: Description) -> None:
    watched = replace(first, watch=lambda: Watched("before", "the photo changed"))
    update(watched)
    assert judge(replace(first, watch=lambda: Watched("after", "the photo changed"))).reasons == (
        "the photo changed",
    )

    def fetch(folder: Path, inputs: Mapping[str, Path], partial: Path) -> Built:
        write(folder, inputs, partial)
        return Built(watched="fetched")

    bring_up_to_date(lambda: replace(first, watch=lambda: None), fetch, lambda verdict: None, force=True)
    assert judge(replace(first, watch=lambda: Watched("fetched"))).complete
    assert judge(replace(first, watch=lambda: None)).complete, "what is gone is not missed"


def test_digests_that_the_work_knows_are_taken_over(first: Description) -> None:
    def known(folder: Path, inputs: Mapping[str, Path], partial: Path) -> Built:
        write(folder, inputs, partial)
        return Built(digests={"out.txt": FileRecord("d" * 64, 5)})

    bring_up_to_date(lambda: first, known, lambda verdict: None)
    record = read_record(first.path)
    assert record is not None
    assert record.files == {"out.txt": FileRecord("d" * 64, 5)}


def test_watched_files_are_looked_at_once_and_only_where_that_decides(first: Description) -> None:
    looks: list[int] = []

    def watch() -> Watched:
        looks.append(1)
        return Watched("a state")

    watched = replace(first, watch=watch)
    judge(watched)
    assert not looks, "without a record nothing is compared"
    update(watched)
    judge(watched)
    assert len(looks) == 1


def second_after(first: Description) -> Description:
    location = LocalLocation(first.path.with_name("second"))
    inputs = {"text": Input(first, "out.txt")}
    return replace(first, title="Second", folder="second", location=location, inputs=inputs, requires=(first,))


@dataclass(frozen=True)
class Fetched(LocalLocation):
    """A location that notes which files are fetched, and where something happens meanwhile."""

    meanwhile: Callable[[], object] = lambda: None
    files: list[str] = field(default_factory=list)

    def fetch(self, files: Iterable[str]) -> None:
        self.files.extend(files)
        self.meanwhile()


def test_an_input_replaced_while_it_is_fetched_is_recorded_as_it_was_read(first: Description) -> None:
    update(first)

    def replace_it() -> None:
        def other(folder: Path, inputs: Mapping[str, Path], partial: Path) -> None:
            (folder / "out.txt").write_text("other", encoding="utf-8")

        # As another machine does, without the lock that this one holds.
        bring_up_to_date(lambda: replace(first, folder="elsewhere"), other, lambda verdict: None, force=True)

    second = second_after(replace(first, location=Fetched(first.path, replace_it)))
    update(second)
    record = read_record(second.path)
    assert record is not None
    assert (second.path / "out.txt").read_text(encoding="utf-8") == "other"
    assert record.inputs["text"].sha256 == text_sha256("other")


def test_shards_are_not_fetched_before_they_are_used(first: Description) -> None:
    update(first)
    location = Fetched(first.path)
    fetch_output(replace(first, location=location))
    assert location.files == ["out.txt"]
    location.files.clear()
    fetch_output(replace(first, location=location, shards="*.txt"))
    assert location.files == []


def test_what_changed_while_a_lock_was_waited_for_is_noticed(first: Description) -> None:
    seeds = iter([1, 2])
    made: list[Verdict] = []
    with locked(lock_file("first"), alone=True, waiting=lambda: None):
        run = threading.Thread(
            target=lambda: bring_up_to_date(
                lambda: replace(first, settings={"seed": next(seeds)}), write, made.append
            )
        )
        run.start()
        run.join(0.2)
        assert run.is_alive()
        assert not made
    run.join()
    record = read_record(first.path)
    assert record is not None
    assert record.settings == {"seed": 2}


def test_errors_of_the_file_system_name_the_stage(first: Description) -> None:
    def fail(folder: Path, inputs: Mapping[str, Path], partial: Path) -> None:
        (folder / "gone" / "out.txt").write_text("", encoding="utf-8")

    with pytest.raises(UserError, match=r"First: No such file or directory \(.*out.txt\)"):
        bring_up_to_date(lambda: first, fail, lambda verdict: None)

    def unreadable() -> Watched:
        raise PermissionError(13, "Permission denied", "photos")

    with pytest.raises(UserError, match=r"First: Permission denied \(photos\)"):
        update(replace(first, watch=unreadable))


def test_only_work_of_the_same_making_is_in_progress(first: Description) -> None:
    def stop(folder: Path, inputs: Mapping[str, Path], partial: Path) -> None:
        (partial / "half").touch()
        raise UserError("stopped")

    assert work_in_progress(first) is None
    with pytest.raises(UserError, match="stopped"):
        bring_up_to_date(lambda: first, stop, lambda verdict: None)
    work = work_in_progress(first)
    assert work is not None
    assert (work / "half").exists()
    assert work_in_progress(replace(first, settings={"seed": 1})) is None
    assert work_in_progress(replace(first, shards="*.npz")) is None


@pytest.fixture
def unreadable(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let reading of the files with a name fail once they are open, as a disk does that has a bad sector."""

    def fail(name: str) -> None:
        real = hashlib.file_digest

        def digested(file: Any, kind: str) -> Any:
            if Path(file.name).name == name:
                raise OSError(errno.EIO, os.strerror(errno.EIO), file.name)
            return real(file, kind)

        monkeypatch.setattr(hashlib, "file_digest", digested)

    return fail


def test_what_cannot_be_read_while_it_is_recorded_fails_the_stage(
    first: Description, unreadable: Callable[[str], None]
) -> None:
    unreadable("out.txt")
    with pytest.raises(
        UserError, match=r"First: Input/output error \(.*out\.txt\)\. .*run the same command again"
    ):
        update(first)
    assert not first.path.exists()


def test_what_cannot_be_listed_while_it_is_recorded_fails_the_stage(
    first: Description, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deep(folder: Path, inputs: Mapping[str, Path], partial: Path) -> None:
        write(folder, inputs, partial)
        (folder / "deep").mkdir()
        (folder / "deep" / "more.txt").write_text("more", encoding="utf-8")

    real = os.scandir

    def scandir(path: Any = ".") -> Any:
        if str(path).endswith("deep"):
            raise OSError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    with pytest.raises(UserError, match="Permission denied"):
        bring_up_to_date(lambda: first, deep, lambda verdict: None)


def test_what_cannot_be_read_while_it_is_judged_is_damaged(
    first: Description, unreadable: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    update(first)
    unreadable("out.txt")
    (first.path / "out.txt").touch()  # its digest is no longer known
    assert judge(first).reasons == ("out.txt cannot be read",)
    monkeypatch.undo()
    assert judge(first).complete


def test_a_record_that_lacks_a_promised_file_is_no_record(first: Description) -> None:
    second = second_after(first)
    update(first)
    record = read_record(first.path)
    assert record is not None
    write_record(first.path, replace(record, files={}))
    assert judge(first).reasons == ("its record lacks out.txt",)
    with pytest.raises(UserError, match="changed or removed while this run needed it"):
        update(second)
    assert update(first)[0]
    assert update(second)[0]


def add_a_line(folder: Path, inputs: Mapping[str, Path], partial: Path) -> None:
    write(folder, inputs, partial)
    with (folder / "history.csv").open("a") as history:
        history.write("run\n")


@pytest.fixture
def keeping(first: Description) -> Description:
    keeping = replace(first, kept=("history*.csv",))
    for _ in range(2):
        bring_up_to_date(lambda: keeping, add_a_line, lambda verdict: None, force=True)
    assert (keeping.path / "history.csv").read_text(encoding="utf-8") == "run\nrun\n"
    return keeping


def test_a_damaged_kept_file_is_set_aside_for_good(
    keeping: Description, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in (1, 2):
        (keeping.path / "history.csv").write_text(f"rum {number}\n", encoding="utf-8")
        bring_up_to_date(lambda: keeping, add_a_line, lambda verdict: None, force=True)
        assert f"history.csv is damaged or was changed; it is kept as history.damaged-{number}.csv" in (
            capsys.readouterr().err
        )
        assert (keeping.path / "history.csv").read_text(encoding="utf-8") == "run\n"
    assert [(keeping.path / f"history.damaged-{number}.csv").read_text(encoding="utf-8") for number in (1, 2)] == [
        "rum 1\n",
        "rum 2\n",
    ]
    assert capsys.readouterr().err == ""


def test_a_kept_file_without_a_record_is_taken_as_it_is(keeping: Description) -> None:
    (keeping.path / "record.json").unlink()
    (keeping.path / "history.csv").write_text("older\n", encoding="utf-8")
    bring_up_to_date(lambda: keeping, add_a_line, lambda verdict: None)
    assert (keeping.path / "history.csv").read_text(encoding="utf-8") == "older\nrun\n"


@ON_POSIX
def test_a_folder_that_is_a_link_stays_one_and_what_it_leads_to_is_replaced(
    first: Description, tmp_path: Path
) -> None:
    large = tmp_path / "large disk" / "first"
    large.mkdir(parents=True)
    first.path.parent.mkdir()
    first.path.symlink_to(large)
    for word in ("one", "two"):
        update(replace(first, settings={"word": word}))
        assert first.path.is_symlink()
        assert sorted(path.name for path in large.iterdir()) == ["out.txt", "record.json"]
        assert [path.name for path in large.parent.iterdir()] == ["first"]
    assert judge(replace(first, settings={"word": "two"})).complete


@ON_POSIX
def test_a_link_that_leads_nowhere_is_named(first: Description, tmp_path: Path) -> None:
    first.path.parent.mkdir()
    first.path.symlink_to(tmp_path / "unmounted")
    with pytest.raises(UserError, match=r"first: is a link to .*unmounted, which is not there"):
        update(first)
    assert first.path.is_symlink()


def test_a_file_in_the_place_of_a_folder_is_not_lost(first: Description) -> None:
    first.path.parent.mkdir()
    first.path.write_text("the user's", encoding="utf-8")
    with pytest.raises(UserError, match=r"First: Not a directory \(.*first\). .*move it away"):
        update(first)
    assert first.path.read_text(encoding="utf-8") == "the user's"


@pytest.mark.parametrize("name", [".unfinished-first", ".replaced-first", ".partial-first"])
def test_files_named_like_leftovers_stop_no_run(first: Description, name: str) -> None:
    first.path.parent.mkdir()
    (first.path.parent / name).write_text("", encoding="utf-8")
    assert update(first)[0]
    assert sorted(path.name for path in first.path.parent.iterdir()) == [".locks", "first"]
