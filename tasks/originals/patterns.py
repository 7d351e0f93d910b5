"""Pairs by the patterns of `originals.photos` and `originals.mattes`."""

import re
from collections.abc import Mapping
from pathlib import PurePath

from tasks.core.errors import UserError
from tasks.core.names import printable
from tasks.originals.names import normal, stem
from tasks.originals.suffixes import MATTE_SUFFIXES
from tasks.originals.tree import Parts

WILDCARDS = re.compile(r"(\*\*/|\*|\?)")
MEANINGS = {"**/": "((?:[^/]+/)*)", "*": "([^/]*)", "?": "([^/])"}
"""The wildcards: any folders or none, any part of a name, one character."""


def matching(pattern: str, files: tuple[Parts, ...]) -> dict[Parts, list[Parts]]:
    """Return the files whose paths match a pattern, by what its wildcards stand for.

    Suffixes of pictures may be left out of the pattern (`images/*`). Names are compared as `names.normal` does.
    """
    given = PurePath(pattern).suffix.lower() in MATTE_SUFFIXES
    wildcards = WILDCARDS.split(normal(pattern.removeprefix("./")))
    meaning = re.compile("".join(MEANINGS.get(text) or re.escape(text) for text in wildcards))
    found: dict[Parts, list[Parts]] = {}
    for parts in files:
        path = "/".join((*parts[:-1], parts[-1] if given else stem(parts[-1])))
        if match := meaning.fullmatch(normal(path)):
            found.setdefault(match.groups(), []).append(parts)
    return found


def check_patterns(photos: str, mattes: str) -> None:
    """Raise `UserError` unless two patterns have wildcards that can stand for the same."""
    first, second = (WILDCARDS.findall(pattern) for pattern in (photos, mattes))
    if not first or len(first) != len(second):
        raise UserError(
            f"originals.photos '{photos}' and originals.mattes '{mattes}': a photo and its matte belong together "
            "where the wildcards (*, ?, **/) of both stand for the same, so both need equally many, and at least "
            'one. For example: "images/*" and "masks/*_mask".'
        )


def check_apart(
    photos: str, of_photos: Mapping[Parts, list[Parts]], mattes: str, of_mattes: Mapping[Parts, list[Parts]]
) -> None:
    """Raise `UserError` if the patterns take a picture for the photo of one pair and the matte of another."""
    keys = {parts: key for key, found in of_photos.items() for parts in found}
    twice = sorted(parts for key, found in of_mattes.items() for parts in found if keys.get(parts, key) != key)
    if twice:
        raise UserError(
            f"originals.photos '{photos}' and originals.mattes '{mattes}': {printable('/'.join(twice[0]))} "
            "matches both; make one of the patterns narrower"
        )
