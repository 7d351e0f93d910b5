from collections.abc import Mapping
from pathlib import Path

import pytest
from luigi.task_register import Register

from tasks.core.freshness.description import Input
from tasks.core.freshness.plan import CurrentRun, Plan, make_plan
from tasks.core.freshness.stage import Stage


class Begin(Stage):
    folder = "begin"
    produces = ("out.txt",)
    code = ()

    def build(self, folder: Path, inputs: Mapping[str, Path]) -> None:
        (folder / "out.txt").write_text("begin", encoding="utf-8")


class Finish(Begin):
    folder = "finish"

    def reads(self) -> Mapping[str, Input[Stage]]:
        return {"begin": Input(Begin(), "out.txt")}


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Register.clear_instance_cache()
    return tmp_path / "data"


def number(said: str) -> str:
    """What is said without the time left, which is there where the machine was slow."""
    return said.partition(",")[0]


def test_outputs_are_counted_as_they_begin() -> None:
    plan = Plan({"a": None, "b": None, "c": None})
    assert [plan.begin(folder) for folder in ("b", "a", "c")] == ["1 of 3", "2 of 3", "3 of 3"]


def test_what_is_not_planned_or_begun_already_has_no_number() -> None:
    plan = Plan({"a": 1.0})
    assert plan.begin("other") == ""
    assert plan.begin("a") == "1 of 1, about 1 s left"
    assert plan.begin("a") == ""


def test_the_time_left_is_that_of_all_that_have_not_ended() -> None:
    plan = Plan({"a": 10.0, "b": 80.0, "c": 120.0})
    begun = [plan.begin(folder) for folder in "abc"]
    assert begun == ["1 of 3, about 4 min left", "2 of 3, about 3 min left", "3 of 3, about 2 min left"]


def test_times_that_are_not_known_make_it_a_least() -> None:
    plan = Plan({"a": None, "b": 30.0, "c": None})
    assert [plan.begin(folder) for folder in "abc"] == [
        "1 of 3, at least 30 s left",
        "2 of 3, at least 30 s left",
        "3 of 3",
    ]


def test_a_plan_has_what_is_due_and_how_long_it_took(monkeypatch: pytest.MonkeyPatch) -> None:
    assert make_plan(Finish().description()).begin("begin") == "1 of 2"
    Begin().run()
    assert make_plan(Finish().description()).begin("begin") == ""
    Finish().run()
    monkeypatch.setattr(Finish, "settings", lambda stage: {"seed": 1})
    Register.clear_instance_cache()
    assert number(make_plan(Finish().description()).begin("finish")) == "1 of 1"


def test_a_stage_asked_for_again_is_planned_though_it_is_up_to_date() -> None:
    Begin().run()
    assert number(make_plan(Begin().description()).begin("begin")) == "1 of 1"


@pytest.fixture
def current() -> CurrentRun:
    run = CurrentRun()
    run.is_command = True
    return run


def closing(nothing_to_do: bool) -> list[str]:
    return [f"nothing to do: {nothing_to_do}"]


def test_a_run_is_for_what_was_asked_first_and_ends_once(current: CurrentRun) -> None:
    assert current.begin("begin") == ""
    current.ask([Finish().description()], closing)
    current.ask([Begin().description()], lambda nothing_to_do: ["another end"])
    assert current.begin("begin") == "1 of 2"
    assert current.end() == ["nothing to do: False"]
    assert current.end() is None
    assert current.begin("finish") == ""


def test_a_run_knows_that_it_had_nothing_to_do(current: CurrentRun) -> None:
    current.ask([], closing)
    assert current.end() == ["nothing to do: True"]


def test_only_the_command_has_a_run() -> None:
    run = CurrentRun()
    run.ask([Finish().description()], closing)
    assert run.begin("begin") == ""
    assert run.end() is None


def test_what_another_worker_is_at_is_not_said_to_be_there() -> None:
    assert Finish().closing(nothing_to_do=False) is None
    Begin().run()
    Finish().run()
    assert Finish().closing(nothing_to_do=False) == []
    (line,) = Finish().closing(nothing_to_do=True) or []
    assert line.startswith("Finish: up to date, in ")
