"""Addresses of folders in object stores, such as s3://bucket/prefix and gs://bucket/prefix.

The clients, s3fs and gcsfs, retry by themselves when a store is busy or a connection breaks. How often is set as
their manuals say, for example by AWS_MAX_ATTEMPTS.
"""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote_to_bytes

from tasks.core.address import (
    FILE,
    LOCAL,
    STORES,
    WEB,
    is_meant_as_address,
    parse_address,
    shown_address,
    without_secrets,
)
from tasks.core.errors import UserError
from tasks.core.freshness.failure import RESUMES
from tasks.core.machine import ON_WINDOWS
from tasks.core.names import printable
from tasks.core.on_disk import on_disk

DRIVE = re.compile("/[A-Za-z]:(/|$)")
"""How the path in the address of a file of Windows begins."""
CREDENTIALS = (
    "The client takes credentials from the usual places: environment variables, configuration files, or the "
    "machine's role."
)
WORKING = (
    "What works is a path, file:///path, s3://bucket/prefix and gs://bucket/prefix; for originals.source also "
    "https://host/archive.zip and kaggle:owner/dataset"
)


def is_address(text: str) -> bool:
    """Return whether a text is the address of a folder in a store, not a path or a web address.

    An address of a kind that cannot be used is one too, which `store_address` refuses.
    """
    address = parse_address(text)
    return address is not None and address.scheme not in (*WEB, FILE)


def store_address(text: str) -> str:
    """Return the address of a folder in a store as its client understands it; it has no secrets in it.

    Raises `UserError` for an address of another kind, one that is malformed, and one with credentials.
    """
    address = parse_address(text)
    if address is None or address.scheme not in STORES:
        raise UserError(f"{shown_address(text)}: addresses of this kind cannot be used. {WORKING}.")
    if address.has_user or "?" in address.whole:
        raise UserError(
            f"{address}: the address of a store takes no credentials. {CREDENTIALS} Put nothing before the "
            "bucket, and no ? behind it."
        )
    if not address.is_valid:
        raise UserError(f"{address}: is not a valid address; write {address.scheme}://bucket/prefix")
    return address.shown


def local_path(text: str) -> Path:
    """Return the path on this machine for a path, with ~ for the home folder, or for a file:// address.

    A name that is on the disk in another Unicode normalization alone is found.

    Raises `UserError` for an address of any other kind.
    """
    address = parse_address(text)
    if address is None:
        path = _expanded(text)
        if is_meant_as_address(text) and not path.exists():
            raise UserError(f"{shown_address(text)}: there is no such path, nor can it be an address. {WORKING}.")
        return path
    for beginning in LOCAL:
        if address.whole.startswith(beginning):
            name = os.fsdecode(b"/" + unquote_to_bytes(address.whole.removeprefix(beginning)))
            return Path(_without_slash(name) if ON_WINDOWS else name)
    raise UserError(
        f"{address}: is no path on this machine, which is needed here; copy the files and give their path"
    )


def path_at(text: str) -> Path:
    """Return a path for a path or an address; a `UPath` of universal_pathlib reads from the store like any path.

    Raises `UserError` if the address cannot be used, or the client for it is not installed.
    """
    if not is_address(text):
        return local_path(text)
    address = store_address(text)
    with understood(address):
        from upath import UPath

        path: Path = UPath(address)
        return path


def _without_slash(path: str) -> str:
    """Return the path of a file's address as Windows has it: C:/photos for /C:/photos."""
    return path.removeprefix("/") if DRIVE.match(path) else path


def _expanded(text: str) -> Path:
    try:
        os.fsencode(text)
        return on_disk(Path(text).expanduser())
    except UnicodeEncodeError:
        encoding = sys.getfilesystemencoding()
        raise UserError(
            f"{printable(text)}: names cannot hold all of these characters here, as the system's encoding is "
            f"{encoding}; set the environment variable PYTHONUTF8=1"
        ) from None
    except RuntimeError:
        raise UserError(f"{printable(text)}: there is no such user on this machine") from None


@contextmanager
def understood(address: str) -> Iterator[None]:
    """Turn any error that a store's client raises into a `UserError` that names the address.

    The client's own error does not go with it: it may name addresses with their secrets.
    """
    try:
        yield
    except UserError:
        raise
    except ImportError as error:
        extra = STORES.get(address.partition("://")[0])
        install = f'pip install "portrait-pipeline[{extra}]"' if extra else _reason(error)
        raise UserError(f"{address}: the client for this kind of address is not installed: {install}") from None
    except FileNotFoundError as error:
        raise UserError(f"{address}: {_reason(error)}. Is the address right, and does the bucket exist?") from None
    except PermissionError as error:
        raise UserError(f"{address}: the store denies access ({_reason(error)}). {CREDENTIALS}") from None
    except Exception as error:  # each client has errors of its own
        raise UserError(f"{address}: the store failed ({_reason(error)}). {RESUMES}") from None


def _reason(error: Exception) -> str:
    return printable(without_secrets(str(error))) or type(error).__name__
