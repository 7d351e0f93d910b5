"""Checks luigi.cfg as people write it by hand: Luigi reads some mistakes as part of a value, and fails at others.

This module does not import Luigi, which reads the file as soon as it is imported.
"""

import codecs
import os
import re
from collections.abc import Iterator
from configparser import (
    ConfigParser,
    DuplicateOptionError,
    DuplicateSectionError,
    MissingSectionHeaderError,
    RawConfigParser,
)
from configparser import Error as StructureError
from contextlib import contextmanager
from functools import partialmethod
from pathlib import Path

from tasks.core.address import shown_address
from tasks.core.errors import UserError
from tasks.core.names import printable

LUIGI_CFG = "luigi.cfg"
"""The file in the current folder."""
OTHER_FILE = "LUIGI_CONFIG_PATH"
"""The environment variable that names a further one."""
BYTE_ORDER_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""What some editors put before the text: of UTF-8, and of both kinds of UTF-16."""
NO_VALUE = re.compile(r"\s*([#;].*|\[.*\]\s*)?$")
"""A line that is empty, a comment, or the beginning of a section."""
COMMENT = re.compile(r"\s(;|#(?![0-9a-fA-F]{6}\b))")
"""What begins a comment and no colour, such as #ff0000."""
PERCENT = re.compile(r"%(?!%|\(\w+\)s)")
"""A % that stands for itself, once pairs of them are taken out."""
ENVIRONMENT = re.compile(r"\$\{([^}]+)\}")
"""What Luigi replaces by the value of an environment variable."""


def check_settings_files() -> None:
    """Raise one `UserError` for all mistakes in the files with settings; a file need not exist."""
    paths = dict.fromkeys([LUIGI_CFG, os.environ.get(OTHER_FILE, LUIGI_CFG)])
    mistakes = [mistake for path in paths if Path(path).is_file() for mistake in mistakes_in(Path(path))]
    if mistakes:
        raise UserError("\n".join(mistakes))


@contextmanager
def read_as_utf8() -> Iterator[None]:
    """Let Python's parser of such files read UTF-8 in the block, in place of the encoding of the system."""
    before = RawConfigParser.read
    setattr(RawConfigParser, "read", partialmethod(before, encoding="utf-8"))  # noqa: B010 (mypy: no method)
    try:
        yield
    finally:
        setattr(RawConfigParser, "read", before)  # noqa: B010


def mistakes_in(path: Path) -> list[str]:
    """Return a message for each mistake in a file with settings, with its line and what to do."""
    content = path.read_bytes()
    marks: list[str] = []
    if content.startswith(BYTE_ORDER_MARKS):
        marks = [f"{path}, line 1: begins with a byte-order mark; save the file as UTF-8 without one"]
        if not content.startswith(codecs.BOM_UTF8):
            return marks
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return [*marks, f"{path}, line {line}: is not UTF-8 (perhaps CP949, or ANSI); save the file as UTF-8"]
    try:
        ConfigParser(interpolation=None).read_string(text)
    except StructureError as error:
        return [*marks, *(f"{path}, {problem}" for problem in _structure(error))]
    return [*marks, *(f"{path}, line {line}: {problem}" for line, problem in _values(text))]


def _structure(error: StructureError) -> Iterator[str]:
    match error:
        case DuplicateSectionError():
            yield f"line {error.lineno}: the section [{error.section}] is there twice; join them"
        case DuplicateOptionError():
            yield f"line {error.lineno}: [{error.section}] has {error.option} twice; remove one"
        case MissingSectionHeaderError():
            yield f"line {error.lineno}: a setting before any [section]; put it into its section"
        case _:
            for line, _ in getattr(error, "errors", []):
                yield f"line {line}: neither [section] nor name = value; correct it, or make it a comment with #"


def _values(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if NO_VALUE.match(line):
            continue
        value = re.split("[=:]", line, maxsplit=1)[-1].strip() if line[0].strip() else line.strip()
        shown = _shown(line)
        if value[:1] in ("'", '"') and value[-1:] == value[:1]:
            yield number, f"{shown}: quotes would be part of the value; remove them"
        elif COMMENT.search(f" {value}") and not Path(value).expanduser().exists():
            yield (
                number,
                f"{shown}: a comment behind a value would be part of it; give it a line of its own",
            )
        elif PERCENT.search(value.replace("%%", "")):
            yield number, f"{shown}: a % has to be written %%"
        else:
            for name in ENVIRONMENT.findall(value):
                if name not in os.environ:
                    yield number, f"{shown}: the environment variable {name} is not set; set it"


def _shown(line: str) -> str:
    """Return a line for people: what follows the name may be an address with a password or a token."""
    name, sign, value = re.split("([=:])", f"{line.strip()}=", maxsplit=1)
    if "@" not in value and "://" not in value:
        return printable(line.strip())
    return printable(f"{name.strip()} {sign} ") + shown_address(value.removesuffix("=").strip(" '\""))
