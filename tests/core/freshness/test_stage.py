"""The base class of all stages, with two small stages of its own."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import luigi
import pytest
from luigi.task_register import Register

from tasks.core.errors import UserError
from tasks.core.freshness.description import Input
from tasks.core.freshness.lock import LOCKS
from tasks.core.freshness.plan import CURRENT_RUN
from tasks.core.freshness.record import read_record
from tasks.core.freshness.stage import Stage
from tests.world import ON_POSIX

Build = Callable[[Stage, Path], None]


def write_first(stage: Stage, folder: Path) -> None:
    (folder / "out.txt").write_text("first", encoding="utf-8")


class First(Stage):
    folder = "first"
    produces = ("out.txt",)
    code = ()
    how: Build = staticmethod(write_first)

    def build(self, folder: Path, inputs: Mapping[str, Path]) -> None:
        type(self).how(self, folder)


class Second(Stage):
    folder = "nested/second"
    produces = ("out.txt",)
    kept = ("kept.txt",)
    code = ()
    word = "and second"

    def settings(self) -> dict[str, Any]:
        return {"word": type(self).word}

    def reads(self) -> Mapping[str, Input[Stage]]:
        return {"first": Input(First(), "out.txt")}

    def build(self, folder: Path, inputs: Mapping[str, Path]) -> None:
        text = inputs["first"].read_text(encoding="utf-8")
        (folder / "out.txt").write_text(f"{text} {type(self).word}", encoding="utf-8")
        with (folder / "kept.txt").open("a") as kept:
            kept.write("run\n")


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(First, "how", staticmethod(write_first))
    monkeypatch.setattr(Second, "word", "and second")
    return tmp_path / "data"


def run(task: type[Stage], **parameters: bool) -> bool:
    """Run a stage and what it needs, as the command line does; return whether all went well."""
    Register.clear_instance_cache()
    CURRENT_RUN.is_command = True
    result = luigi.build(
        [task(**parameters)], local_scheduler=True, detailed_summary=True, log_level="CRITICAL", no_lock=True
    )
    CURRENT_RUN.end()  # as the command line does when Luigi reports the end
    CURRENT_RUN.is_command = False
    return bool(result.status == luigi.LuigiStatusCode.SUCCESS)


def written(data: Path) -> dict[str, str]:
    return {
        path.relative_to(data).as_posix(): path.read_text(encoding="utf-8")
        for path in data.rglob("*.txt")
        if LOCKS not in path.parts
    }


def test_makes_what_it_needs_and_records_what_with(data: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(Second)
    assert written(data) == {
        "first/out.txt": "first",
        "nested/second/out.txt": "first and second",
        "nested/second/kept.txt": "run\n",
    }
    said = capfd.readouterr().err.splitlines()
    assert said[0] == "First: starting (1 of 2)"
    assert re.fullmatch(rf"First: done in \d+\.\d s, in {re.escape(str(data / 'first'))}", said[1])
    record = read_record(data / "nested" / "second")
    assert record is not None
    assert record.settings == {"word": "and second"}
    assert record.files.keys() == {"out.txt"}, "kept files are not recorded"
    assert {
        "started",
        "seconds",
        "python",
        "platform",
        "libraries",
        "git_commit",
        "git_dirty",
    } < record.made.keys()
    assert record.made["peak_memory_bytes"] > 1e6


def fail_half_way(stage: Stage, folder: Path) -> None:
    (folder / "out.txt").write_text("half", encoding="utf-8")
    raise UserError("first.word: no")


def lose_an_input(stage: Stage, folder: Path) -> None:
    (folder / "gone").read_text(encoding="utf-8")


def forget(stage: Stage, folder: Path) -> None:
    pass


@pytest.mark.parametrize("how", [fail_half_way, lose_an_input, forget])
def test_failure_leaves_nothing_behind(data: Path, monkeypatch: pytest.MonkeyPatch, how: Build) -> None:
    monkeypatch.setattr(First, "how", staticmethod(how))
    assert not run(Second)
    assert not [path for path in data.rglob("*") if path.is_file() and path.parent.name != LOCKS]
    monkeypatch.setattr(First, "how", staticmethod(write_first))
    assert run(Second)


def test_failure_keeps_the_earlier_output(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(Second)
    before = written(data)
    monkeypatch.setattr(First, "how", staticmethod(fail_half_way))
    assert not run(First, rerun=True)
    assert written(data) == before
    assert run(Second)


def test_a_file_that_vanishes_is_named_in_a_sentence(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(First, "how", staticmethod(lose_an_input))
    with pytest.raises(UserError, match=r"First: No such file or directory \(.*gone\)\. It was removed while"):
        First().run()


def test_work_that_was_stopped_is_resumed(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[bool] = []

    def in_two_steps(stage: Stage, folder: Path) -> None:
        step = stage.partial / "step"
        found.append(step.exists())
        step.touch()
        if not found[-1]:
            raise UserError("stopped")
        write_first(stage, folder)

    monkeypatch.setattr(First, "how", staticmethod(in_two_steps))
    assert not run(First)
    assert run(First)
    assert found == [False, True]
    assert sorted(path.name for path in data.iterdir()) == [LOCKS, "first"]


def test_work_of_other_settings_is_not_resumed(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[bool] = []

    def never_done(stage: Stage, folder: Path) -> None:
        found.append((stage.partial / "step").exists())
        (stage.partial / "step").touch()
        raise UserError("stopped")

    monkeypatch.setattr(First, "how", staticmethod(never_done))
    for seed in (1, 1, 2):
        monkeypatch.setattr(First, "settings", lambda stage, seed=seed: {"seed": seed})
        assert not run(First)
    assert found == [False, True, False]


def test_kept_files_are_copied_to_the_next_output(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(Second)
    monkeypatch.setattr(Second, "word", "and other")
    assert run(Second)
    assert written(data)["nested/second/kept.txt"] == "run\nrun\n"


def test_rerun_is_for_one_stage_and_the_next_looks_at_content(
    data: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(Second)
    capfd.readouterr()
    assert run(First, rerun=True)
    # Where the machine was slow the time left is there, too.
    assert re.search(r"First: starting \(1 of 1.*\): --rerun was given", capfd.readouterr().err)
    assert run(Second)
    assert capfd.readouterr().err == ""
    monkeypatch.setattr(
        First, "how", staticmethod(lambda stage, folder: (folder / "out.txt").write_text("new", encoding="utf-8"))
    )
    assert run(First, rerun=True)
    assert run(Second)
    assert written(data)["nested/second/out.txt"] == "new and second"


def test_an_input_replaced_after_luigi_looked_is_not_read(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(First)
    monkeypatch.setattr(First, "settings", lambda stage: {"seed": 1})
    Register.clear_instance_cache()
    with pytest.raises(UserError, match="changed or removed while this run needed it"):
        Second().run()
    assert not (data / "nested" / "second").exists()


class Both(luigi.WrapperTask):
    """Asks for another stage to be rebuilt, as `EvaluateAll --rerun` does."""

    def requires(self) -> Stage:
        return First(rerun=True)


@ON_POSIX
def test_a_rerun_asked_for_by_another_task_ends_with_several_workers(data: Path) -> None:
    assert run(First)
    before = (data / "first" / "record.json").stat().st_ino
    Register.clear_instance_cache()
    assert luigi.build([Both()], workers=2, local_scheduler=True, log_level="CRITICAL", no_lock=True)
    assert (data / "first" / "record.json").stat().st_ino != before
