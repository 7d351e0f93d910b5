"""`ApplyToPhotos` as a user runs it: in a fresh folder, and with the models of the finished world."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage.color import rgb2gray

import tasks.images.formats  # noqa: F401  # lets Pillow write HEIC and JPEG XL
from tests.world import WORLD, Luigi, Run, World, built, make_world, smooth_picture

MODELS = ("--gray", "gray-simple-3", "--matte", "matte-autoencoder")


@pytest.fixture
def photos(world: World) -> Path:
    """A large photo, a lying one, and a file that is none."""
    folder = world.folder / "photos"
    folder.mkdir()
    Image.fromarray(smooth_picture(1100, 200, 1)).save(folder / "tall.jpg")
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(smooth_picture(90, 120, 2)).save(folder / "lying.jpg", exif=exif)
    (folder / "broken.jpg").write_text("no picture", encoding="utf-8")
    (folder / "a_link.jpg").symlink_to("nowhere.jpg")
    return folder


def apply(world: World, *arguments: str) -> Run:
    return world.run("ApplyToPhotos", *WORLD, *MODELS, *arguments)


def states(world: World) -> dict[str, int]:
    folder = world.data / "photos"
    return {path.relative_to(folder).as_posix(): path.stat().st_mtime_ns for path in folder.rglob("*.png")}


@pytest.mark.slow
def test_photos_end_to_end(world: World, photos: Path) -> None:
    output = world.folder / "out"
    run = apply(world, "--photos", str(photos), "--output", str(output))
    assert run.returncode == 30  # for the broken ones
    assert "broken.jpg: cannot be read as a picture" in run.stderr
    assert "a_link.jpg: cannot be read (No such file or directory)" in run.stderr
    assert "Traceback" not in run.stderr
    assert "2 of 4 photos" in run.stderr
    first = states(world)
    files = ("gray.png", "matte.png", "cutout.png")
    assert set(first) == {"contact_sheet.png", *(f"{name}/{file}" for name in ("tall", "lying") for file in files)}
    for name, size in (("tall", (200, 1100)), ("lying", (90, 120))):
        shown = [Image.open(world.data / "photos" / name / file) for file in files]
        assert [picture.mode for picture in shown] == ["L", "L", "RGBA"]
        assert {picture.size for picture in shown} == {size}
        np.testing.assert_array_equal(np.asarray(shown[2])[..., 3], shown[1])
        assert (output / f"{name}.png").read_bytes() == (world.data / "photos" / name / "cutout.png").read_bytes()
    assert {path.name for path in output.iterdir()} == {"tall.png", "lying.png"}

    # Again, without the broken ones: nothing is made, and all is well.
    (photos / "broken.jpg").unlink()
    (photos / "a_link.jpg").unlink()
    assert apply(world, "--photos", str(photos)).returncode == 0
    assert states(world) == first

    # One photo is replaced: only its results and the sheet are rebuilt.
    Image.fromarray(smooth_picture(1100, 200, 3)).save(photos / "tall.jpg")
    assert apply(world, "--photos", str(photos)).returncode == 0
    second = states(world)
    changed = {name for name in first if first[name] != second[name]}
    assert changed == {"contact_sheet.png", *(f"tall/{file}" for file in files)}

    # A photo that cannot be read any more: what was made of it stays.
    (photos / "tall.jpg").write_text("no picture", encoding="utf-8")
    assert apply(world, "--photos", str(photos)).returncode == 30
    assert {name: second[name] for name in second if "/" in name}.items() <= states(world).items()

    # Nobody knows whether results of photos are still wanted, so only `Clean --all` removes them.
    assert world.run("Clean", *WORLD).returncode == 0
    assert set(states(world)) == set(first)
    assert world.run("Clean", *WORLD, "--all").returncode == 0
    assert not (world.data / "photos").exists()


def test_the_first_command_in_a_fresh_folder_trains_nothing(luigi: Luigi, tmp_path: Path) -> None:
    photo = smooth_picture(90, 70, 1)
    Image.fromarray(photo).save(tmp_path / "me.png")
    run = luigi("ApplyToPhotos", "--photos", "../me.png", "--output", "../out", "--background", "white")
    assert run.returncode == 0, run.stderr
    assert built(run) == set()
    assert "1 of 1 photos" in run.stderr
    data = tmp_path / "work" / "data"
    assert {path.name for path in data.iterdir() if not path.name.startswith(".")} == {"photos"}
    made = {path.name for path in (data / "photos" / "me").iterdir()}
    assert made == {"gray.png", "matte.png", "cutout.png", "composite.png", "record.json"}
    assert (tmp_path / "out" / "me.png").read_bytes() == (data / "photos" / "me" / "composite.png").read_bytes()
    gray = np.asarray(Image.open(data / "photos" / "me" / "gray.png"))
    assert np.abs(gray - rgb2gray(photo) * 255).max() < 0.5001

    before = (data / "photos" / "me" / "record.json").stat().st_mtime_ns
    assert luigi("ApplyToPhotos", "--photos", "../me.png", "--background", "white").returncode == 0
    assert (data / "photos" / "me" / "record.json").stat().st_mtime_ns == before


@pytest.mark.slow
def test_any_photos_that_people_have(luigi: Luigi, tmp_path: Path) -> None:
    (tmp_path / "my photos").mkdir()
    photo = Image.fromarray(smooth_picture(90, 70, 1))
    for name in ("phone.heic", "new.avif", "packed.jxl"):
        photo.save(tmp_path / "my photos" / name)
    erased = photo.copy()
    erased.putalpha(Image.linear_gradient("L").resize(photo.size).point(lambda value: 255 * (value > 90)))
    erased.save(tmp_path / "my photos" / "erased.png")
    (tmp_path / "my photos" / "contract.pdf").write_text("%PDF", encoding="utf-8")
    (tmp_path / "work" / "luigi.cfg").unlink()
    folder = tmp_path.as_uri()
    output = ("--output", f"{folder}/my%20cut-outs", "--background", f"{folder}/my%20photos/phone.heic")
    run = luigi("ApplyToPhotos", "--photos", f"{folder}/my%20photos", *output)
    assert run.returncode == 0, run.stderr
    assert "4 of 4 photos" in run.stderr
    assert f"do not have the suffix of a picture: {tmp_path / 'my photos' / 'contract.pdf'}\n" in run.stderr
    assert {path.name for path in (tmp_path / "my cut-outs").iterdir()} == {
        "phone.png",
        "new.png",
        "packed.png",
        "erased.png",
    }
    made = tmp_path / "work" / "data" / "photos" / "erased"
    hidden = np.asarray(erased)[..., 3] == 0
    for file in ("gray.png", "cutout.png"):
        assert (np.asarray(Image.open(made / file))[hidden] == 0).all()
    assert (np.asarray(Image.open(made / "matte.png"))[hidden] == 0).all()

    run = luigi("ApplyToPhotos", "--photos", "../my photos/*.avif", "--mask-only")
    assert "1 of 1 photos" in run.stderr
    run = luigi("ApplyToPhotos", "--photos", "../my photos/new.avif", "../my photos/packed.jxl")
    assert run.returncode == 40
    assert "--photos takes one path or pattern, and there are 2" in run.stderr


@pytest.mark.runs
@pytest.mark.slow
def test_results_are_stale_when_the_shipped_model_changes_and_not_with_the_catalogue(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    Image.fromarray(smooth_picture(60, 50, 1)).save(tmp_path / "me.png")

    def made(*arguments: str) -> str:
        run = world.run("ApplyToPhotos", "--photos", "../me.png", "--mask-only", *arguments)
        assert run.returncode == 0, run.stderr
        return str(json.loads((world.data / "photos" / "me" / "record.json").read_text(encoding="utf-8"))["made"])

    first = made()
    world.edit("tasks/experiments.py", '"gray-simple-30": Experiment(', '"gray-simple-99": Experiment(')
    assert made() == first
    with (world.project / "tasks" / "shipped" / "matte.keras").open("ab") as model:
        model.write(b"\0\0")  # after the archive's end, where they change no weight
    second = made()
    assert second != first
    assert made() == second


@pytest.mark.slow
def test_mask_only_and_backgrounds(world: World, photos: Path) -> None:
    photo = ("--photos", str(photos / "lying.jpg"))
    folder = world.data / "photos" / "lying"
    assert apply(world, *photo, "--mask-only", "--output", str(world.folder / "out")).returncode == 0
    assert {path.name for path in folder.iterdir()} == {"matte.png", "record.json"}
    mask = (folder / "matte.png").read_bytes()
    assert (world.folder / "out" / "lying.png").read_bytes() == mask

    wall = world.folder / "wall.png"
    Image.new("RGB", (50, 50), (0, 0, 250)).save(wall)
    for background, blue in (("#0000fa", 250), (str(wall), 250), ("black", 0)):
        run = apply(world, *photo, "--background", background)
        assert run.returncode == 0, run.stderr
        composite = np.asarray(Image.open(folder / "composite.png"), float)
        cutout = np.asarray(Image.open(folder / "cutout.png"), float)
        alpha = cutout[..., 3] / 255
        expected = cutout[..., 2] * alpha + blue * (1 - alpha)
        assert np.abs(composite[..., 2] - expected).max() <= 1.5
    assert (folder / "matte.png").read_bytes() == mask


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--photos", "nowhere"), "'nowhere': there is no such file or folder"),
        (("--photos", "../photos", "--background", "blueish"), "'blueish': neither a colour"),
        (("--photos", "../photos", "--output", "../photos"), "is among the photos themselves"),
        (("--photos", "../photos", "--matte", "gray-unet"), "gray-unet"),
        ((), "'photos'"),
    ],
)
def test_a_mistake_is_answered_in_a_sentence(
    world: World, photos: Path, arguments: tuple[str, ...], said: str
) -> None:
    run = apply(world, *arguments)
    assert run.returncode != 0
    assert said in run.stderr
    assert "Traceback" not in run.stderr
    assert not (world.data / "photos").exists()


@pytest.mark.slow
def test_a_photo_of_24_megapixels_takes_less_than_two_gigabytes(world: World, tmp_path: Path) -> None:
    Image.fromarray(smooth_picture(4000, 6000, 1)).save(tmp_path / "large.jpg")
    run = apply(world, "--photos", str(tmp_path / "large.jpg"))
    assert run.returncode == 0, run.stderr
    folder = world.data / "photos" / "large"
    assert Image.open(folder / "cutout.png").size == (6000, 4000)
    assert json.loads((folder / "record.json").read_text(encoding="utf-8"))["made"]["peak_memory_bytes"] < 2e9
