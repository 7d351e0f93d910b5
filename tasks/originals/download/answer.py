"""What the head of a server's answer says about the file, checked before a byte of it is kept."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import responses

from tasks.core.address import Address
from tasks.core.errors import UserError
from tasks.core.words import words

TRY_AGAIN = frozenset({408, 429, 500, 502, 503, 504})
"""HTTP statuses of failures that may pass."""
BY_HAND = words("Download the file with a browser and give its path.")
RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)", re.ASCII)


class PassingError(Exception):
    """A failure that may pass; `wait` is how many seconds the server asks to wait."""

    def __init__(self, text: str, wait: float = 0) -> None:
        super().__init__(text)
        self.wait = wait


class WrongPartError(PassingError):
    """The server sends another part of the file than asked for; what was fetched before cannot be continued."""


@dataclass(frozen=True)
class Answer:
    """The body of an answer: a file, or the rest of one."""

    start: int
    """Its first byte is that of the file with this number."""
    whole: int
    """The size of the whole file, bytes, as it is sent; 0 if the server does not say."""
    validator: str
    """What the server calls this version of the file; empty if it cannot be resumed."""
    is_packed: bool
    """Whether what is sent is packed by gzip, although that was not asked for."""

    def continues(self, length: int, validator: str, is_packed: bool) -> bool:
        """Return whether it is a part of the file that an earlier answer began; what is empty is not known."""
        return (
            self.whole == (length or self.whole)
            and (self.validator or validator) == validator
            and self.is_packed == is_packed
        )


def read_answer(address: Address, status: int, headers: Mapping[str, str], asked: int) -> Answer:
    """Return what is sent in answer to a request for the file from the byte `asked`; 0 asks for all of it.

    Raises `PassingError` if it may help to ask again, and `UserError` if the server refuses or sends no file.
    """
    said = f"{status} {responses.get(status, '')}".strip()  # the server's own words may hold anything
    if status in TRY_AGAIN:
        wait = headers.get("Retry-After", "")
        raise PassingError(f"the server answers {said}", _number(wait))
    if status in (401, 403):
        raise UserError(f"{address}: the server answers {said}. {BY_HAND}")
    if status == 416 and asked:
        raise WrongPartError("the server has no more of the file than there is already")
    if status not in (200, 206):
        raise UserError(f"{address}: the server answers {said}; is the address right?")
    if headers.get("Content-Type", "").startswith("text/html"):
        raise UserError(
            f"{address}: is a web page, not a file; perhaps it asks you to log in or to confirm. {BY_HAND}"
        )
    encoding = headers.get("Content-Encoding", "").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise UserError(f"{address}: the server sends the file in an encoding that was not asked for. {BY_HAND}")
    length = _number(headers.get("Content-Length", ""))
    start, whole = (0, length) if status == 200 else _part(headers.get("Content-Range", ""), asked, length)
    return Answer(start, whole, _validator(headers), encoding in ("gzip", "x-gzip"))


def _part(said: str, asked: int, length: int) -> tuple[int, int]:
    """Return the first byte of a part of the file, and the size of the file."""
    found = RANGE.fullmatch(said.strip())
    if found is None or not asked:
        raise WrongPartError("the server sends a part of the file and does not say which")
    start, last = int(found[1]), int(found[2])
    whole = last + 1 if found[3] == "*" else int(found[3])
    if start != asked or last + 1 != whole or length not in (0, whole - start):
        raise WrongPartError("the server sends another part of the file than asked for")
    return start, whole


def _validator(headers: Mapping[str, str]) -> str:
    validator = headers.get("ETag") or headers.get("Last-Modified") or ""
    return headers.get("Last-Modified", "") if validator.startswith("W/") else validator


def _number(text: str) -> int:
    """Return the number that a header has; 0 for one that is missing or no number of bytes."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else 0
