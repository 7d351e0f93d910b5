"""What `Status` says of originals that changed.

A module of its own, so that no word of it makes an output stale.
"""

from collections.abc import Mapping

ARCHIVE_CHANGED = "the archive was replaced or touched"


def describe_changes(before: Mapping[str, str], now: Mapping[str, str]) -> str:
    """Describe in a line how two listings of `pairs.list_pictures` differ."""
    counts = {
        "replaced or touched": sum(before[name] != now[name] for name in before.keys() & now.keys()),
        "added": len(now.keys() - before.keys()),
        "removed": len(before.keys() - now.keys()),
    }
    changes = [f"{count} {what}" for what, count in counts.items() if count]
    return "photos and mattes: " + (", ".join(changes) or "different")
