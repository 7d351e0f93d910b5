import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tasks.images.formats import LARGEST_PICTURE
from tasks.images.jpeg_xl import CODESTREAM, CONTAINER, jpeg_xl_size

sides = st.integers(1, 600) | st.integers(1, 30).map(lambda n: 8 * n)


def file(width: int, height: int, container: bool) -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (width, height)).save(buffer, "JXL", effort=1, use_container=container)
    return buffer.getvalue()


@given(sides, sides, st.booleans())
def test_the_size_is_read_from_the_header(width: int, height: int, container: bool) -> None:
    assert jpeg_xl_size(file(width, height, container)) == (width, height)


@pytest.mark.parametrize("size", [(400, 300), (160, 90), (150, 100), (64, 32), (50, 40), (60, 50), (5000, 2)])
def test_a_ratio_may_stand_for_the_width(size: tuple[int, int]) -> None:
    assert jpeg_xl_size(file(*size, False)) == size


@given(st.binary(max_size=60), st.sampled_from([b"", CODESTREAM, CONTAINER, CONTAINER + b"\0\0\0\1jxlc"]))
def test_any_bytes_have_an_answer(content: bytes, start: bytes) -> None:
    size = jpeg_xl_size(start + content)
    assert size is None or min(size) >= 0


def test_a_bomb_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.images.jpeg_xl.JXLImageFile", lambda *_: pytest.fail("the file was decoded"))
    side = int(LARGEST_PICTURE**0.5) + 1
    # height and width in 30 bits each, behind the numbers that say so, lowest bit first
    header = 3 << 1 | (side - 1) << 3 | 3 << 36 | (side - 1) << 38
    content = CODESTREAM + header.to_bytes(12, "little")
    assert jpeg_xl_size(content) == (side, side)
    with pytest.raises(Image.DecompressionBombError):
        Image.open(io.BytesIO(content))
