import gzip
import io
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.core.errors import UserError
from tasks.originals.layouts import find_layout
from tasks.originals.pairs import find_pairs
from tasks.originals.unpack.archive import Limits, unpack_pictures, write_contents
from tests.fuzz import EXAMPLES, Changes, changes, mutated

PICTURES = {
    "set/training/1.png": b"photo" * 100,
    "set/training/1_matte.png": b"matte",
    "set/testing/2.JPG": b"other",
}
Pack = Callable[[Path, dict[str, bytes]], Path]


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.mkdir("set")
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def tarred(path: Path, files: dict[str, bytes], how: str = "w:gz") -> Path:
    with tarfile.open(path, how) as archive:  # type: ignore[call-overload]
        folder = tarfile.TarInfo("set")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def unpacked(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("how", ["zip", "w", "w:gz", "w:bz2", "w:xz"])
def test_the_pictures_come_out_and_nothing_else(tmp_path: Path, how: str) -> None:
    more = {
        "readme.txt": b"text",
        "set/training/._1.png": b"fork",
        "__MACOSX/set/1.png": b"fork",
        "run.py": b"evil",
        "set/training/3.gif": b"film",
    }
    files = {**PICTURES, **more}
    archive = tmp_path / "archive"
    zipped(archive, files) if how == "zip" else tarred(archive, files, how)
    assert unpack_pictures(archive, tmp_path / "out", Limits()) == (3, ["set/training/3.gif"])
    assert unpacked(tmp_path / "out") == PICTURES


@pytest.mark.parametrize("pack", [zipped, tarred])
@pytest.mark.parametrize(
    "name",
    [
        "../evil.png",
        "/tmp/evil.png",
        "set/../../evil.png",
        "C:/evil.png",
        "c:evil.png",
        "C:\\evil.png",
        "..\\evil.png",
        "\\evil.png",
        "\\\\server\\share\\evil.png",
        "\\\\?\\C:\\evil.png",
        "../evil.txt",
    ],
)
def test_a_name_that_points_outside_stops_everything(tmp_path: Path, pack: Pack, name: str) -> None:
    archive = pack(tmp_path / "archive", {name: b"evil", **PICTURES})
    with pytest.raises(UserError, match="points outside the archive"):
        unpack_pictures(archive, tmp_path / "in" / "out", Limits())
    assert [path.name for path in tmp_path.rglob("*")] == ["archive"]


def test_links_are_not_followed(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "archive", "w") as archive:
        for kind, name in ((tarfile.SYMTYPE, "1.png"), (tarfile.LNKTYPE, "2.png"), (tarfile.CHRTYPE, "3.png")):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    with pytest.raises(UserError, match=r"(?s)3 of its files.*'1\.png' is a link.*'2\.png'.*'3\.png'"):
        unpack_pictures(tmp_path / "archive", tmp_path / "out", Limits())
    info_zip = zipfile.ZipInfo("1.png")
    info_zip.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "archive.zip", "w") as zip_archive:
        zip_archive.writestr(info_zip, "/etc/passwd")
    with pytest.raises(UserError, match=r"'1\.png' is a link"):
        unpack_pictures(tmp_path / "archive.zip", tmp_path / "out", Limits())


def test_an_encrypted_archive_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "archive.zip", PICTURES)
    content = bytearray(path.read_bytes())
    for start, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(start)
        while at >= 0:
            content[at + flags] |= 1
            at = content.find(start, at + 4)
    path.write_bytes(content)
    with pytest.raises(UserError, match="is encrypted"):
        unpack_pictures(path, tmp_path / "out", Limits())


@pytest.mark.parametrize(
    "limits", [Limits(pictures=2), Limits(gigabytes=3e-7), Limits(ratio=1e-4)], ids=["pictures", "size", "ratio"]
)
@pytest.mark.parametrize("pack", [zipped, tarred])
def test_a_bomb_is_stopped(tmp_path: Path, pack: Pack, limits: Limits) -> None:
    archive = pack(tmp_path / "archive", PICTURES)
    with pytest.raises(UserError, match="holds more than"):
        unpack_pictures(archive, tmp_path / "out", limits)


