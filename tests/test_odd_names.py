"""Originals and photos whose names are not UTF-8, or that a terminal or a spreadsheet would obey."""

import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.world import EPOCHS, SMALL, Luigi, Run, built, write_portraits

ODD = (b"\xff\xfe", b"line\nend", b"\x1b[31mred", b"=1+1", b"-1", b"\xe2\x80\xaegnp", b"'", b"a\\x41", b"a\tb\r")
SET = ("--report-experiments", "gray-simple-3", *EPOCHS, *SMALL)


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """Portraits whose names are odd, in a folder whose name is odd."""
    folder = write_portraits(tmp_path / "portraits").rename(tmp_path / os.fsdecode(b"caf\xe9\x1b[2J"))
    for split in ("training", "testing"):
        for name, photo in zip(ODD, sorted((folder / split).glob("?????.png")), strict=False):
            own = os.fsdecode(name if split == "training" else name + b"t")
            photo.with_stem(f"{photo.stem}_matte").rename(photo.with_name(f"{own}_matte.png"))
            photo.rename(photo.with_name(f"{own}.png"))
    return folder


def check(run: Run, work: Path) -> None:
    assert run.returncode == 0, run.stderr
    shown = run.stdout + run.stderr
    texts = [path.read_bytes() for path in work.rglob("*") if path.suffix in (".csv", ".json", ".html", ".md")]
    for raw in (b"\x1b", b"\xff", b"\xe9\x1b", "\u202e".encode()):
        assert raw not in shown.encode("utf-8", "surrogateescape")
        assert not [text for text in texts if raw in text]
    for cell in ("\n=", ",=", '"=', ",-1", "\t", "\r"):
        assert not [path for path in work.rglob("*.csv") if cell in path.read_text(encoding="utf-8")]


@pytest.mark.slow
def test_a_folder_of_odd_names_becomes_a_report(luigi: Luigi, odd: Path, tmp_path: Path) -> None:
    source = ("--originals-source", str(odd))
    check(luigi("EvaluateAll", *source, *SET), tmp_path / "work")
    assert "\\x1b[31mredt.png" in (tmp_path / "work" / "data" / "report" / "index.html").read_text(
        encoding="utf-8"
    )
    again = luigi("EvaluateAll", *source, *SET)
    check(again, tmp_path / "work")
    assert built(again) == set()
    status = luigi("Status", *source, *SET)
    assert "EvaluateAll would do nothing" in status.stdout, status.stderr


@pytest.mark.parametrize("kind", ["tar", "zip"])
def test_an_archive_of_odd_names_is_unpacked(luigi: Luigi, odd: Path, tmp_path: Path, kind: str) -> None:
    archive = tmp_path / f"portraits.{kind}"
    files = {str(path.relative_to(odd)): path.read_bytes() for path in odd.rglob("*.png")}
    if kind == "tar":
        with tarfile.open(archive, "w", format=tarfile.GNU_FORMAT) as tape:
            for name, content in files.items():
                info = tarfile.TarInfo(name)
                info.size = len(content)
                tape.addfile(info, io.BytesIO(content))
    else:
        with zipfile.ZipFile(archive, "w") as zipped:
            for name, content in files.items():
                zipped.writestr(name.encode("utf-8", "replace").decode().replace("?", "q"), content)
    check(luigi("SmallImages", "--originals-source", str(archive), *SMALL), tmp_path / "work")
    names = {path.name for path in (tmp_path / "work" / "data" / "unpacked").rglob("*.png")}
    assert {"%1B[31mred.png", "%1B[31mred_matte.png", "line%0Aend.png", "=1+1.png"} <= names


def test_bad_files_of_odd_names_are_named(luigi: Luigi, odd: Path, tmp_path: Path) -> None:
    for path in (odd / "training").glob("*_matte.png"):
        path.write_text("no picture", encoding="utf-8")
    run = luigi("Originals", "--originals-source", str(odd), *SMALL)
    assert run.returncode == 30
    assert "Traceback" not in run.stderr
    assert "\x1b" not in run.stderr
    assert "\n  training/line\\nend_matte.png: cannot be read as a picture" in run.stderr
    assert "training/\\udcff\\udcfe_matte.png: cannot be read" in run.stderr


@pytest.mark.slow
def test_photos_of_odd_names_get_results(luigi: Luigi, odd: Path, tmp_path: Path) -> None:
    bad = odd / "testing" / os.fsdecode(b"bad\n\x1b[2J\xff.png")
    bad.write_text("no picture", encoding="utf-8")
    run = luigi("ApplyToPhotos", "--photos", str(odd / "testing"), "--mask-only", "--output", "out")
    assert run.returncode == 30
    assert "Traceback" not in run.stderr
    assert "\x1b" not in run.stderr
    assert "bad\\n\\x1b[2J\\udcff.png: cannot be read as a picture" in run.stderr
    copies = {path.name for path in (tmp_path / "work" / "out").iterdir()}
    assert {"%FF%FEt.png", "line%0Aendt.png", "%1B[31mredt.png"} <= copies
