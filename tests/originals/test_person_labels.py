import pytest

from tasks.core.errors import UserError
from tasks.originals.person_labels import parse_labels


@pytest.mark.parametrize("text", ["person", "1;2", "1-", "#ff", "#ff0000,1", "-1", "5-2"])
def test_a_malformed_setting_is_refused(text: str) -> None:
    with pytest.raises(UserError, match=r"originals\.person_labels: .* is not understood"):
        parse_labels(text)


def test_the_setting_lists_labels_ranges_or_colours() -> None:
    assert parse_labels("15") == (15,)
    assert parse_labels("1-3, 7") == (1, 2, 3, 7)
    assert parse_labels("#00ff00,#ff0000") == (0x00FF00, 0xFF0000)
