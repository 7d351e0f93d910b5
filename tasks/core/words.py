"""Texts for people that reach an output. Of its own, since the digest of code looks for this one function."""


def words(text: str) -> str:
    """Return a text for people as it is. What is within the call is no code: rewording it makes no output stale.

    An output keeps the old wording until it is rebuilt for another reason. Texts that programs read need no mark.
    """
    return text
