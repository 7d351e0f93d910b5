from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tasks.originals.layouts import find_layout
from tasks.originals.pairs import find_pairs
from tasks.originals.sample.drawing import HEIGHT, WIDTH, Layer, cover, ellipse, flat, spot, stack
from tasks.originals.sample.render import render_portrait, render_sample


def test_is_laid_out_as_the_archive_and_the_same_for_a_seed(tmp_path: Path) -> None:
    render_sample(tmp_path / "one", 2, 1, seed=3)
    render_sample(tmp_path / "two", 1, 1, seed=3)
    pairs, problems = find_pairs(find_layout(tmp_path / "one"))
    assert problems == []
    assert [f"{pair.split}/{pair.name}" for pair in pairs] == ["training/00001", "training/00002", "testing/00001"]
    for path in (tmp_path / "two").rglob("*.*"):
        assert path.read_bytes() == (tmp_path / "one" / path.relative_to(tmp_path / "two")).read_bytes()
    with Image.open(pairs[0].photo) as photo, Image.open(pairs[0].matte) as matte:
        assert (photo.mode, photo.size, matte.mode, matte.size) == ("RGB", (600, 800), "L", (600, 800))


def test_portraits_differ_and_show_a_person_with_a_soft_edge() -> None:
    photos, mattes = zip(*(render_portrait(np.random.default_rng(seed)) for seed in range(4)), strict=True)
    assert len({photo.tobytes() for photo in photos}) == 4
    for matte in mattes:
        share = (matte > 127).mean()
        assert 0.15 < share < 0.85
        assert matte[0, 0] == 0
        assert 0.002 < ((matte > 0) & (matte < 255)).mean() < 0.3


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=4))
def test_layers_add_up_as_one_over_the_other(layers: list[tuple[float, float]]) -> None:
    part = np.zeros((HEIGHT, WIDTH), bool)
    part[10:12, 20:23] = True
    result = stack([Layer(flat((value,) * 3), (part * alpha).astype(np.float32)) for value, alpha in layers])
    seen, behind = 0.25, 0.25
    for value, alpha in layers:
        seen = value * alpha + seen * (1 - alpha)
    composed = result.colour[10, 20, 0] * result.alpha[10, 20] + behind * (1 - result.alpha[10, 20])
    np.testing.assert_allclose(composed, seen, atol=1e-5)
    assert result.alpha[0, 0] == 0


@given(
    centre=st.tuples(st.floats(-50, 650), st.floats(-50, 850)),
    radii=st.tuples(st.floats(2, 60), st.floats(2, 60)),
    tilt=st.floats(-1, 1),
    softness=st.floats(1, 40),
)
@settings(max_examples=25)
def test_a_spot_is_a_covered_ellipse(
    centre: tuple[float, float], radii: tuple[float, float], tilt: float, softness: float
) -> None:
    whole = cover(ellipse(*centre, *radii, tilt), softness)
    np.testing.assert_array_equal(spot(*centre, *radii, tilt, softness), whole)
