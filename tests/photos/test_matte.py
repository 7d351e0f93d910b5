import numpy as np
import pytest
from PIL import Image, ImageFilter

from tasks.dataset.arrays import unit_range
from tasks.photos.matte import REFINED_SIDE, enlarge_matte, matte_photo, refine_matte, small_matte
from tests.world import smooth_picture


def two_colours(height: int, width: int, edge: float) -> Image.Image:
    """Reddish left of the edge (a share of the width), bluish right of it."""
    inside = np.arange(width) < edge * width
    row = np.where(inside[:, np.newaxis], [200, 90, 60], [40, 60, 150]).astype(np.uint8)
    return Image.fromarray(np.repeat(row[np.newaxis], height, axis=0))


def off_by(small_pixels: float) -> np.ndarray:
    """A matte of a person left of the middle, whose soft outline is so far right of it."""
    x = np.arange(75) + 0.5
    ramp = np.clip((37.5 + small_pixels - x) / 4 + 0.5, 0, 1).astype(np.float32)
    return np.repeat(ramp[np.newaxis], 100, axis=0)


PHOTO = two_colours(400, 300, 0.5).filter(ImageFilter.GaussianBlur(1))
TRUTH = np.repeat((np.arange(150) < 75)[np.newaxis] * 1.0, 200, axis=0)


def test_an_outline_that_is_off_moves_to_the_photos_edge() -> None:
    matte = off_by(1.5)
    plain = np.asarray(Image.fromarray(matte).resize((150, 200), Image.Resampling.BICUBIC))
    refined = refine_matte(matte, PHOTO)
    assert refined.shape == (REFINED_SIDE, REFINED_SIDE * 3 // 4)
    assert np.abs(refined - TRUTH).mean() < 0.3 * np.abs(plain - TRUTH).mean()


def test_far_from_the_outline_it_is_all_or_nothing() -> None:
    matte = off_by(0)
    matte[20:30, 5:15] = 0.6  # not sure, and well inside
    matte[20:30, 60:70] = 0.4
    refined = refine_matte(matte, PHOTO)
    assert refined[:, :60].min() == pytest.approx(1, abs=1e-3)
    assert refined[:, 90:].max() == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("value", [0.0, 0.3, 0.8, 1.0])
def test_without_an_outline_nothing_is_made_up(value: float) -> None:
    refined = refine_matte(np.full((40, 30), value, np.float32), two_colours(200, 150, 0.5))
    np.testing.assert_allclose(refined, value >= 0.5, atol=0.31)
    assert np.ptp(refined) < 1e-3


def test_without_a_solution_it_is_only_resized(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.photos.matte.solve_matte", lambda colours, trimap: None)
    plain = np.asarray(Image.fromarray(off_by(1)).resize((150, 200), Image.Resampling.BICUBIC))
    np.testing.assert_allclose(refine_matte(off_by(1), PHOTO), np.clip(plain, 0, 1))


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (200, 150, 3), dtype=np.uint8)
    refine_matte(off_by(0), Image.fromarray(noise))
    refine_matte(off_by(0), Image.new("RGB", (150, 200)))
    assert capfd.readouterr().out == ""


def test_a_soft_outline_becomes_as_sharp_as_the_photos() -> None:
    photo = two_colours(400, 300, 0.5)
    ramp = np.clip(np.linspace(13, -12, 75), 0, 1).astype(np.float32)  # falls within about three small pixels
    matte = np.repeat(ramp[np.newaxis], 100, axis=0)
    truth = (np.arange(300) < 150) * 255.0
    enlarged = np.asarray(enlarge_matte(matte, photo), float)
    plain = np.asarray(Image.fromarray(matte).resize(photo.size, Image.Resampling.BILINEAR), float) * 255
    assert np.abs(enlarged - truth).mean() < 0.5 * np.abs(plain - truth).mean()


def test_a_matte_that_follows_the_colours_is_kept() -> None:
    photo = Image.fromarray(smooth_picture(200, 160, 2))
    small = unit_range(np.asarray(photo.resize((40, 50), Image.Resampling.BOX)))
    weights = np.array([0.5, 0.2, 0.3], np.float32)
    expected = np.asarray(photo, np.float32) @ weights
    assert np.abs(enlarge_matte(small @ weights, photo) - expected).mean() < 3


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_all_or_nothing_stays_what_it_is(value: float) -> None:
    photo = Image.fromarray(smooth_picture(120, 90, 4))
    assert (enlarge_matte(np.full((40, 30), value, np.float32), photo) == value * 255).all()


def test_strips_leave_no_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    photo = Image.fromarray(smooth_picture(310, 200, 5))
    matte = unit_range(np.asarray(Image.fromarray(smooth_picture(50, 33, 6)).convert("L")))
    whole = enlarge_matte(matte, photo).astype(int)
    monkeypatch.setattr("tasks.photos.matte.STRIP_ROWS", 37)
    assert np.abs(enlarge_matte(matte, photo) - whole).max() <= 1


class Reddish:
    """A network that finds what is redder than blue, and remembers what it was shown."""

    size = (40, 30)

    def __init__(self) -> None:
        self.shown: list[np.ndarray] = []

    def __call__(self, images: np.ndarray) -> np.ndarray:
        self.shown.append(images)
        return (images[..., :1] > images[..., 2:]).astype(np.float32)


def with_red(size: tuple[int, int], box: tuple[int, int, int, int]) -> Image.Image:
    picture = Image.new("RGB", size, (40, 60, 150))
    picture.paste((200, 90, 60), box)
    return picture


@pytest.mark.parametrize("size", [(300, 400), (400, 400), (711, 400), (225, 400)])
def test_pictures_of_any_shape_are_shown_unsqueezed(size: tuple[int, int]) -> None:
    middle = (size[0] // 2 - 50, 100, size[0] // 2 + 50, 200)
    network = Reddish()
    matte = small_matte(with_red(size, middle), network)
    assert matte.shape[0] / matte.shape[1] == pytest.approx(size[1] / size[0], rel=0.06)
    (image,) = network.shown[0]
    rows, columns = np.nonzero(image[..., 0] > image[..., 2])
    assert np.ptp(rows) == pytest.approx(np.ptp(columns), abs=1)
    assert matte.mean() == pytest.approx(100 * 100 / (size[0] * size[1]), rel=0.25)


def test_a_small_person_is_looked_at_again_from_near() -> None:
    photo = with_red((1600, 900), (700, 400, 820, 560))
    network = Reddish()
    matte = np.asarray(matte_photo(photo, network))
    assert len(network.shown) == 2
    near, far = ((image[..., 0] > image[..., 2]).mean() for image in reversed(network.shown))
    assert near > 10 * far
    truth = np.zeros((900, 1600), bool)
    truth[400:560, 700:820] = True
    assert ((matte >= 128) & truth).sum() / ((matte >= 128) | truth).sum() > 0.97


def test_a_portrait_is_looked_at_once() -> None:
    network = Reddish()
    matte_photo(with_red((300, 400), (50, 60, 260, 400)), network)
    assert len(network.shown) == 1


def test_small_holes_in_the_person_are_filled_and_large_ones_stay() -> None:
    person = np.zeros((100, 75), np.float32)
    person[10:, 10:65] = 1
    badge, arm = person.copy(), person.copy()
    badge[60:66, 30:38] = 0
    arm[50:70, 12:32] = 0
    photo = two_colours(400, 300, 0.99)
    assert refine_matte(badge, photo)[122:130, 62:74].min() > 0.99
    assert refine_matte(arm, photo)[110:130, 34:54].max() < 0.5
