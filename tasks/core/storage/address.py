"""Addresses of folders in object stores, such as s3://bucket/prefix and gs://bucket/prefix.

The stores' own clients, s3fs and gcsfs, ask again a number of times when a store is busy or a connection breaks,
before they give up; how often and with which pauses is set as their manuals say (AWS_MAX_ATTEMPTS, for one).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tasks.core.errors import UserError
from tasks.core.freshness.failure import RESUMES

WEB = ("http://", "https://")


def is_address(text: str) -> bool:
    """Return whether a text is the address of a folder in a store, and neither a path nor a page on the web."""
    return "://" in text and not text.startswith(WEB)


def path_at(text: str) -> Path:
    """Return a folder as a path: an address as a path of universal_pathlib, which reads like any other.

    Raises `UserError` if the client for such addresses is not installed.
    """
    if not is_address(text):
        return Path(text).expanduser()
    with understood(text):
        from upath import UPath

        path: Path = UPath(text)
        return path


@contextmanager
def understood(address: str) -> Iterator[None]:
    """Turn whatever a store's client raises into a `UserError` that names the address."""
    try:
        yield
    except UserError:
        raise
    except ImportError as error:
        extra = {"s3": "s3", "gs": "gcs", "gcs": "gcs"}.get(address.partition("://")[0])
        install = f"pip install 'portrait-pipeline[{extra}]'" if extra else f"{error}"
        raise UserError(f"{address}: the client for such addresses is not installed: {install}") from error
    except FileNotFoundError as error:
        raise UserError(f"{address}: {_said(error)}. Is the address right, and is the bucket there?") from error
    except PermissionError as error:
        raise UserError(
            f"{address}: the store does not let you ({_said(error)}). The client takes credentials from where it "
            "always does: environment, configuration files, or the machine's role."
        ) from error
    except Exception as error:  # each client has errors of its own
        raise UserError(f"{address}: the store could not be used ({_said(error)}). {RESUMES}") from error


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__
