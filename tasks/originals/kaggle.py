"""Downloads a data set from Kaggle, with Kaggle's own library."""

from pathlib import Path

from tasks.core.address import shown_address, without_secrets
from tasks.core.errors import UserError
from tasks.core.names import printable

PREFIX = "kaggle:"


def fetch_kaggle(source: str) -> Path:
    """Return the folder of a data set `kaggle:owner/dataset`, downloaded unless kagglehub has it already.

    Raises `UserError` for a malformed name, and if kagglehub is not installed or fails.
    """
    handle = source.removeprefix(PREFIX)
    if handle.count("/") != 1 or not all(handle.split("/")):
        raise UserError(
            f"originals.source: {shown_address(source)!r}; after {PREFIX} give owner/dataset, as in the page's "
            "address."
        )
    try:
        import kagglehub
    except ImportError:
        raise UserError(
            f'originals.source: {handle!r} needs kagglehub; install it: pip install "portrait-pipeline[kaggle]"'
        ) from None
    try:
        return Path(kagglehub.dataset_download(handle))
    except Exception as error:  # its own errors, network errors, and errors for a bad name
        reason = printable(without_secrets(str(error))) or type(error).__name__
        raise UserError(
            f"originals.source: Kaggle does not provide {handle} ({reason}). Is the name right? "
            "Some data sets require a login: kagglehub.login()."
        ) from None  # its text may have an address that Kaggle signed
