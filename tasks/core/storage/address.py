"""Addresses of folders in object stores, such as s3://bucket/prefix and gs://bucket/prefix.

The clients, s3fs and gcsfs, retry by themselves when a store is busy or a connection breaks. How often is set as
their manuals say, for example by AWS_MAX_ATTEMPTS.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

from tasks.core.errors import UserError
from tasks.core.freshness.failure import RESUMES

WEB = ("http://", "https://")
FILE = ("file://localhost/", "file:///")
"""How the address of a file of this machine begins; its path begins with the last slash."""


def is_address(text: str) -> bool:
    """Return whether a text is the address of a folder in a store, not a path or a web address."""
    return "://" in text and not text.startswith((*WEB, *FILE))


def local_path(text: str) -> Path:
    """Return the path on this machine for a path, with ~ for the home folder, or for a file:// address."""
    for beginning in FILE:
        if text.startswith(beginning):
            return Path("/" + unquote(text.removeprefix(beginning)))
    return Path(text).expanduser()


def path_at(text: str) -> Path:
    """Return a path for a path or an address; a `UPath` of universal_pathlib reads from the store like any path.

    Raises `UserError` if the client for such addresses is not installed.
    """
    if not is_address(text):
        return local_path(text)
    with understood(text):
        from upath import UPath

        path: Path = UPath(text)
        return path


@contextmanager
def understood(address: str) -> Iterator[None]:
    """Turn any error that a store's client raises into a `UserError` that names the address."""
    try:
        yield
    except UserError:
        raise
    except ImportError as error:
        extra = {"s3": "s3", "gs": "gcs", "gcs": "gcs"}.get(address.partition("://")[0])
        install = f"pip install 'portrait-pipeline[{extra}]'" if extra else f"{error}"
        raise UserError(f"{address}: the client for this kind of address is not installed: {install}") from error
    except FileNotFoundError as error:
        raise UserError(
            f"{address}: {_reason(error)}. Is the address right, and does the bucket exist?"
        ) from error
    except PermissionError as error:
        raise UserError(
            f"{address}: the store denies access ({_reason(error)}). The client takes credentials from the usual "
            "places: environment variables, configuration files, or the machine's role."
        ) from error
    except Exception as error:  # each client has errors of its own
        raise UserError(f"{address}: the store failed ({_reason(error)}). {RESUMES}") from error


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__
