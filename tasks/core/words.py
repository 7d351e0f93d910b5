"""Texts for people that reach an output. Of its own, since the digest of code looks for calls of `words`."""

from collections.abc import Sequence


def words(text: str) -> str:
    """Return a text for people as it is. What is within the call is no code: rewording it makes no output stale.

    An output keeps the old wording until it is rebuilt for another reason. Texts that programs read need no mark.
    """
    return text


def first_of(names: Sequence[str]) -> str:
    """Return the first of some names, and how many others there are."""
    return names[0] + (f" and {len(names) - 1} more" if len(names) > 1 else "")