def test_a_bomb_of_zeros_is_stopped_before_it_is_unpacked(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "archive", {"1.png": b"\0" * 150_000_000})
    with pytest.raises(UserError, match="100 times its own size"):
        unpack_pictures(archive, tmp_path / "out", Limits())
    assert sum(path.stat().st_size for path in (tmp_path / "out").rglob("*")) < 106_000_000


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_unpack_all_at_once_are_refused_for_pictures_alone(tmp_path: Path, method: int) -> None:
    with zipfile.ZipFile(tmp_path / "archive", "w") as archive:
        archive.writestr("1.png", bytes(10_000_000), method)
        archive.writestr("readme.txt", "text", method)
        archive.writestr("2.png", "photo")
    with pytest.raises(
        UserError, match=r"1 of its files cannot .*unpack it yourself and give the folder:\n.*Deflate"
    ):
        unpack_pictures(tmp_path / "archive", tmp_path / "out", Limits())


@pytest.mark.parametrize(
    "kind",
    [
        tarfile.XHDTYPE,
        tarfile.XGLTYPE,
        tarfile.SOLARIS_XHDTYPE,
        tarfile.GNUTYPE_LONGNAME,
        tarfile.GNUTYPE_LONGLINK,
    ],
)
@pytest.mark.parametrize("before", [b"", None], ids=["at the beginning", "later"])
def test_a_giant_name_or_note_is_refused_before_it_is_read(
    tmp_path: Path, kind: bytes, before: bytes | None
) -> None:
    info = tarfile.TarInfo("note")
    info.type, info.size = kind, 100_000_000
    first = tarred(tmp_path / "first", PICTURES, "w").read_bytes()[:-10240] if before is None else before
    with gzip.open(tmp_path / "archive", "wb", 1) as file:
        file.write(first + info.tobuf())
        for _ in range(100):
            file.write(bytes(1_000_000))
    tracemalloc.start()
    try:
        with pytest.raises(UserError, match=r"is damaged or incomplete \(a name or a note of 100 MB\)"):
            unpack_pictures(tmp_path / "archive", tmp_path / "out", Limits())
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_long_names_are_read(tmp_path: Path) -> None:
    for form in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT):
        name = f"{'folder/' * 40}{form}.png"
        with tarfile.open(tmp_path / "archive", "w", format=form) as archive:
            archive.addfile(tarfile.TarInfo(name))
        assert unpack_pictures(tmp_path / "archive", tmp_path / "out", Limits()) == (1, [])
        assert (tmp_path / "out" / name).is_file()


def test_a_sparse_file_is_refused(tmp_path: Path) -> None:
    info = tarfile.TarInfo("1.png")
    info.type = tarfile.GNUTYPE_SPARSE
    (tmp_path / "archive").write_bytes(info.tobuf(tarfile.GNU_FORMAT) + bytes(1024))
    with pytest.raises(UserError, match="a sparse file, which takes any memory; pack it without --sparse"):
        unpack_pictures(tmp_path / "archive", tmp_path / "out", Limits())
    with tarfile.open(tmp_path / "archive", "w", format=tarfile.PAX_FORMAT) as archive:
        plain = tarfile.TarInfo("1.png")
        plain.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "9"}
        archive.addfile(plain)
    with pytest.raises(UserError, match="a sparse file"):
        unpack_pictures(tmp_path / "archive", tmp_path / "out", Limits())


def test_the_same_name_twice_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "archive", PICTURES)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("set/training/1.png", b"another")
    with pytest.raises(UserError, match=r"'set/training/1\.png' is in the archive twice"):
        unpack_pictures(path, tmp_path / "out", Limits())


@pytest.mark.parametrize("files", [{}, {"readme.txt": b""}])
def test_an_archive_without_pictures_is_refused(tmp_path: Path, files: dict[str, bytes]) -> None:
    with pytest.raises(UserError, match="holds no pictures"):
        unpack_pictures(zipped(tmp_path / "archive", files), tmp_path / "out", Limits())


