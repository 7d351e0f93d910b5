"""Downloads a large file so that a lost connection or a stopped run costs little.

requests and urllib3 can repeat a request, but do not resume a file. Ours resumes where it stopped, in this run or
the next, if the server still has the same file.
"""

import hashlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import requests

from tasks.core.errors import UserError
from tasks.core.freshness.state import read_json_state, write_json_state
from tasks.core.progress import Track, untracked
from tasks.originals.download.address import shown_address

DOWNLOAD_CHUNK = 1 << 20
CONNECTION_ATTEMPTS = 5
"""How many times in a row the connection may fail without a single new byte."""
TIMEOUTS = (10, 30)
"""How long to wait for a connection, and for the next byte, seconds."""
TRY_AGAIN = frozenset({408, 429, 500, 502, 503, 504})
"""HTTP statuses of failures that may pass."""
LONGEST_WAIT = 60.0
"""How long to wait at most before another attempt, seconds."""


def download(
    url: str,
    folder: Path,
    sha256: str = "",
    track: Track = untracked,
    say: Callable[[str], None] = lambda text: None,
    wait: Callable[[float], None] = time.sleep,
) -> Path:
    """Download a file into the folder and return its path; resume what an earlier call left there.

    `say` is called with a line for each attempt and each wait, `wait` with seconds. The file is complete when
    it has the length that the server announced. Raises `UserError` if the server refuses, sends a web page, or
    keeps failing, and if the SHA-256 is not the one given.
    """
    target = folder / "fetched"
    failures = 0
    while True:
        before = _size(target)
        try:
            with requests.Session() as session:
                _fetch(session, url, target, track, say)
            break
        except _PassingError as error:
            failures = 0 if _size(target) > before else failures + 1
            if failures >= CONNECTION_ATTEMPTS:
                raise UserError(
                    f"{shown_address(url)}: {error}. Gave up after {CONNECTION_ATTEMPTS} attempts; "
                    "try again later."
                ) from None
            seconds = min(error.wait or 2.0**failures, LONGEST_WAIT)
            say(f"{error}, {_size(target) / 1e6:.1f} MB downloaded; waiting {seconds:.0f} s")
            wait(seconds)
    if sha256:
        _check_digest(url, target, sha256)
    return target


class _PassingError(Exception):
    """A failure that may pass; `wait` is how many seconds the server asks to wait."""

    def __init__(self, text: str, wait: float = 0) -> None:
        super().__init__(text)
        self.wait = wait


def _fetch(session: requests.Session, url: str, target: Path, track: Track, say: Callable[[str], None]) -> None:
    state = target.with_name("state")
    known = (read_json_state(state) or {}) if target.exists() else {}
    start = _size(target) if known.get("validator") else 0
    headers = {"Accept-Encoding": "identity"}
    if start:
        headers |= {"Range": f"bytes={start}-", "If-Range": known["validator"]}
    try:
        with session.get(url, headers=headers, stream=True, timeout=TIMEOUTS) as response:
            if response.status_code == 416 and start == known.get("length"):
                return
            resumed = response.status_code == 206 and response.headers.get("Content-Range", "").startswith(
                f"bytes {start}-"
            )
            _check_answer(url, response)
            length = int(response.headers.get("Content-Length", 0))
            start = start if resumed else 0
            validator = response.headers.get("ETag") or response.headers.get("Last-Modified") or ""
            if validator.startswith("W/"):
                validator = response.headers.get("Last-Modified") or ""
            whole = start + length if length else 0
            write_json_state(state, {"length": whole, "validator": validator})
            say(
                (f"{whole / 1e6:.1f} MB" if whole else "a file of unknown size")
                + (f", resuming at {start / 1e6:.1f} MB" if start else "")
            )
            _write(response.iter_content(DOWNLOAD_CHUNK), -(-length // DOWNLOAD_CHUNK), target, start, track)
            if whole and _size(target) != whole:
                raise _PassingError(f"the connection ended early, at {_size(target)} of {whole} bytes")
    except requests.TooManyRedirects:
        raise UserError(f"{shown_address(url)}: redirects in a circle; is the address right?") from None
    except requests.exceptions.InvalidURL:
        raise UserError(f"{shown_address(url)}: is not a valid address") from None
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
            f"{shown_address(url)}: the server answers {status}. Download the file with a browser and give its "
            "path."
        )
    if not response.ok:
        raise UserError(f"{shown_address(url)}: the server answers {status}; is the address right?")
    if response.headers.get("Content-Type", "").startswith("text/html"):
        raise UserError(
            f"{shown_address(url)}: is a web page, not a file; perhaps it asks you to log in or to confirm. "
            "Download the file with a browser and give its path."
        )


def _check_digest(url: str, target: Path, sha256: str) -> None:
    with target.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != sha256.lower():
        target.unlink()
        raise UserError(
            f"{shown_address(url)}: its SHA-256 is {found}, but originals.sha256 is {sha256}; the file was not "
            "kept. Is the setting for another version of the file?"
        )


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
