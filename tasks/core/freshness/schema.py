"""Checks of parsed JSON that may have been changed: each returns the value in its type, or raises `ValueError`."""

import json
import math
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, TypeVar

Item = TypeVar("Item")

LONGEST_PATH = 4096
"""Characters of the longest path, as most systems have it."""
DEEPEST = 32
"""Levels of lists and objects within a value."""
HEX = frozenset("0123456789abcdef")


def parsed(text: str | bytes, most: int) -> Any:
    """Parse JSON of at most so many characters or bytes."""
    if len(text) > most:
        raise ValueError("too long")
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("too deep") from None


def fields(value: Any, **checks: Callable[[Any], Any]) -> dict[str, Any]:
    """Check an object that must have exactly these keys, each value by its own check."""
    if not isinstance(value, dict) or value.keys() != checks.keys():
        raise ValueError("other keys")
    return {name: check(value[name]) for name, check in checks.items()}


def table(key: Callable[[Any], str], item: Callable[[Any], Item]) -> Callable[[Any], dict[str, Item]]:
    """Return a check of an object with any number of keys, all of one kind, and values of one kind."""

    def check(value: Any) -> dict[str, Item]:
        if not isinstance(value, dict):
            raise ValueError("no object")
        return {key(name): item(entry) for name, entry in value.items()}

    return check


def text(value: Any) -> str:
    """Check a text that can be written as UTF-8."""
    if not isinstance(value, str):
        raise ValueError("no text")
    value.encode()  # half a surrogate pair raises a ValueError of its own
    return value


def digest(value: Any) -> str:
    """Check a SHA-256 in hexadecimal."""
    if not isinstance(value, str) or len(value) != 64 or not HEX.issuperset(value):
        raise ValueError("no SHA-256")
    return value


def path(value: Any) -> str:
    """Check a path with / between its parts that leads to something within a folder."""
    parts = PurePosixPath(text(value)).parts
    if not parts or ".." in parts or "\0" in value or len(value) > LONGEST_PATH:
        raise ValueError("no path within a folder")
    # On every system, also what leads elsewhere on another one.
    if PurePosixPath(value).is_absolute() or PureWindowsPath(value).anchor or "\\" in value:
        raise ValueError("no path within a folder")
    if PurePosixPath(value).as_posix() != value:
        raise ValueError("no path within a folder")
    return str(value)


def count(value: Any) -> int:
    """Check an integer of at least 0 that fits into 64 bits."""
    if type(value) is not int or not 0 <= value < 1 << 63:
        raise ValueError("no count")
    return value


def number(value: Any) -> float:
    """Check a finite number of at least 0."""
    if type(value) not in (int, float) or not 0 <= value < math.inf:
        raise ValueError("no number")
    return float(value)


def json_object(value: Any) -> dict[str, Any]:
    """Check an object of any JSON values, which are not nested too deeply."""
    if not isinstance(value, dict):
        raise ValueError("no object")
    _check(value, DEEPEST)
    return value


def _check(value: Any, levels: int) -> None:
    if levels < 0:
        raise ValueError("too deep")
    if isinstance(value, str):
        text(value)
    elif isinstance(value, Mapping):
        for name, entry in value.items():
            text(name)
            _check(entry, levels - 1)
    elif isinstance(value, list):
        for entry in value:
            _check(entry, levels - 1)
