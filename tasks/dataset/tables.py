"""Tables as CSV, which people open in a spreadsheet: a cell of text is never a formula there.

A text that begins with =, +, -, @ or their wide forms gets an apostrophe in front, which is what the OWASP
recommends; numbers stay numbers. `text_of` takes it off again.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.core.names import printable

if TYPE_CHECKING:
    import pandas

FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
"""How a formula begins, and a text that would become one when an apostrophe is taken off."""
ESCAPE = re.compile(r"\\(\\|[nrt]|x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})")
"""What `escaped` makes."""


def write_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a table row by row: numbers as they are, texts as cells that no spreadsheet takes for a formula."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(header)
        table.writerows([_cell(value) for value in row] for row in rows)


def read_rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows that `write_rows` wrote, by the names in the header, with the texts as they were."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield {name: text_of(value) for name, value in row.items()}


def write_table(path: Path, table: "pandas.DataFrame") -> None:
    """Write a table of pandas as `write_rows` does."""
    safe = table.copy()
    for name in safe.select_dtypes(exclude="number"):
        safe[name] = safe[name].map(_cell)
    safe.to_csv(path, index=False, lineterminator="\n")


def text_of(cell: str) -> str:
    """Return the text of a cell that was written as a table's."""
    return cell[1:] if cell[:1] == "'" and FORMULA.match(cell) else cell


def escaped(text: str) -> str:
    """Return a text with escapes for control characters and bytes that are not UTF-8; `unescaped` undoes it."""
    if text.isprintable() and "\\" not in text:
        return text
    return "".join("\\\\" if character == "\\" else printable(character) for character in text)


def unescaped(text: str) -> str:
    """Return the text that `escaped` made this of."""
    if "\\" not in text:
        return text
    return ESCAPE.sub(lambda found: found[0].encode().decode("unicode_escape"), text)


def _cell(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = value if value.isprintable() else printable(value)
    return f"'{text}" if FORMULA.match(text) else text
