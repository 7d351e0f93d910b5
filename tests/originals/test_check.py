import io
from pathlib import Path

import pytest
from PIL import Image

from tasks.originals.check import check_pairs
from tasks.originals.pairs import FoundPair
from tests.world import smooth_picture


def opens(content: bytes, as_preview: bool) -> bool:
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if as_preview:
                picture.draft(None, (1, 1))
            picture.load()
    except (OSError, ValueError):
        return False
    return True


def heic_with_a_good_preview_alone() -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(smooth_picture(300, 200, 1)).save(buffer, "HEIF", thumbnails=[64])
    whole = buffer.getvalue()
    for start in range(0, len(whole), 40):
        content = whole[:start] + bytes(len(whole[start : start + 40])) + whole[start + 40 :]
        if opens(content, as_preview=True) and not opens(content, as_preview=False):
            return content
    raise AssertionError("no such file can be made")


@pytest.mark.parametrize("damaged", [False, True])
def test_the_photo_itself_is_checked_and_not_its_preview(tmp_path: Path, damaged: bool) -> None:
    picture = Image.fromarray(smooth_picture(300, 200, 1))
    picture.save(tmp_path / "a.heic", thumbnails=[64])
    if damaged:
        (tmp_path / "a.heic").write_bytes(heic_with_a_good_preview_alone())
    picture.convert("L").save(tmp_path / "a_matte.png")
    pair = FoundPair("training", "a", tmp_path / "a.heic", tmp_path / "a_matte.png")
    (checked,) = check_pairs(tmp_path, [pair])
    assert (checked.pair is None) is damaged
    assert bool(checked.problems) is damaged
    assert all(problem.startswith("a.heic: cannot be read as a picture") for problem in checked.problems)
