"""Downloads a large file so that a lost connection or a stopped run costs little.

requests and urllib3 can repeat a request, but do not resume a file. Ours resumes where it stopped, in this run or
the next, if the server still has the same file.
"""

import hashlib
import queue
import threading
import time
from collections.abc import Callable, Mapping
from math import inf
from pathlib import Path

import requests
from urllib3.exceptions import HTTPError

from tasks.core.address import WEB, Address, parse_address, shown_address
from tasks.core.errors import UserError
from tasks.core.freshness.state import read_json_state, write_json_state
from tasks.core.progress import Track, untracked
from tasks.originals.download.answer import PassingError, WrongPartError, read_answer
from tasks.originals.download.body import LEAST_SPEED, SPEED_SECONDS, Room, unpack, write_body

CONNECTION_ATTEMPTS = 5
"""How many times in a row the connection may fail without bringing more than a minute at the least speed would."""
TIMEOUTS = (10, 30)
"""How long to wait for a connection, and for the next byte, seconds."""
HEAD_TIMES = 4
"""How many times as long as both, the head of an answer may take, with all redirects."""
LONGEST_WAIT = 60.0
"""How long to wait at most before another attempt, seconds."""


def download(
    url: str,
    folder: Path,
    sha256: str = "",
    track: Track = untracked,
    say: Callable[[str], None] = lambda text: None,
    wait: Callable[[float], None] = time.sleep,
    most: float = inf,
) -> Path:
    """Download a file into the folder and return its path; resume what an earlier call left there.

    `say` is called with a line for each attempt and each wait, `wait` with seconds. The file is complete when
    it has the length that the server announced; if the server packed it by gzip on the way, it is unpacked. Raises
    `UserError` for a malformed address, if the server refuses, sends a web page, or keeps failing, if there are
    more than `most` bytes or more than the disk has room for, and if the SHA-256 is not the one given.
    """
    address = parse_address(url)
    if address is None or address.scheme not in WEB or not address.is_valid:
        raise UserError(f"{shown_address(url)}: is not a valid address")
    target, room = folder / "fetched", Room(address, folder, most)
    failures = 0
    while True:
        before = _size(target)
        try:
            is_packed = _fetch(address, target, room, track, say)
            break
        except PassingError as error:
            if isinstance(error, WrongPartError):
                target.unlink(missing_ok=True)
            failures = 0 if _size(target) - before > LEAST_SPEED * SPEED_SECONDS else failures + 1
            if failures >= CONNECTION_ATTEMPTS:
                raise UserError(
                    f"{address}: {error}. Gave up after {CONNECTION_ATTEMPTS} attempts; try again later."
                ) from None
            seconds = min(error.wait or 2.0**failures, LONGEST_WAIT)
            say(f"{error}, {_size(target) / 1e6:.1f} MB downloaded; waiting {seconds:.0f} s")
            wait(seconds)
    return _checked(address, target, sha256, is_packed, room)


def _fetch(address: Address, target: Path, room: Room, track: Track, say: Callable[[str], None]) -> bool:
    """Fetch the file, or what is missing of it; return whether it is packed."""
    state = target.with_name("state")
    known = (read_json_state(state) or {}) if target.exists() else {}
    start = _size(target) if known.get("validator") else 0
    if start and start == known["length"]:
        return bool(known["is_packed"])
    headers = {"Accept-Encoding": "identity"}
    if start:
        headers |= {"Range": f"bytes={start}-", "If-Range": known["validator"]}
    with requests.Session() as session, _response(session, address, headers) as response:
        answer = read_answer(address, response.status_code, response.headers, start)
        whole = answer.whole
        if whole:
            room.check(whole, whole - answer.start)
        if not answer.start:
            target.unlink(missing_ok=True)  # before the state that does not fit it any more
            write_json_state(
                state, {"length": whole, "validator": answer.validator, "is_packed": answer.is_packed}
            )
        elif not answer.continues(known["length"], known["validator"], known["is_packed"]):
            raise WrongPartError("the server sends a part of another file")
        say(
            (f"{whole / 1e6:.1f} MB" if whole else "a file of unknown size")
            + (f", resuming at {answer.start / 1e6:.1f} MB" if answer.start else "")
        )
        try:
            write_body(response.raw, answer, target, room, track)
        except HTTPError as error:
            raise PassingError(f"the connection failed ({type(error).__name__})") from None
    if whole and _size(target) != whole:
        raise PassingError(f"the connection ended early, at {_size(target)} of {whole} bytes")
    if not _size(target):
        raise PassingError("the server sends an empty file")
    return answer.is_packed


def _response(session: requests.Session, address: Address, headers: Mapping[str, str]) -> requests.Response:
    """Send the request, follow redirects, and return the answer as soon as its head is there."""
    try:
        return _in_time(
            lambda: session.get(address.whole, headers=headers, stream=True, timeout=TIMEOUTS),
            HEAD_TIMES * sum(TIMEOUTS),
        )
    except queue.Empty:
        raise UserError(
            f"{address}: the server does not end the head of its answer; is the address right?"
        ) from None
    except requests.TooManyRedirects:
        raise UserError(f"{address}: redirects in a circle; is the address right?") from None
    except requests.Timeout:
        raise PassingError("the server does not answer") from None
    except requests.exceptions.InvalidHeader:
        raise PassingError("the server sends a head that is not valid") from None
    except ValueError:  # of requests and urllib3, for addresses that they cannot use
        raise UserError(
            f"{address}: this address, or one that the server redirects to, is not valid; is it right?"
        ) from None
    except requests.RequestException as error:
        raise PassingError(f"the connection failed ({type(error).__name__})") from None


def _in_time(ask: Callable[[], requests.Response], seconds: float) -> requests.Response:
    """Return what `ask` returns, or raise what it raises, and `queue.Empty` if that takes longer.

    The timeouts of requests are for each wait alone: a head that never ends has none.
    """
    answers: queue.SimpleQueue[requests.Response | Exception] = queue.SimpleQueue()

    def work() -> None:
        try:
            answers.put(ask())
        except Exception as error:
            answers.put(error)

    threading.Thread(target=work, daemon=True).start()
    answer = answers.get(timeout=seconds)
    if isinstance(answer, Exception):
        raise answer
    return answer


def _checked(address: Address, fetched: Path, sha256: str, is_packed: bool, room: Room) -> Path:
    """Return the path of the file, unpacked if the server packed it; it has the SHA-256, if one is given."""
    found = _sha256(fetched) if sha256 else ""
    # Many servers say that a .tar.gz is a .tar that they packed; its digest is that of the .tar.gz.
    if is_packed and (not sha256 or found != sha256.lower()):
        fetched = unpack(fetched, fetched.with_name("unpacked"), room)
        found = _sha256(fetched) if sha256 else ""
    if found != sha256.lower():
        for path in (fetched, fetched.with_name("fetched")):
            path.unlink(missing_ok=True)
        raise UserError(
            f"{address}: its SHA-256 is {found}, but originals.sha256 is {sha256}; the file was not kept. Is the "
            "setting for another version of the file?"
        )
    return fetched


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
