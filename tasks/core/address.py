"""Addresses, parsed once and shown without their secrets.

Whatever a person gives as a source may be an address with a password or a token in it. `str(address)` is what
people, records and logs see; only a client gets `address.whole`.
"""

import hashlib
import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from tasks.core.names import printable

WEB = frozenset({"http", "https"})
STORES = {"s3": "s3", "s3a": "s3", "gs": "gcs", "gcs": "gcs"}
"""Schemes of object stores, and the extra of this project that installs the client."""
FILE = "file"
LOCAL = ("file://localhost/", "file:///")
"""How the address of a file of this machine begins; its path begins with the last slash."""

_ADDRESS = re.compile(
    rf"(?P<scheme>[a-z][a-z0-9+.-]*)://|(?P<typed>{'|'.join([*WEB, *STORES, 'ftps?', 'sftp', 'ssh', FILE])}):",
    re.IGNORECASE,
)
_HOST = re.compile(r"[\w.~-]+(:\d{1,5})?|\[[\w:.%]+\](:\d{1,5})?|arn:aws[\w:.-]*")
"""A host with its port, or a bucket: what is safe to show."""
_SECRET_NAMES = re.compile(
    r"token|sig$|signature|secret|passw|pwd|credential|auth(?!or)|(^|[^a-z]|api|access)key([^a-z]|id|$)",
    re.IGNORECASE,
)
"""Names in a query whose values give access, as in addresses that a store or a data portal has signed."""
_TORN = re.compile(r"(:.*|[^/])@", re.DOTALL)
"""What may be a user name and password, but for a parser is none."""
_USER = re.compile(r"^(\w*//)?[^/\\\s]*:.*@|(?<=://).*@", re.DOTALL)
"""A user name and password in what is no address: one without its scheme, or behind other text."""
_IN_TEXT = re.compile(r"[a-z][a-z0-9+.-]*://[^\s'\"<>]*", re.IGNORECASE)
_DRIVE = re.compile(r"[a-z]:[\\/]", re.IGNORECASE)
"""How a path on Windows begins."""


@dataclass(frozen=True)
class Address:
    """An address as it was given, without the spaces around it; its text is `shown`."""

    whole: str = field(repr=False)
    scheme: str
    """In lower case."""
    shown: str
    """For people: without user name, password and fragment, and with a digest in place of the query.

    Where it is unclear what a mistyped address holds, a digest of all takes the place of what follows the scheme.
    """
    is_valid: bool
    has_user: bool
    """Whether there is a user name or a password in it."""
    has_token: bool
    """Whether the query has a value that may give access."""

    def __str__(self) -> str:
        return self.shown


def parse_address(text: str) -> Address | None:
    """Return the address that a text is; None for a path or anything else without a scheme.

    An address with mistakes in it is one too: of what cannot be told apart from a secret, nothing is shown.
    """
    given = text.strip(" \t\r\n\ufeff")
    found = _ADDRESS.match(given)
    if not found or _DRIVE.match(given):
        return None
    scheme = (found["scheme"] or found["typed"]).lower()
    if given.startswith(LOCAL):
        return Address(given, FILE, printable(given), is_valid=True, has_user=False, has_token=False)
    hidden = f"{scheme}://…?{_digest(given)}"
    try:
        parts = urlsplit(given, allow_fragments=scheme not in STORES)
    except ValueError:
        return Address(given, scheme, hidden, is_valid=False, has_user="@" in given, has_token=False)
    _, at, host = parts.netloc.rpartition("@")
    is_valid = bool(found["scheme"] and _HOST.fullmatch(host)) and scheme != FILE and printable(given) == given
    # A password with a / or # in it ends the host for a parser: http://user:pass/word@host. A bucket has no colon.
    may_be_torn = not at and not (is_valid and scheme in STORES) and _TORN.search(given, found.end()) is not None
    query = f"?{_digest(parts.query)}" if parts.query else ""
    names = [name for name, _ in parse_qsl(parts.query, keep_blank_values=True)]
    return Address(
        given,
        scheme,
        shown=f"{scheme}://{host}{parts.path}{query}" if is_valid and not may_be_torn else hidden,
        is_valid=is_valid,
        has_user=bool(at) or (may_be_torn and not is_valid),
        has_token=any(map(_SECRET_NAMES.search, names)),
    )


def shown_address(text: str) -> str:
    """Return a setting for people and records: an address without its secrets, anything else as it is."""
    address = parse_address(text)
    return address.shown if address else printable(text if _DRIVE.match(text) else _USER.sub("…@", text))


def without_secrets(text: str) -> str:
    """Return a text that others wrote, such as a client's error, without the secrets of the addresses in it."""
    return _IN_TEXT.sub(lambda found: _shown_in_text(found[0]), text)


def is_meant_as_address(text: str) -> bool:
    """Return whether a text that is no address looks like one, as me:password@host and /https://host do."""
    if parse_address(text) or _DRIVE.match(text):
        return False
    return "://" in text or _USER.search(text) is not None


def _shown_in_text(text: str) -> str:
    address = parse_address(text)
    if address is None or not (address.has_user or "?" in text):
        return text
    return address.shown


def _digest(query: str) -> str:
    """Return what tells queries apart; addresses that differ only there stay different."""
    return hashlib.sha256(query.encode("utf-8", "surrogatepass")).hexdigest()[:8]
