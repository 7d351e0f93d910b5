import sys
from pathlib import Path

import pytest

from tasks.core.errors import UserError
from tasks.core.storage.address import is_address, local_path, path_at, understood


def test_what_is_an_address() -> None:
    assert is_address("s3://bucket/prefix")
    assert is_address("gs://bucket")
    for other in ("data", "/data", "C:\\data", "~/data", "https://host/portraits.zip", "kaggle:owner/dataset", ""):
        assert not is_address(other)


def test_a_path_stays_a_path() -> None:
    assert path_at("~/data") == Path("~/data").expanduser()


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("file:///photos/me.jpg", "/photos/me.jpg"),
        ("file:///my%20photos/%EB%82%98.jpg", "/my photos/나.jpg"),
        ("file://localhost/photos", "/photos"),
        ("photos%20x/#1", "photos%20x/#1"),
    ],
)
def test_the_address_of_a_file_is_its_path(address: str, path: str) -> None:
    assert not is_address(address)
    assert local_path(address) == path_at(address) == Path(path)


def test_a_client_that_is_missing_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "upath", None)
    with pytest.raises(UserError, match=r"s3://bucket: .*pip install 'portrait-pipeline\[s3\]'"):
        path_at("s3://bucket")
    with pytest.raises(UserError, match=r"\[gcs\]"):
        path_at("gs://bucket")


@pytest.mark.parametrize("error", [FileNotFoundError("nothing"), PermissionError("no"), RuntimeError("odd")])
def test_every_error_of_a_client_becomes_one_sentence(error: Exception) -> None:
    with pytest.raises(UserError, match=f"^s3://bucket/prefix: .*{error}"), understood("s3://bucket/prefix"):
        raise error
