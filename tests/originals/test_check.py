import hashlib
from pathlib import Path

import pytest
from PIL import Image

from tasks.errors import UserError
from tasks.originals.check import check_pairs
from tasks.originals.folder import find_pairs
from tasks.originals.manifest import Source, read_manifest, read_source, write_manifest, write_source
from tests.world import write_pair


def test_rows_hold_size_and_digests_and_survive_the_file(portraits: Path, tmp_path: Path) -> None:
    write_pair(portraits / "training", "00007", 7, height=200, width=90)
    pairs = check_pairs(portraits, find_pairs(portraits)[0])
    last = next(pair for pair in pairs if pair.name == "00007")
    assert (last.width, last.height) == (90, 200)
    assert last.photo_sha256 == hashlib.sha256((portraits / last.photo).read_bytes()).hexdigest()
    write_manifest(tmp_path / "manifest.csv", pairs)
    assert read_manifest(tmp_path / "manifest.csv") == pairs
    header = (tmp_path / "manifest.csv").read_text().splitlines()[0]
    assert header.startswith("split,name,photo,matte,width,height")


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_names_every_bad_file_at_once(portraits: Path, suffix: str) -> None:
    write_pair(portraits / "training", "00010", 10, suffix=suffix)
    cut = portraits / "training" / f"00010{suffix}"
    cut.write_bytes(cut.read_bytes()[:-40])
    (portraits / "training" / "00001.png").write_text("<html>not a picture</html>")
    (portraits / "training" / "00002.png").write_bytes(b"")
    Image.new("L", (64, 64)).save(portraits / "testing" / "00001_matte.png")
    (portraits / "testing" / "00002_matte.png").unlink()
    with pytest.raises(UserError) as raised:
        check_pairs(portraits, *find_pairs(portraits))
    message = str(raised.value)
    for file in (f"training/00010{suffix}", "training/00001.png", "training/00002.png", "testing/00001_matte.png"):
        assert file in message
    assert "testing/00002.png: photo without a matte" in message
    assert "64x64" in message
    assert "5 of the originals" in message


def test_a_relative_root_is_taken_from_the_file(tmp_path: Path) -> None:
    write_source(tmp_path / "source.json", Source(".", "here"))
    assert read_source(tmp_path / "source.json") == Source(str(tmp_path), "here")
    write_source(tmp_path / "source.json", Source("/elsewhere", "there"))
    assert read_source(tmp_path / "source.json").root == "/elsewhere"
