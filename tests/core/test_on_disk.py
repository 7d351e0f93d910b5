from pathlib import Path
from unicodedata import normalize

import pytest

from tasks.core.on_disk import on_disk
from tasks.core.storage.address import local_path

COMPOSED = "사진/é 나.png"


def put(root: Path, name: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"a")
    return path


def test_a_file_from_a_mac_is_found_by_its_composed_name(tmp_path: Path) -> None:
    path = put(tmp_path, normalize("NFD", COMPOSED))
    assert on_disk(tmp_path / COMPOSED).samefile(path)


def test_a_path_that_a_person_types_is_found_too(tmp_path: Path) -> None:
    path = put(tmp_path, normalize("NFD", COMPOSED))
    assert local_path(str(tmp_path / COMPOSED)).samefile(path)


def test_a_name_in_no_form_of_unicode_is_found(tmp_path: Path) -> None:
    path = put(tmp_path, f"{normalize('NFD', 'é')}é.png")
    assert on_disk(tmp_path / "éé.png").samefile(path)


def test_of_two_names_that_look_alike_each_is_itself(tmp_path: Path) -> None:
    paths = [put(tmp_path, normalize(form, "é.png")) for form in ("NFC", "NFD")]
    assert [on_disk(path) for path in paths] == paths


@pytest.mark.parametrize("name", ["나.png", "나/a.png", "a.png"])
def test_what_is_not_there_stays_as_it_is(tmp_path: Path, name: str) -> None:
    assert on_disk(tmp_path / name) == tmp_path / name
    assert on_disk(Path(name)) == Path(name)
