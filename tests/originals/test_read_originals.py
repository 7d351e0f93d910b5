import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from unicodedata import normalize

import pytest
from PIL import Image

from tasks.core.errors import UserError
from tasks.core.names import printable
from tasks.dataset.manifest import OriginalsSource, Pair, read_manifest, read_source, write_manifest, write_source
from tasks.images.pictures import ORIENTATION
from tasks.originals.layouts import find_layout
from tasks.originals.read_originals import read_originals, read_pairs
from tests.originals.trees import write_cut_out, write_photo
from tests.world import ON_POSIX, ROOT, without_privileges, write_pair

ODD = "odd\n\x1b[2J\udcff"
Spoil = Callable[[Path], object]


def manifest(root: Path, skip_bad: bool = False) -> tuple[list[Pair], list[str], list[str]]:
    pairs, findings, _ = read_pairs(find_layout(root), skip_bad, testing_share=0.5, split_seed=0)
    return pairs, list(findings.left_out), list(findings.warnings)


@pytest.mark.parametrize("files", [[], ["a/1.png", "b/1.png"], ["train/1.png", "train/1_matte.png"]])
@ON_POSIX
def test_a_layout_that_is_not_understood_is_explained_in_one_line(tmp_path: Path, files: list[str]) -> None:
    for file in ("notes.txt", *files):
        path = tmp_path / ODD / f"{ODD}{file}"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_photo(path, 1) if path.suffix == ".png" else path.touch()
    with pytest.raises(UserError) as raised:
        read_originals(tmp_path / ODD, skip_bad=False, testing_share=0.5, split_seed=0)
    assert "odd\\n\\x1b[2J" in str(raised.value)
    assert printable(str(raised.value)) == str(raised.value)


def test_rows_hold_size_and_digests_and_survive_the_file(portraits: Path, tmp_path: Path) -> None:
    write_pair(portraits / "training", "00007", 7, height=200, width=90)
    pairs, left_out, warnings = manifest(portraits)
    assert left_out == warnings == []
    last = next(pair for pair in pairs if pair.name == "00007")
    assert (last.width, last.height) == (90, 200)
    assert last.photo_sha256 == hashlib.sha256((portraits / last.photo).read_bytes()).hexdigest()
    write_manifest(tmp_path / "manifest.csv", pairs)
    assert read_manifest(tmp_path / "manifest.csv") == pairs
    header = (tmp_path / "manifest.csv").read_text(encoding="utf-8").splitlines()[0]
    assert header.startswith("split,name,photo,matte,width,height")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def as_jpeg(path: Path) -> None:
    with Image.open(path) as picture:
        picture.convert("RGB").save(path, format="JPEG")


def cut_jpeg(path: Path) -> None:
    as_jpeg(path)
    cut(path)


