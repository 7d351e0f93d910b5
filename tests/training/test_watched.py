import os
from pathlib import Path

from tasks.core.freshness.description import Watched
from tasks.training.watched import watched_files


def renders_at(folder: Path) -> Path:
    for name in ("people/1.png", "backgrounds/1.jpg", "people/notes.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name, encoding="utf-8")
    return folder


def test_nothing_is_watched_where_nothing_is_used() -> None:
    assert watched_files(None, None) == Watched()


def test_files_that_are_gone_have_no_state(tmp_path: Path) -> None:
    assert watched_files(tmp_path / "renders", None) is None
    assert watched_files(renders_at(tmp_path / "renders"), tmp_path / "matte.keras") is None


def digest(renders: Path | None, shipped: Path | None) -> str:
    watched = watched_files(renders, shipped)
    assert watched is not None
    return watched.digest


def test_names_sizes_and_times_of_renders_matter(tmp_path: Path) -> None:
    renders = renders_at(tmp_path / "renders")
    before = digest(renders, None)
    (renders / "people" / "notes.txt").write_text("not a render", encoding="utf-8")
    assert digest(renders, None) == before
    os.utime(renders / "people" / "1.png", (1, 1))
    touched = digest(renders, None)
    (renders / "backgrounds" / "1.jpg").rename(renders / "backgrounds" / "2.jpg")
    renamed = digest(renders, None)
    (renders / "things").mkdir()
    (renders / "things" / "1.png").write_text("a thing", encoding="utf-8")
    assert len({before, touched, renamed, digest(renders, None)}) == 4


def test_the_content_of_the_shipped_model_matters(tmp_path: Path) -> None:
    shipped = tmp_path / "matte.keras"
    shipped.write_text("one", encoding="utf-8")
    before = digest(None, shipped)
    os.utime(shipped, (1, 1))
    assert digest(None, shipped) == before
    shipped.write_text("two", encoding="utf-8")
    assert digest(None, shipped) != before


def test_what_changed_is_named(tmp_path: Path) -> None:
    renders = renders_at(tmp_path / "renders")
    watched = watched_files(renders, None)
    assert watched is not None
    assert watched.changes == f"{renders} changed"
