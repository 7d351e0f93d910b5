from pathlib import Path
from unicodedata import normalize

import pytest

from tasks.core.errors import UserError
from tasks.core.storage.local import local_copy


def test_a_file_from_a_mac_is_opened_and_named_as_others_are(tmp_path: Path) -> None:
    (tmp_path / normalize("NFD", "é 나.png")).write_bytes(b"a")
    path = tmp_path / "é 나.png"
    with local_copy(path) as copy:
        assert copy.read_bytes() == b"a"
    with pytest.raises(UserError) as raised, local_copy(path) as copy:
        raise UserError(f"{copy}: is bad")
    assert str(raised.value) == f"{path}: is bad"