def loop(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


def dangle(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere")


def make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


SPOILED: dict[str, tuple[Spoil, str]] = {
    "empty": (lambda path: path.write_bytes(b""), "cannot be read as a picture"),
    "HTML": (
        lambda path: path.write_text("<html>not a picture</html>", encoding="utf-8"),
        "cannot be read as a picture",
    ),
    "cut PNG": (cut, "cannot be read as a picture"),
    "cut JPEG": (cut_jpeg, "cannot be read as a picture"),
    "loop": (loop, "Too many levels of symbolic links"),
    "dangling link": (dangle, "No such file"),
    "folder": (make_folder, "Is a directory"),
    "other shape": (lambda path: Image.new("RGB", (160, 160)).save(path), "both need the same aspect ratio"),
}


@pytest.mark.parametrize("kind", SPOILED)
@pytest.mark.parametrize("file", ["training/00001.png", "testing/00002_matte.png"])
@ON_POSIX
def test_a_bad_file_stops_the_run_or_is_left_out(portraits: Path, kind: str, file: str) -> None:
    spoil, reason = SPOILED[kind]
    spoil(portraits / file)
    with pytest.raises(UserError) as raised:
        manifest(portraits)
    assert "1 of the originals" in str(raised.value)
    assert reason in str(raised.value)
    pairs, left_out, warnings = manifest(portraits, skip_bad=True)
    assert len(pairs) == 8
    assert [line.replace("_matte", "").partition(":")[0] for line in left_out] == [file.replace("_matte", "")]
    assert str(portraits) not in left_out[0]
    assert warnings == []


def test_all_bad_files_are_named_at_once(portraits: Path) -> None:
    (portraits / "training" / "00001.png").write_bytes(b"")
    cut(portraits / "training" / "00002_matte.png")
    (portraits / "testing" / "00002_matte.png").unlink()
    with pytest.raises(UserError) as raised:
        manifest(portraits)
    assert "3 of the originals" in str(raised.value)
    for text in ("training/00001.png: ", "training/00002_matte.png: ", "testing/00002.png: photo without a matte"):
        assert text in str(raised.value)


def test_leaving_out_all_of_a_split_is_an_error(portraits: Path) -> None:
    for path in (portraits / "testing").glob("*_matte.png"):
        path.write_text("", encoding="utf-8")
    with pytest.raises(UserError, match=r"no usable pair for testing(.|\n)*testing/00003_matte\.png"):
        manifest(portraits, skip_bad=True)


def test_a_file_that_may_not_be_read_is_named(portraits: Path) -> None:
    (portraits / "training" / "00001.png").chmod(0)
    script = f"""
from pathlib import Path
from tasks.originals.layouts import find_layout
from tasks.originals.read_originals import read_pairs
read_pairs(find_layout(Path({str(portraits)!r})), False, 0.5, 0)
"""
    command = [*without_privileges(), sys.executable, "-c", script]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert "training/00001.png: cannot be read as a picture (Permission denied)" in run.stderr


def test_a_matte_of_another_size_and_the_same_aspect_ratio_is_kept_with_a_warning(portraits: Path) -> None:
    matte = portraits / "training" / "00001_matte.png"
    with Image.open(matte) as picture:
        picture.resize((64, 80)).save(matte)
    pairs, _, warnings = manifest(portraits)
    assert len(pairs) == 9
    assert warnings == [
        "training/00001_matte.png: the matte is 64x80 pixels (width x height), its photo 128x160; it is resized"
    ]


def test_a_photo_that_lies_on_its_side_is_measured_upright(portraits: Path) -> None:
    photo = portraits / "training" / "00001.png"
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    with Image.open(photo) as picture:
        picture.transpose(Image.Transpose.ROTATE_90).convert("RGB").save(photo, format="JPEG", exif=exif)
    pairs, _, warnings = manifest(portraits)
    assert warnings == []
    assert (pairs[0].width, pairs[0].height) == (128, 160)


@pytest.mark.parametrize("name", ["홍길동", "two words", 'it\'s "quoted"', "<script>alert(1)<'script>", "a,b;c"])
@ON_POSIX
def test_a_pair_may_have_any_name(portraits: Path, tmp_path: Path, name: str) -> None:
    write_pair(portraits / "training", name, 1)
    pairs, *_ = manifest(portraits)
    write_manifest(tmp_path / "manifest.csv", pairs)
    assert f"training/{name}.png" in [pair.photo for pair in read_manifest(tmp_path / "manifest.csv")]


def test_without_a_split_one_is_drawn(tmp_path: Path) -> None:
    for number in range(12):
        write_pair(tmp_path / "set", str(number), number, 40, 32)
    pairs, *_ = manifest(tmp_path / "set")
    assert {pair.split for pair in pairs} == {"training", "testing"}


@ON_POSIX
def test_a_relative_root_is_taken_from_the_file(tmp_path: Path) -> None:
    write_source(tmp_path / "source.json", OriginalsSource(".", "here"))
    assert read_source(tmp_path / "source.json") == OriginalsSource(str(tmp_path), "here")
    write_source(tmp_path / "source.json", OriginalsSource("/elsewhere", "there"))
    assert read_source(tmp_path / "source.json").root == "/elsewhere"


def test_each_cut_out_must_be_one(tmp_path: Path) -> None:
    for number in range(40):
        write_cut_out(tmp_path / f"{number:02d}.png", number)
    write_photo(tmp_path / "07.png", 7)
    with pytest.raises(UserError, match=r"07\.png: has no transparent parts"):
        manifest(tmp_path)
    pairs, left_out, _ = manifest(tmp_path, skip_bad=True)
    assert len(pairs) == 39
    assert {(pair.photo, pair.photo_sha256) for pair in pairs} == {
        (pair.matte, pair.matte_sha256) for pair in pairs
    }
    assert len(left_out) == 1


def test_photos_alone_are_checked_too(tmp_path: Path) -> None:
    for number in range(9):
        write_photo(tmp_path / f"{number}.jpg", number)
    (tmp_path / "8.jpg").write_bytes((tmp_path / "8.jpg").read_bytes()[:300])
    with pytest.raises(UserError, match=r"8\.jpg: cannot be read as a picture"):
        manifest(tmp_path)
    (tmp_path / "8.jpg").unlink()
    pairs, _, warnings = manifest(tmp_path)
    assert {(pair.matte, pair.matte_sha256) for pair in pairs} == {("", "")}
    assert {pair.split for pair in pairs} == {"training", "testing"}
    assert "no mattes" in warnings[0]


def test_what_is_not_used_is_a_warning(portraits: Path) -> None:
    write_photo(portraits / "preview" / "x.png", 1)
    _, _, warnings = manifest(portraits)
    assert warnings == ["preview/: not used: x.png"]


def test_originals_from_a_mac_give_the_same_manifest(tmp_path: Path) -> None:
    found = []
    for form in ("NFC", "NFD"):
        folder = tmp_path / form / normalize(form, "사진")
        for number, name in enumerate(("각 é", "나무", "plain")):
            write_pair(folder, normalize(form, name), number)
        # A matte that was made elsewhere than its photo.
        (folder / normalize(form, "나무_matte.png")).rename(folder / "나무_matte.png")
        pairs, left_out, warnings = manifest(tmp_path / form)
        write_manifest(tmp_path / f"{form}.csv", pairs)
        found.append(((tmp_path / f"{form}.csv").read_bytes(), left_out, warnings))
    assert found[0] == found[1]
    assert ",나무,나무.png,나무_matte.png," in found[0][0].decode()


def test_a_bad_file_from_a_mac_is_named_as_others_are(portraits: Path) -> None:
    write_pair(portraits / "training", normalize("NFD", "é"), 7)
    (portraits / "training" / normalize("NFD", "é.png")).write_bytes(b"bad")
    _, left_out, _ = manifest(portraits, skip_bad=True)
    assert [line.partition(":")[0] for line in left_out] == ["training/é.png"]


def test_the_folder_of_the_source_is_that_on_the_disk(tmp_path: Path) -> None:
    for number in range(3):
        write_pair(tmp_path / normalize("NFD", "사진"), str(number), number)
    source, *_ = read_originals(tmp_path, skip_bad=False, testing_share=0.5, split_seed=0)
    assert Path(source.root).is_dir()
