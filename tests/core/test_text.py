from pathlib import Path

from tasks.core.text import write_text


def test_a_text_is_written_as_it_is(tmp_path: Path) -> None:
    write_text(tmp_path / "a.txt", "나\nb\r\n")
    assert (tmp_path / "a.txt").read_bytes() == "나\nb\r\n".encode()


def test_what_utf8_does_not_have_may_become_escapes(tmp_path: Path) -> None:
    write_text(tmp_path / "a.txt", "a\udcff", errors="backslashreplace")
    assert (tmp_path / "a.txt").read_bytes() == b"a\\udcff"
