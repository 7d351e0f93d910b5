import pytest

from tasks.core.units import duration, size


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 kB"), (2_600, "3 kB"), (38_940_000, "38.9 MB"), (1_150_000_000, "1.1 GB")]
)
def test_size(count: int, text: str) -> None:
    assert size(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "0 s"),
        (8.4, "8 s"),
        (99, "99 s"),
        (480, "8 min"),
        (3 * 3600, "3 h"),
        (99 * 3600, "99 h"),
        (9e5, "10 d"),
    ],
)
def test_duration(seconds: float, text: str) -> None:
    assert duration(seconds) == text
