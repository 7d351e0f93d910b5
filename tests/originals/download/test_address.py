import pytest

from tasks.originals.download.address import shown_address


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://example.org/a/set.zip", "https://example.org/a/set.zip"),
        ("https://me:secret@example.org:8080/set.zip#part", "https://example.org:8080/set.zip"),
        ("/a/folder", "/a/folder"),
        ("kaggle:owner/dataset", "kaggle:owner/dataset"),
        ("http://[", "http://["),
        ("sample", "sample"),
    ],
)
def test_secrets_are_left_out(url: str, shown: str) -> None:
    assert shown_address(url) == shown


def test_queries_are_distinguished_and_not_shown() -> None:
    one, two = (shown_address(f"https://example.org/get?token=secret{number}") for number in (1, 2))
    assert one != two
    assert "secret" not in one
