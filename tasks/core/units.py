"""Sizes and durations as the console, the status and the report print them."""


def size(count: float) -> str:
    """Format a number of bytes with a decimal unit: 3 kB, 38.9 MB, 1.2 GB."""
    if count < 1e6:
        return f"{count / 1e3:.0f} kB"
    return f"{count / 1e6:.1f} MB" if count < 1e9 else f"{count / 1e9:.1f} GB"


def duration(seconds: float) -> str:
    """Format a duration with one unit: 8 s, 12 min, 3 h, 5 d. Negative durations become 0 s."""
    seconds = max(seconds, 0)
    for unit, length in (("s", 1), ("min", 60), ("h", 3600)):
        if seconds < 100 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds / 86400:.0f} d"
