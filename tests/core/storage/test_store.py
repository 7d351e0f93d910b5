from pathlib import Path

import pytest

from tasks.core.errors import UserError
from tasks.core.storage import address
from tasks.core.storage.local import local_copy
from tasks.core.storage.store import Store
from tests.conftest import Bucket

RECORD = b'{"a record": 1}'


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """Four files to put, by where they go."""
    found = {}
    for name in ("small/a.npz", "small/b.npz", "small/record.json", "gray/record.json"):
        path = tmp_path / name.replace("/", "-")
        path.write_bytes(RECORD if name.endswith(".json") else name.encode())
        found[name] = path
    return found


def test_files_that_were_put_are_listed_and_fetched(
    bucket: Bucket, files: dict[str, Path], tmp_path: Path
) -> None:
    store = Store(f"{bucket.address}/run/")
    assert store.listing().sizes == {}
    store.put(files)
    listing = store.listing()
    assert listing.sizes == {name: path.stat().st_size for name, path in files.items()}
    assert listing.records == {name: RECORD.decode() for name in files if name.endswith("record.json")}
    store.fetch({"small/a.npz": tmp_path / "deep" / "a.npz"})
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["a.npz"]
    assert (tmp_path / "deep" / "a.npz").read_bytes() == b"small/a.npz"


def test_copies_and_removes(bucket: Bucket, files: dict[str, Path]) -> None:
    store = Store(bucket.address)
    store.put(files)
    store.copy({"small/a.npz": "other/a.npz"})
    store.remove(["small/a.npz"])
    assert set(store.listing().sizes) == (files.keys() | {"other/a.npz"}) - {"small/a.npz"}
    assert store.read(["other/a.npz"]) == {"other/a.npz": b"small/a.npz"}


def test_only_changed_records_are_read_again(bucket: Bucket, files: dict[str, Path]) -> None:
    store = Store(bucket.address)
    store.put(files)
    store.listing()
    before = len(bucket.faults.seen)
    store.refresh()
    assert len(bucket.faults.seen) == before + 1  # one listing
    files["gray/record.json"].write_text("another record", encoding="utf-8")
    store.put({"gray/record.json": files["gray/record.json"]})
    assert store.listing().records["gray/record.json"] == "another record"
    assert len(bucket.faults.seen) == before + 4  # the new record, a listing, and the record


@pytest.mark.slow
def test_a_busy_store_is_asked_again(bucket: Bucket, files: dict[str, Path], tmp_path: Path) -> None:
    store = Store(bucket.address)
    bucket.faults.fails = lambda number, method: "SlowDown" if number % 2 else None
    store.put(files)
    assert set(store.refresh().sizes) == set(files)
    store.fetch({"small/b.npz": tmp_path / "b.npz"})
    assert (tmp_path / "b.npz").read_bytes() == b"small/b.npz"
    assert bucket.faults.failed > 2


@pytest.mark.slow
def test_a_store_that_keeps_failing_is_given_up(
    bucket: Bucket, files: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")
    store = Store(bucket.address)
    store.put(files)
    bucket.faults.fails = lambda number, method: "InternalError"
    with pytest.raises(UserError, match=r"s3://portraits: the store .*internal error"):
        store.fetch({"small/a.npz": tmp_path / "a.npz"})
    assert not list(tmp_path.glob(".unfinished-*"))
    assert bucket.faults.failed < 50


def test_a_missing_bucket_is_named(bucket: Bucket) -> None:
    with pytest.raises(UserError, match=r"s3://nowhere/run: .*bucket"):
        Store("s3://nowhere/run").listing()


def test_a_local_copy_has_the_name_of_the_original_and_is_removed(bucket: Bucket, files: dict[str, Path]) -> None:
    Store(bucket.address).put(files)
    original = address.path_at(f"{bucket.address}/small/a.npz")
    with local_copy(original) as copy:
        assert (copy.name, copy.read_bytes()) == ("a.npz", b"small/a.npz")
    assert not copy.exists()
    with pytest.raises(UserError, match=r"^s3://portraits/small/a.npz: is bad$"), local_copy(original) as copy:
        raise UserError(f"{copy}: is bad")
    with local_copy(files["small/a.npz"]) as same:
        assert same == files["small/a.npz"]
