import configparser
import sys

import luigi
import pytest
from luigi.configuration import LuigiConfigParser

from tasks.core.data_folder import data
from tasks.core.defaults import LUIGI_DEFAULTS, hold_defaults
from tasks.settings import originals, report, small, training
from tests.world import ROOT

SECTIONS: dict[str, type[luigi.Config]] = {
    "data": data,
    "originals": originals,
    "small": small,
    "training": training,
    "report": report,
}


@pytest.fixture
def config(monkeypatch: pytest.MonkeyPatch) -> LuigiConfigParser:
    """What Luigi would have read from a luigi.cfg; empty."""
    empty = LuigiConfigParser()
    monkeypatch.setattr(LuigiConfigParser, "_instance", empty)
    monkeypatch.setattr(sys, "argv", ["luigi"])
    return empty


def test_the_projects_file_says_what_holds_without_it() -> None:
    file = configparser.ConfigParser()
    file.read(ROOT / "luigi.cfg", encoding="utf-8")
    for section, settings in LUIGI_DEFAULTS.items():
        assert dict(file[section]) == settings
    for section, of_stage in SECTIONS.items():
        for name, parameter in of_stage.get_params():
            if name in file[section]:  # a setting whose default is none is a comment there
                assert parameter.parse(file[section][name]) == parameter._default
        assert set(file[section]) <= {name for name, _ in of_stage.get_params()}
    assert set(file) == {"DEFAULT", "resources", *LUIGI_DEFAULTS, *SECTIONS}


def test_what_the_file_says_goes_before(config: LuigiConfigParser) -> None:
    config.read_string("[core]\nlocal_scheduler = false\n[retcode]\ntask_failed = 7\n")
    hold_defaults()
    assert config.get("core", "local_scheduler") == "false"
    assert config.get("retcode", "task_failed") == "7"
    assert config.get("retcode", "not_run") == "25"
    assert config.get("core", "log_level") == "INFO"


@pytest.mark.parametrize("name", ["scheduler_url", "default-scheduler-host", "default_scheduler_port"])
def test_a_luigid_that_is_named_is_used(config: LuigiConfigParser, name: str) -> None:
    config.read_string(f"[core]\n{name} = 8083\n")
    hold_defaults()
    assert not config.has_option("core", "local_scheduler")


def test_a_luigid_named_on_the_command_line_is_used(
    config: LuigiConfigParser, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold_defaults()
    assert config.get("core", "local_scheduler") == "true"
    config.remove_option("core", "local_scheduler")
    monkeypatch.setattr(sys, "argv", ["luigi", "Status", "--scheduler-url=http://here:8082"])
    hold_defaults()
    assert not config.has_option("core", "local_scheduler")
