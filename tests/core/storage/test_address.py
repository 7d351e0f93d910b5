import sys
from pathlib import Path

import pytest

from tasks.core.errors import UserError
from tasks.core.storage.address import is_address, local_path, path_at, store_address, understood
from tests.world import ON_POSIX


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


@pytest.mark.parametrize(
    ("address", "message"),
    [
        (
            "sftp://host/a",
            "^sftp://host/a: addresses of this kind cannot be used. What works is a path, .*kaggle:",
        ),
        ("foo://host", "of this kind cannot be used"),
        ("simplecache::s3://bucket/a", "nor can it be an address"),
        ("s3://KEY:hush@bucket/a", "takes no credentials"),
        ("s3://KEY:hu/sh@bucket/a", "takes no credentials"),
        ("gs://bucket/a?token=hush", "takes no credentials"),
        ("s3:bucket/a", "is not a valid address; write s3://bucket/prefix"),
        ("https://me:hush@host/a", "^https://host/a: is no path on this machine"),
        ("me:hush@host/a", "^…@host/a: there is no such path"),
        ("~nobody-here/a", "^~nobody-here/a: there is no such user"),
        ("half a pair \ud800", r"^half a pair \\ud800: names cannot hold all .* is utf-8; set .* PYTHONUTF8=1$"),
    ],
)
@ON_POSIX
def test_what_cannot_be_used_is_said_in_a_sentence(address: str, message: str) -> None:
    with pytest.raises(UserError, match=message) as raised:
        path_at(address)
    assert "hu" not in str(raised.value).replace("such", "")


def test_the_address_of_a_store_is_kept_but_for_spaces_and_case() -> None:
    assert store_address(" S3://Bucket/A:b@c#d/ ") == "s3://Bucket/A:b@c#d/"


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("file:///C:/my%20photos", "C:/my photos"),
        ("file:///c:", "c:"),
        ("file:////server/share/photos", "//server/share/photos"),
        ("file:///photos", "/photos"),
    ],
)
def test_the_address_of_a_file_on_windows_has_its_drive(
    monkeypatch: pytest.MonkeyPatch, address: str, path: str
) -> None:
    monkeypatch.setattr("tasks.core.storage.address.ON_WINDOWS", True)
    assert local_path(address) == Path(path)


@pytest.mark.parametrize(
    "path", ["C:\\photos\\*.jpg", "c:/photos", "\\\\server\\share\\me@home", "//server/share"]
)
def test_a_path_of_windows_is_no_address(path: str) -> None:
    assert local_path(path) == path_at(path) == Path(path)


@ON_POSIX
def test_the_bytes_of_a_file_address_are_those_of_its_path() -> None:
    assert local_path("file:///caf%E9/%EB%82%98") == Path("/caf\udce9/나")


def test_the_error_of_a_client_is_shown_without_secrets() -> None:
    with pytest.raises(UserError) as raised, understood("s3://bucket"):
        raise OSError("cannot reach http://me:hush@host/a?token=hush \x1b")
    assert "hush" not in str(raised.value)
    assert "\x1b" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_a_client_that_is_missing_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "upath", None)
    with pytest.raises(UserError, match=r's3://bucket: .*pip install "portrait-pipeline\[s3\]"'):
        path_at("s3://bucket")
    with pytest.raises(UserError, match=r"\[gcs\]"):
        path_at("gs://bucket")


@pytest.mark.parametrize("error", [FileNotFoundError("nothing"), PermissionError("no"), RuntimeError("odd")])
def test_every_error_of_a_client_becomes_one_sentence(error: Exception) -> None:
    with pytest.raises(UserError, match=f"^s3://bucket/prefix: .*{error}"), understood("s3://bucket/prefix"):
        raise error
