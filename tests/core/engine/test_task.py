from types import SimpleNamespace
from typing import Any

import pytest

from tasks.core.engine.task import started_engine

pytestmark = pytest.mark.runs


def test_dasks_dashboard_is_named_on_the_console_and_to_the_scheduler(capfd: pytest.CaptureFixture[str]) -> None:
    addresses: list[str] = []
    stage: Any = SimpleNamespace(title="SmallImages", set_tracking_url=addresses.append)
    with started_engine(stage, "dask", ""):
        pass
    (address,) = addresses
    assert address.startswith("http://")
    assert f"SmallImages: Dask's dashboard: {address}" in capfd.readouterr().err
