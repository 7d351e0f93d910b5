"""Downloads a large file so that a lost connection or a stop costs little."""

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import requests

from tasks.core.errors import UserError
from tasks.core.track import Track, untracked
from tasks.originals.download.address import shown_address

CHUNK = 1 << 20
ATTEMPTS = 5
"""How often in a row the connection may fail without a byte having come."""
TIMEOUTS = (10, 30)
"""Seconds to wait for a connection, and for the next byte."""
TRY_AGAIN = frozenset({408, 429, 500, 502, 503, 504})
LONGEST_WAIT = 60.0


def download(
    url: str,
    folder: Path,
    sha256: str = "",
    track: Track = untracked,
    tell: Callable[[str], None] = lambda text: None,
    wait: Callable[[float], None] = time.sleep,
) -> Path:
    """Fetch a file into the folder and return its path; what is there of it from an earlier call is gone on with.

    It is whole when its length is what the server said and its SHA-256 is the one given, if any. Raises
    `UserError` if the server refuses, answers with a web page, or stays away.
    """
    target = folder / "fetched"
    failures = 0
    while True:
        before = _size(target)
        try:
            with requests.Session() as session:
                _fetch(session, url, target, track, tell)
            break
        except _PassingError as error:
            failures = 0 if _size(target) > before else failures + 1
            if failures >= ATTEMPTS:
                raise UserError(
                    f"{shown_address(url)}: {error}. Given up after {ATTEMPTS} attempts; try again later."
                ) from None
            seconds = min(error.wait or 2.0**failures, LONGEST_WAIT)
            tell(f"{error}, {_size(target) / 1e6:.1f} MB are here; waiting {seconds:.0f} s")
            wait(seconds)
    if sha256:
        _check_digest(url, target, sha256)
    return target


class _PassingError(Exception):
    """A failure that may pass; `wait` is how long the server asks to wait, in seconds."""

    def __init__(self, text: str, wait: float = 0) -> None:
        super().__init__(text)
        self.wait = wait


def _fetch(session: requests.Session, url: str, target: Path, track: Track, tell: Callable[[str], None]) -> None:
    state = target.with_name("state.json")
    known = json.loads(state.read_text(encoding="utf-8")) if state.exists() and target.exists() else {}
    start = _size(target) if known.get("validator") else 0
    headers = {"Accept-Encoding": "identity"}
    if start:
        headers |= {"Range": f"bytes={start}-", "If-Range": known["validator"]}
    try:
        with session.get(url, headers=headers, stream=True, timeout=TIMEOUTS) as response:
            if response.status_code == 416 and start == known.get("length"):
                return
            goes_on = response.status_code == 206 and response.headers.get("Content-Range", "").startswith(
                f"bytes {start}-"
            )
            _check_answer(url, response)
            length = int(response.headers.get("Content-Length", 0))
            start = start if goes_on else 0
            validator = response.headers.get("ETag") or response.headers.get("Last-Modified") or ""
            if validator.startswith("W/"):
                validator = response.headers.get("Last-Modified") or ""
            whole = start + length if length else 0
            state.write_text(json.dumps({"length": whole, "validator": validator}), encoding="utf-8")
            size = f"{whole / 1e6:.1f} MB" if whole else "a file of unknown size"
            tell(size + (f", going on at {start / 1e6:.1f} MB" if start else ""))
            _write(response.iter_content(CHUNK), -(-length // CHUNK), target, start, track)
            if whole and _size(target) != whole:
                raise _PassingError(f"the connection ended early, at {_size(target)} of {whole} bytes")
    except requests.TooManyRedirects:
        raise UserError(f"{shown_address(url)}: leads round in circles; is the address right?") from None
    except requests.exceptions.InvalidURL:
        raise UserError(f"{shown_address(url)}: is no address") from None
    except requests.Timeout:
        raise _PassingError("the server does not answer") from None
    except requests.RequestException as error:
        raise _PassingError(f"the connection failed ({type(error).__name__})") from None


def _write(chunks: Iterator[bytes], count: int, target: Path, start: int, track: Track) -> None:
    with target.open("ab" if start else "wb") as file:
        for chunk in track(chunks, count, "megabyte") if count else chunks:
            file.write(chunk)


def _check_answer(url: str, response: requests.Response) -> None:
    status = f"{response.status_code} {response.reason}"
    if response.status_code in TRY_AGAIN:
        asked = response.headers.get("Retry-After", "")
        raise _PassingError(f"the server answers {status}", float(asked) if asked.isdigit() else 0)
    if response.status_code in (401, 403):
        raise UserError(
            f"{shown_address(url)}: the server answers {status}. Fetch the file with a browser and give its path."
        )
    if not response.ok:
        raise UserError(f"{shown_address(url)}: the server answers {status}; is the address right?")
    if response.headers.get("Content-Type", "").startswith("text/html"):
        raise UserError(
            f"{shown_address(url)}: answers with a web page, not with a file; perhaps it asks to log in or to "
            "confirm. Fetch the file with a browser and give its path."
        )


def _check_digest(url: str, target: Path, sha256: str) -> None:
    with target.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != sha256.lower():
        target.unlink()
        raise UserError(
            f"{shown_address(url)}: its SHA-256 is {found} and not {sha256}, as originals.sha256 says; the "
            "file was not kept. Is the setting for another version of the file?"
        )


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
