import hashlib
from pathlib import Path

from renderer.fetch_assets import FILES, fetch_files


def table(folder: Path, content: bytes, digest_of: bytes) -> Path:
    source = folder / "source.png"
    source.write_bytes(content)
    path = folder / "table.csv"
    path.write_text(
        f"path,url,sha256\nskins/a.png,{source.as_uri()},{hashlib.sha256(digest_of).hexdigest()}\n",
        encoding="utf-8",
    )
    return path


def test_files_are_fetched_once_and_checked(tmp_path: Path) -> None:
    rows = table(tmp_path, b"a skin", b"a skin")
    assert fetch_files(tmp_path / "assets", rows) == []
    assert (tmp_path / "assets/skins/a.png").read_bytes() == b"a skin"
    (tmp_path / "source.png").unlink()
    assert fetch_files(tmp_path / "assets", rows) == []


def test_other_content_is_refused_and_named(tmp_path: Path) -> None:
    (problem,) = fetch_files(tmp_path / "assets", table(tmp_path, b"something else", b"a skin"))
    assert "skins/a.png" in problem
    assert "other content" in problem
    assert not (tmp_path / "assets/skins/a.png").exists()


def test_the_table_names_each_file_once_with_a_digest() -> None:
    rows = [line.split(",") for line in FILES.read_text(encoding="utf-8").splitlines()[1:]]
    assert len({path for path, _, _ in rows}) == len(rows) > 100
    assert all(url.startswith("https://") and len(digest) == 64 for _, url, digest in rows)
