"""Texts in files, whose bytes are the same on every system."""

from pathlib import Path


def write_text(path: Path, text: str, errors: str = "strict") -> None:
    """Write a text in UTF-8, with the ends of lines as they are in it: Windows would write others.

    `errors` is what becomes of characters that UTF-8 does not have, as for `str.encode`.
    """
    path.write_text(text, encoding="utf-8", errors=errors, newline="\n")
