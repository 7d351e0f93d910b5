"""Addresses on the web, fit to be shown and stored."""

import hashlib
from urllib.parse import urlsplit, urlunsplit


def shown_address(url: str) -> str:
    """Return an address without the password or token that it may hold.

    A user's name and the query are left out; a digest in place of the query tells addresses apart that differ
    only there. What is no address is returned as it is.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return url
    host = parts.netloc.rpartition("@")[2]
    query = hashlib.sha256(parts.query.encode()).hexdigest()[:8] if parts.query else ""
    return urlunsplit((parts.scheme, host, parts.path, query, ""))
