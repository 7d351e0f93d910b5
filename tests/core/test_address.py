import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.core.address import is_meant_as_address, parse_address, shown_address, without_secrets

SECRETS = st.text(string.ascii_letters + string.digits, min_size=12, max_size=12)
SIGNS = st.sampled_from(
    ["", "", "/", "#", "?", "@", ":", "%40", " ", "+", "=", "\\", "[", "%", "나", "'", '"', "<"]
)
FORMS = st.sampled_from(
    [
        "https://me:{}@host.org/a.zip",
        "HTTPS://me:{}@host.org/a.zip",
        " https://me:{}@host.org:8080/a.zip",
        "\thttp://{}@host.org/a.zip",
        "\ufeffhttps://me:{}@host.org/a.zip",
        "https://me:{}@[::1]:80/a.zip",
        "https://me:1{}@host.org",
        "https://host.org/a.zip?token={}",
        "https://host.org/a.zip?x=1&X-Amz-Signature={}#part",
        "https://host.org/a.zip#{}",
        "https:/me:{}@host.org/a.zip",
        "https:me:{}@host.org/a.zip",
        "ttps://me:{}@host.org/a.zip",
        "https//me:{}@host.org/a.zip",
        "/https://me:{}@host.org/a.zip",
        "//me:{}@host.org/a.zip",
        "me:{}@host.org/a.zip",
        "me:{}@host.org:a.zip",
        "s3://AKIA:{}@bucket/prefix",
        "S3://AKIA:{}@bucket",
        "s3a://AKIA:{}@bucket/prefix",
        "gs://me:{}@bucket",
        "ftp://me:{}@host.org/a.zip",
        "sftp://me:{}@host.org/a.zip",
        "foo+bar://me:{}@host.org/a.zip",
        "file://me:{}@host.org/a.zip",
        "simplecache::https://me:{}@host.org/a.zip",
    ]
)


@given(FORMS, SECRETS, SIGNS, SECRETS)
def test_no_form_of_an_address_shows_its_secret(form: str, one: str, sign: str, two: str) -> None:
    text = form.format(one + sign + two)
    if sign == " " and "://" not in text:
        return  # prose
    for shown in (shown_address(text), str(parse_address(text)), repr(parse_address(text))):
        assert one not in shown
        assert two not in shown
    assert shown_address(shown_address(text)).count("@") <= 1


@given(FORMS, SECRETS)
def test_no_text_of_a_client_shows_the_secret_of_an_address_in_it(form: str, secret: str) -> None:
    address = form.format(secret).strip("\t ")
    if "://" in address and "#" not in address:
        assert secret not in without_secrets(f'Could not connect to "{address}": refused ({address})')


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://example.org/a/set.zip", "https://example.org/a/set.zip"),
        (" HTTPS://Example.org/set.zip ", "https://Example.org/set.zip"),
        ("https://me:secret@example.org:8080/set.zip#part", "https://example.org:8080/set.zip"),
        ("https://example.org/@scope/set.zip", "https://example.org/@scope/set.zip"),
        ("http://example.org:80/a b/나.zip", "http://example.org:80/a b/나.zip"),
        ("http://[::1]:80/set.zip", "http://[::1]:80/set.zip"),
        ("s3://bucket/pre#fix", "s3://bucket/pre#fix"),
        ("S3://bucket/a:b@c/", "s3://bucket/a:b@c/"),
        ("s3://arn:aws:s3:us-west-2:123:accesspoint/name/a", "s3://arn:aws:s3:us-west-2:123:accesspoint/name/a"),
        ("file:///my%20photos/a:b@c.jpg", "file:///my%20photos/a:b@c.jpg"),
        ("/a/folder", "/a/folder"),
        ("me@home/2024-01-01 12:30", "me@home/2024-01-01 12:30"),
        ("trips/12:30@home", "trips/12:30@home"),
        ("C:\\Users\\me@work", "C:\\Users\\me@work"),
        ("C:/Users/me@work", "C:/Users/me@work"),
        ("kaggle:owner/dataset", "kaggle:owner/dataset"),
        ("sample", "sample"),
        ("", ""),
    ],
)
def test_what_is_no_secret_is_shown(url: str, shown: str) -> None:
    assert shown_address(url) == shown


def test_queries_are_distinguished_and_not_shown() -> None:
    one, two = (shown_address(f"https://example.org/get?token=secret{number}") for number in (1, 2))
    assert one != two
    assert "secret" not in one


@pytest.mark.parametrize(
    "text",
    ["http://", "http://[", "https:/host/a.zip", "s3:bucket", "http://a b/", "http://h:port/", "file://h/a"],
)
def test_an_address_with_a_mistake_is_still_an_address(text: str) -> None:
    address = parse_address(text)
    assert address is not None
    assert not address.is_valid


@pytest.mark.parametrize(
    ("url", "has_user", "has_token"),
    [
        ("https://example.org/a.zip?dl=1&id=monkey", False, False),
        ("https://example.org/a.zip?author=me&keyword=a", False, False),
        ("https://me@example.org/a.zip", True, False),
        ("https://me:pass/word@example.org/a.zip", True, False),
        ("https://example.org/a.zip?X-Amz-Signature=1", False, True),
        ("https://example.org/a.zip?sv=1&sig=1", False, True),
        ("https://example.org/a.zip?api_key=1", False, True),
        ("http://localhost:8000/@scope/a.zip", False, False),
    ],
)
def test_what_gives_access_is_recognized(url: str, has_user: bool, has_token: bool) -> None:
    address = parse_address(url)
    assert address is not None
    assert address.is_valid is ("pass/word" not in url)
    assert (address.has_user, address.has_token) == (has_user, has_token)


def test_a_path_is_not_taken_for_an_address_without_its_scheme() -> None:
    for text in ("me:secret@host/a.zip", "/https://host/a", "simplecache::s3://bucket/a"):
        assert is_meant_as_address(text)
    for path in ("me@home", "C:\\a@b", "a/b:c@d", "https://me:secret@host/a.zip"):
        assert not is_meant_as_address(path)
