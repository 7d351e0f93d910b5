from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tasks.core.errors import UserError
from tasks.images.pictures import ORIENTATION, TURNS, photo_file
from tasks.originals.layouts import find_layout
from tasks.originals.masks import read_matte
from tasks.originals.orientation import choose_orientations, matching_orientations
from tasks.originals.read_originals import read_pairs
from tests.orientations import FORMATS, save_turned
from tests.world import smooth_picture

SIDEWAYS, UPSIDE_DOWN = 6, 3
UNDONE = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How a camera held so stores an upright picture."""


def stored(upright: Image.Image, orientation: int) -> Image.Image:
    return upright.transpose(UNDONE[orientation]) if orientation in UNDONE else upright


def save(picture: Image.Image, path: Path, orientation: int) -> None:
    exif = Image.Exif()
    if orientation != 1:
        exif[ORIENTATION] = orientation
    picture.save(path, exif=exif, quality=95)


def write(
    folder: Path, name: str, photo: int, matte: int, own: int = 1, size: tuple[int, int] = (128, 160)
) -> None:
    """A photo with an Exif orientation, and a matte stored as in another one; `own` is what it says of itself."""
    folder.mkdir(exist_ok=True)
    seed = int(name) + 1
    colours = smooth_picture(size[1], size[0], seed)
    upright = Image.fromarray((colours[..., 0] > colours[..., 0].mean()).astype(np.uint8) * 255)
    save(stored(Image.fromarray(colours), photo), folder / f"{name}.jpg", photo)
    save(stored(upright, matte), folder / f"{name}_matte.png", own)


def wrong(folder: Path) -> tuple[dict[str, float], list[str]]:
    """The share of pixels of each matte that do not lie where the upright photo says, and the warnings."""
    pairs, findings, masks = read_pairs(find_layout(folder), False, 0.3, 0)
    shares = {}
    for pair in pairs:
        with photo_file(folder / pair.photo) as photo:
            brightness = np.asarray(photo.decode())[..., 0].astype(float)
        matte = np.asarray(read_matte(folder / pair.matte, masks, pair.matte_orientation))
        assert matte.shape == brightness.shape
        shares[pair.name] = float(np.mean((brightness > brightness.mean()) != (matte == 255)))
    return shares, list(findings.warnings)


@pytest.mark.parametrize("as_stored", [False, True])
@pytest.mark.parametrize("own", [False, True])
def test_a_matte_lies_on_its_photo_in_all_eight_orientations(tmp_path: Path, as_stored: bool, own: bool) -> None:
    if own and not as_stored:
        return  # an upright matte has no orientation of its own
    for number in range(16):
        orientation = number % 8 + 1
        matte = orientation if as_stored else 1
        write(tmp_path / "set", str(number), orientation, matte, matte if own else 1)
    shares, warnings = wrong(tmp_path / "set")
    assert max(shares.values()) < 0.03, shares
    assert warnings == []


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("as_stored", [False, True])
def test_a_matte_lies_on_photos_of_all_formats(tmp_path: Path, suffix: str, as_stored: bool) -> None:
    for orientation in range(1, 9):
        matte = orientation if as_stored else 1
        write(tmp_path, str(orientation), 1, matte)
        with Image.open(tmp_path / f"{orientation}.jpg") as upright:
            pixels = np.asarray(stored(upright, orientation))
        (tmp_path / f"{orientation}.jpg").unlink()
        save_turned(tmp_path / f"{orientation}{suffix}", pixels, orientation)
        (tmp_path / f"{orientation}.stored.jpg").unlink(missing_ok=True)
    shares, warnings = wrong(tmp_path)
    assert max(shares.values()) < 0.05, shares
    assert warnings == []


def test_an_orientation_of_its_own_that_does_not_fit_is_ignored(tmp_path: Path) -> None:
    for number in range(8):
        write(tmp_path / "set", str(number), SIDEWAYS, 1, own=SIDEWAYS)
    assert max(wrong(tmp_path / "set")[0].values()) < 0.03


def test_what_no_shape_tells_is_warned_of(tmp_path: Path) -> None:
    for number in range(8):
        write(tmp_path / "set", str(number), UPSIDE_DOWN if number == 3 else 1, 1)
    shares, warnings = wrong(tmp_path / "set")
    assert max(shares.values()) < 0.03
    assert warnings == [
        "3_matte.png: its photo is turned by its Exif orientation 3, and the matte has none; it is taken to be "
        "upright already"
    ]


def test_an_orientation_that_does_not_exist_turns_nothing(tmp_path: Path) -> None:
    for number in range(8):
        write(tmp_path / "set", str(number), 0, 1, own=9)
    shares, warnings = wrong(tmp_path / "set")
    assert max(shares.values()) < 0.03
    assert warnings == []


def test_a_matte_of_neither_shape_is_refused_with_the_reason(tmp_path: Path) -> None:
    for number in range(8):
        write(tmp_path / "set", str(number), SIDEWAYS, SIDEWAYS)
    Image.new("L", (100, 100)).save(tmp_path / "set" / "5_matte.png")
    with pytest.raises(UserError, match=r"5_matte\.png: .* its photo 128x160 after it is turned by its Exif"):
        wrong(tmp_path / "set")


@pytest.mark.parametrize(
    ("photo_orientation", "matte", "own", "expected"),
    [
        (1, (600, 800), 1, (1,)),
        (6, (600, 800), 1, (1,)),
        (6, (800, 600), 1, (6,)),
        (3, (600, 800), 1, (1, 3)),
        (3, (600, 800), 3, (3,)),
        (1, (800, 600), 6, (6,)),
        (6, (600, 800), 6, (1,)),
        (1, (800, 600), 1, ()),
        (3, (800, 600), 1, ()),
    ],
)
def test_shapes_say_which_orientations_match(
    photo_orientation: int, matte: tuple[int, int], own: int, expected: tuple[int, ...]
) -> None:
    assert matching_orientations((600, 800), photo_orientation, matte, own) == expected


@pytest.mark.parametrize(
    ("clear", "expected"),
    [([(6, (6,))], (3, False)), ([(6, (1,))], (1, False)), ([], (1, True)), ([(6, (1,)), (8, (8,))], (1, True))],
)
def test_the_clear_ones_decide_for_the_others(
    clear: list[tuple[int, tuple[int, ...]]], expected: tuple[int, bool]
) -> None:
    photos, matching = [photo for photo, _ in clear], [match for _, match in clear]
    assert choose_orientations([*photos, 3, 1], [*matching, (1, 3), (1,)])[-2:] == [expected, (1, False)]


def test_the_transforms_here_undo_those_of_the_project() -> None:
    picture = Image.fromarray(smooth_picture(8, 6, 0))
    for orientation, turn in TURNS.items():
        assert np.array_equal(np.asarray(stored(picture, orientation).transpose(turn)), np.asarray(picture))