def test_an_archive_of_archives_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"holds no pictures, but other archives: portraits\.zip"):
        unpack_pictures(zipped(tmp_path / "archive", {"portraits.zip": b""}), tmp_path / "out", Limits())


@pytest.mark.parametrize("content", [b"", b"<html>log in</html>", b"PK\x03\x04"])
def test_a_file_that_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "archive.zip").write_bytes(content)
    with pytest.raises(UserError, match=r"archive\.zip: is not a zip or tar archive, or is incomplete"):
        unpack_pictures(tmp_path / "archive.zip", tmp_path / "out", Limits())


def test_contents_are_listed_by_name(tmp_path: Path) -> None:
    unpack_pictures(zipped(tmp_path / "archive", PICTURES), tmp_path / "out", Limits())
    write_contents(tmp_path / "contents.csv", tmp_path / "out")
    lines = (tmp_path / "contents.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "path,bytes,sha256"
    assert [line.split(",")[:2] for line in lines[1:]] == [
        ["set/testing/2.JPG", "5"],
        ["set/training/1.png", "500"],
        ["set/training/1_matte.png", "5"],
    ]


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    folder = tmp_path_factory.mktemp("archives")
    return [
        zipped(folder / "a.zip", PICTURES).read_bytes(),
        *(tarred(folder / how.replace(":", ""), PICTURES, how).read_bytes() for how in ("w", "w:gz", "w:xz")),
    ]


@settings(max_examples=EXAMPLES)
@given(kind=st.integers(0, 3), changed=changes)
def test_a_mutated_archive_gives_files_inside_or_our_own_error(
    archives: list[bytes], kind: int, changed: Changes
) -> None:
    with TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "archive").write_bytes(mutated(archives[kind], changed))
        with suppress(UserError):
            unpack_pictures(folder / "archive", folder / "in" / "out", Limits())
        assert {path.name for path in folder.iterdir()} <= {"archive", "in"}
        assert {path.name for path in (folder / "in").glob("*")} <= {"out"}


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_names_that_some_system_does_not_allow_are_escaped(tmp_path: Path, pack: Pack) -> None:
    names = ["con.png", "aux/1.png", "trip. /2.png", "10:30.png", "set/a:b?.png", normalize("NFD", "é.png")]
    unpack_pictures(pack(tmp_path / "archive", dict.fromkeys(names, b"a")), tmp_path / "out", Limits())
    assert unpacked(tmp_path / "out").keys() == {
        "%63on.png",
        "%61ux/1.png",
        "trip.%20/2.png",
        "10%3A30.png",
        "set/a%3Ab%3F.png",
        "é.png",
    }


def test_an_escaped_photo_keeps_its_matte(tmp_path: Path) -> None:
    names = ["con.png", "con_matte.png", "10:1.png", "10:1_matte.png"]
    unpack_pictures(zipped(tmp_path / "archive", dict.fromkeys(names, b"a")), tmp_path / "out", Limits())
    pairs, problems = find_pairs(find_layout(tmp_path / "out"))
    assert [pair.name for pair in pairs] == ["%63on", "10%3A1"]
    assert problems == []


@pytest.mark.parametrize(
    ("stored", "meant"),
    [
        ("나무/é.png".encode(), "나무/é.png"),  # by a Mac
        (normalize("NFD", "나무.png").encode(), "나무.png"),
        ("김철수.png".encode("cp949"), "김철수.png"),  # by Korean Windows
        ("Müller, José.png".encode("cp437"), "Müller, José.png"),  # as the format says
        ("íñ.png".encode("cp437"), "íñ.png"),  # in CP949 other signs, and no Korean
    ],
)
def test_names_in_a_zip_are_read_as_they_were_meant(tmp_path: Path, stored: bytes, meant: str) -> None:
    place = "x" * len(stored)
    zipped(tmp_path / "archive", {place: b"a"})
    content = (tmp_path / "archive").read_bytes().replace(place.encode(), stored)
    (tmp_path / "archive").write_bytes(content)
    assert unpack_pictures(tmp_path / "archive", tmp_path / "out", Limits()) == (1, [])
    assert unpacked(tmp_path / "out") == {meant: b"a"}
