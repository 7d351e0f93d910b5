from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from tasks.core.names import printable
from tasks.dataset.manifest import (
    OriginalsSource,
    Pair,
    read_manifest,
    read_photo_names,
    read_source,
    write_manifest,
    write_source,
)
from tests.world import ON_POSIX

NAMES = st.text(
    st.characters(exclude_categories=(), exclude_characters="\0") | st.sampled_from("'=-+@\\n\n\r\x1b\udcff나\"")
)
PAIRS = st.builds(
    Pair,
    split=st.sampled_from(["training", "testing"]),
    name=NAMES,
    photo=NAMES,
    matte=NAMES,
    width=st.integers(1, 9999),
    height=st.integers(1, 9999),
    photo_sha256=st.just("0" * 64),
    matte_sha256=st.just("1" * 64),
    matte_orientation=st.integers(1, 8),
)


@given(st.lists(PAIRS, max_size=5))
def test_a_manifest_with_names_of_any_kind_comes_back(pairs: list[Pair]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "manifest.csv"
        write_manifest(path, pairs)
        assert read_manifest(path) == pairs
        names = read_photo_names(path, "testing")
    assert names == [printable(pair.photo) for pair in pairs if pair.split == "testing"]


def test_ordinary_names_are_written_as_they_are(tmp_path: Path) -> None:
    pair = Pair("training", "나 1", "training/나 1.png", "training/나 1_matte.png", 3, 4, "0", "1")
    write_manifest(tmp_path / "manifest.csv", [pair])
    assert (tmp_path / "manifest.csv").read_text(encoding="utf-8") == (
        "split,name,photo,matte,width,height,photo_sha256,matte_sha256,matte_orientation\n"
        "training,나 1,training/나 1.png,training/나 1_matte.png,3,4,0,1,1\n"
    )


@ON_POSIX
def test_a_source_in_a_folder_of_odd_bytes_comes_back(tmp_path: Path) -> None:
    source = OriginalsSource("/caf\udce9\n나", "a folder")
    write_source(tmp_path / "source.json", source)
    assert read_source(tmp_path / "source.json") == source
    assert "나" in (tmp_path / "source.json").read_text(encoding="utf-8")
