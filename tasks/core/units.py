"""Sizes and times for people."""


def size(count: float) -> str:
    """Return a number of bytes in the unit that suits it: 3 kB, 38.9 MB, 1.2 GB."""
    if count < 1e6:
        return f"{count / 1e3:.0f} kB"
    return f"{count / 1e6:.1f} MB" if count < 1e9 else f"{count / 1e9:.1f} GB"


def duration(seconds: float) -> str:
    """Return a time in the unit that suits it: 8 s, 12 min, 3 h, 5 d; none is below 0."""
    seconds = max(seconds, 0)
    for unit, length in (("s", 1), ("min", 60), ("h", 3600)):
        if seconds < 100 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds / 86400:.0f} d"
