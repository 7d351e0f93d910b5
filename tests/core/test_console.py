"""What reaches the console of Luigi's log and of the project's own lines."""

import logging
from pathlib import PurePath, PurePosixPath, PureWindowsPath

import pytest

from tasks.core.console import _ForPeople, is_command
from tasks.core.errors import UserError
from tasks.core.progress import say


def logged(message: str, *arguments: object, error: BaseException | None = None) -> str:
    """The text of a record of Luigi's logger, as its handler would write it."""
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("luigi-interface", logging.ERROR, "", 0, message, arguments, info)
    assert _ForPeople().filter(record)
    return logging.Formatter("%(message)s").format(record)


@pytest.mark.parametrize(
    "error", [None, UserError("bad\x1b[2J"), RuntimeError("https://me:hush@host/?a=hush \x1b")]
)
def test_neither_secrets_nor_control_characters_reach_the_console(error: BaseException | None) -> None:
    text = logged("cannot reach %s \x1b", "http://me:hush@scheduler:8082", error=error)
    assert "hush" not in text
    assert "\x1b" not in text
    assert "scheduler:8082" in text or isinstance(error, UserError)


def test_several_lines_stay_lines() -> None:
    assert logged("%s", "2 of 3 are bad:\n  a\n  b") == "2 of 3 are bad:\n  a\n  b"


def test_what_the_project_says_is_printable(capsys: pytest.CaptureFixture[str]) -> None:
    say("a\x1b[2J\udcff나")
    assert capsys.readouterr().err == "a\\x1b[2J\\udcff나\n"


@pytest.mark.parametrize(
    ("program", "known"),
    [
        (PureWindowsPath("C:\\course\\.venv\\Scripts\\luigi"), True),
        (PureWindowsPath("C:\\course\\.venv\\Scripts\\Luigi.EXE"), True),
        (PurePosixPath("/course/.venv/bin/luigi"), True),
        (PureWindowsPath("C:\\course\\.venv\\Lib\\site-packages\\luigi\\__main__.py"), True),
        (PurePosixPath("/usr/bin/pytest"), False),
    ],
)
def test_the_luigi_command_is_known_by_its_file(program: PurePath, known: bool) -> None:
    assert is_command(program) is known
