"""Web addresses without their secrets, for messages and records."""

import hashlib
from urllib.parse import urlsplit, urlunsplit


def shown_address(url: str) -> str:
    """Return a web address without user name, password and query, any of which may hold a secret.

    A digest replaces the query, so that addresses that differ only there stay different. Other texts are returned
    unchanged.
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
