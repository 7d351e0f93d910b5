from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from tasks.core.freshness.failure import explain
from tasks.photos.sheet import CELL, LABEL, MADE_OF, WIDEST, contact_sheet, write_sheet


def results(folder: Path, photos: int) -> dict[str, list[Path]]:
    Image.new("L", (360, 480), 128).save(folder / "gray.png")
    Image.new("RGBA", (360, 480), (255, 0, 0, 0)).save(folder / "cutout.png")
    return {f"photo {number}": [folder / "gray.png", folder / "cutout.png"] for number in range(photos)}


@pytest.mark.parametrize("photos", [1, 7, *(pytest.param(many, marks=pytest.mark.slow) for many in (300, 3000))])
def test_a_sheet_of_any_number_is_about_square(tmp_path: Path, photos: int) -> None:
    sheet = contact_sheet(results(tmp_path, photos))
    assert sheet.width <= WIDEST
    assert photos < 7 or 0.4 < sheet.width / sheet.height < 2.5


def test_results_lie_side_by_side_with_the_name_below(tmp_path: Path) -> None:
    sheet = np.asarray(contact_sheet(results(tmp_path, 1)))
    assert sheet.shape == (CELL + LABEL, 2 * CELL, 3)
    assert sheet[50, 50].tolist() == [128] * 3
    assert sorted(np.unique(sheet[10:100, CELL + 10 : CELL + 100]).tolist()) == [
        153,
        204,
    ]  # nothing hides the board
    assert sheet[CELL:].min() < 100


def test_a_sheet_is_written_once_for_the_same_results(tmp_path: Path) -> None:
    path, pictures = tmp_path / "sheet.png", results(tmp_path, 2)
    write_sheet(path, pictures, "one")
    written = path.stat().st_ino
    write_sheet(path, pictures, "one")
    assert path.stat().st_ino == written
    write_sheet(path, pictures, "two")
    with Image.open(path) as sheet:
        assert sheet.info[MADE_OF] == "two"
    assert {file.name for file in tmp_path.iterdir()} == {"sheet.png", "gray.png", "cutout.png"}


def test_a_folder_in_its_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "sheet.png").mkdir()
    with pytest.raises(IsADirectoryError) as raised:
        write_sheet(tmp_path / "sheet.png", results(tmp_path, 1), "one")
    said = explain(raised.value, "ApplyToPhotos")
    assert said.startswith(f"ApplyToPhotos: Is a directory ({tmp_path / 'sheet.png'}). There is a folder where")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(data=st.data())
def test_a_damaged_sheet_is_written_again(tmp_path: Path, data: st.DataObject) -> None:
    path, pictures = tmp_path / "sheet.png", results(tmp_path, 1)
    path.unlink(missing_ok=True)
    write_sheet(path, pictures, "one")
    content = path.read_bytes()
    expected = Image.open(path).tobytes()
    damage = data.draw(st.sampled_from(["flipped", "shorter", "longer"]))
    if damage == "flipped":
        changed = bytearray(content)
        changed[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
        path.write_bytes(changed)
    elif damage == "longer":
        path.write_bytes(content + data.draw(st.binary(min_size=1, max_size=20)))
    else:
        path.write_bytes(content[: data.draw(st.integers(0, len(content) - 1))])
    write_sheet(path, pictures, "one")
    with Image.open(path) as sheet:
        assert sheet.tobytes() == expected
    assert path.read_bytes() == content
