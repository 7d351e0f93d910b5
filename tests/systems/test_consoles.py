"""Consoles that cannot show every character: in CP949 and CP1252, to a pipe and on a terminal."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.world import LUIGI, ROOT, environment, write_portraits

pytestmark = pytest.mark.runs
EMOJI = "\U0001f600"


def said(folder: Path, encoding: str, *arguments: str, code: int = 0, program: tuple[str, ...] = LUIGI) -> str:
    """What luigi says on a console of this encoding."""
    run = subprocess.run(
        [*program, *arguments],
        cwd=folder,
        env={**environment(ROOT), "PYTHONIOENCODING": encoding},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    text = run.stdout.decode(encoding)  # strictly: all of it is in this encoding
    assert run.returncode == code, text
    assert "Traceback" not in text, text
    assert "UnicodeEncodeError" not in text, text
    return text


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = write_portraits(tmp_path / "portraits") / "testing"
    (folder / "00001.png").rename(folder / f"나{EMOJI}é.png")
    (folder / "00002.png").write_bytes(b"no picture")
    (folder / "00002.png").rename(folder / f"뷁{EMOJI}é.png")
    return folder


@pytest.mark.parametrize(("encoding", "shown"), [("cp949", "뷁\\U0001f600"), ("cp1252", "\\ubdc1\\U0001f600é")])
def test_names_are_shown_as_far_as_a_console_can(photos: Path, tmp_path: Path, encoding: str, shown: str) -> None:
    text = said(tmp_path, encoding, "ApplyToPhotos", "--photos", str(photos), "--mask-only", code=30)
    assert shown in text
    assert "cannot be read as a picture" in text
    assert "5 of 6 photos, in " in text
    assert "photos/" in (listed := said(tmp_path, encoding, "Clean", "--all", "--dry-run"))
    assert EMOJI.encode("unicode_escape").decode() in listed


def test_status_and_a_stage_speak_to_a_console_of_another_encoding(tmp_path: Path) -> None:
    source = ("--originals-source", str(write_portraits(tmp_path / "나 é")), "--data-root", f"자료{EMOJI}")
    assert "나 \\xe9" in said(tmp_path, "cp949", "Originals", *source)
    assert "Originals" in said(tmp_path, "cp1252", "Status", *source)


@pytest.mark.parametrize("encoding", ["cp949", "cp1252"])
def test_a_mistake_in_luigi_cfg_is_shown_on_any_console(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "luigi.cfg").write_text(f"[data]\nroot = '나é{EMOJI}'\n", encoding="utf-8")
    command = (str(Path(sys.executable).with_name("luigi")), "--module", "pipeline")
    text = said(tmp_path, encoding, "Status", code=40, program=command)
    assert "luigi.cfg, line 2: root = '" in text
    assert "\\U0001f600': quotes would be part of the value" in text


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals of this kind")
def test_the_bar_is_drawn_in_what_a_terminal_can_show(photos: Path, tmp_path: Path) -> None:
    import pty  # not at the top: Windows has no such module

    terminal, own = pty.openpty()
    run = subprocess.Popen(
        [*LUIGI, "ApplyToPhotos", "--photos", str(photos), "--mask-only"],
        cwd=tmp_path,
        env={**environment(ROOT), "PYTHONIOENCODING": "cp949"},
        stdout=subprocess.DEVNULL,
        stderr=own,
    )
    os.close(own)
    shown = b""
    try:
        while piece := os.read(terminal, 4096):
            shown += piece
    except OSError:  # Linux' way of saying that the other end is closed
        pass
    finally:
        os.close(terminal)
    text = shown.decode("cp949")
    assert run.wait() == 30, text
    assert "ApplyToPhotos: " in text
    assert "photo" in text
    assert "Traceback" not in text
    assert "\\U0001f600" in text
