import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tasks.core.freshness.lock import locked
from tasks.core.storage.store import store_at
from tests.store import Faults, s3_server
from tests.world import EVERYTHING, Luigi, World, luigi_in, make_world, write_portraits

# How long an example takes depends on what else the machine does, and says nothing of the code.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")  # as the stages start it


RUNS = frozenset({"luigi", "finished", "world", "prepared", "bucket", "colab"})
"""Fixtures of tests that start the luigi command, or a server for it."""
TENSORFLOW = frozenset({"keras", "tf", "tensorflow"})
"""What modules of tests import that build networks."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if (
            RUNS & set(getattr(item, "fixturenames", ()))
            or TENSORFLOW & vars(getattr(item, "module", item)).keys()
        ):
            item.add_marker(pytest.mark.runs)
    # One test process makes the finished world at once; the others need it last, and do not wait for it.
    in_world = [item for item in items if "finished" in getattr(item, "fixturenames", ())]
    first = dict.fromkeys(in_world[:1], 0)
    items.sort(key=lambda item: first.get(item, 1 + (item in in_world)))


@pytest.fixture
def portraits(tmp_path: Path) -> Path:
    """Six pairs for training and three for testing."""
    return write_portraits(tmp_path / "portraits")


@pytest.fixture
def luigi(tmp_path: Path) -> Luigi:
    """The luigi command, in a folder that has the project's luigi.cfg and nothing else."""
    return luigi_in(tmp_path / "work")


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A world in which everything was made; not to be changed. Test processes side by side share one."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "finished"
    made = folder.with_name("finished.made")
    with locked(folder.with_name("finished.lock"), alone=True, waiting=lambda: None):
        if not made.exists():
            shutil.rmtree(folder, ignore_errors=True)
            assert len(make_world(folder).luigi("EvaluateAll")) == EVERYTHING
            made.touch()
    return World(folder)


@pytest.fixture
def world(finished: World, tmp_path: Path) -> World:
    """A copy of the finished world, to change things in."""
    shutil.copytree(finished.folder, tmp_path / "copy")
    return World(tmp_path / "copy")


@dataclass(frozen=True)
class Bucket:
    """An empty bucket, and the faults of the server that it is on."""

    address: str
    faults: Faults


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    """A bucket on an S3 server of this machine, whose address and credentials are in the environment."""
    import s3fs

    with s3_server() as (_, faults):
        s3fs.S3FileSystem.clear_instance_cache()
        store_at.cache_clear()
        s3fs.S3FileSystem().mkdir("portraits")
        yield Bucket("s3://portraits", faults)
        s3fs.S3FileSystem.clear_instance_cache()
        store_at.cache_clear()
