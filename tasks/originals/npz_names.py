"""Which arrays of an npz are photos and mattes, and of which split, by their names."""

from collections.abc import Iterable
from dataclasses import dataclass

from tasks.core.errors import UserError
from tasks.dataset.manifest import SPLITS
from tasks.originals.names import KINDS, MATTE_WORDS, PHOTO_WORDS, Kind, words_in
from tasks.originals.splits import uses

PHOTO_NAMES = PHOTO_WORDS | {"x"}
MATTE_NAMES = MATTE_WORDS | {"y"}


@dataclass(frozen=True)
class ArrayNames:
    """The names of an array of photos and of its mattes, which are the same if there are no others.

    The split is empty if it is still to be drawn.
    """

    split: str
    photos: str
    mattes: str

    @property
    def are_alone(self) -> bool:
        """Whether there are no other arrays for the mattes."""
        return self.photos == self.mattes


def find_arrays(names: Iterable[str]) -> list[ArrayNames]:
    """Return the arrays of photos with their mattes, training before testing, by the names of an npz's arrays.

    Splits are used as `splits.uses` says. Where all arrays are of one split, the splits are drawn. Names without a
    word for photos or mattes are ignored. Raises `UserError` if photos, mattes or a split are missing, or if two
    names say the same.
    """
    photos, mattes = _by_kind(names := sorted(names), PHOTO_NAMES), _by_kind(names, MATTE_NAMES)
    kinds = photos.keys() | mattes.keys()
    if not kinds:
        raise UserError("no array has the name of photos or mattes")
    if None in kinds and len(kinds) > 1:
        raise UserError("some arrays have a split in their names and others have none")
    if unmatched := [name for kind, name in mattes.items() if kind not in photos]:
        raise UserError(f"{' and '.join(unmatched)} has no photos beside it")
    if mattes and (unmatched := [name for kind, name in photos.items() if kind not in mattes]):
        raise UserError(f"{' and '.join(unmatched)} has no mattes beside it")
    used = uses([kind for kind in photos if kind])
    if used is None and len(photos) > 1:
        raise UserError(f"{' and '.join(photos.values())} are there, and none for training")
    arrays = [
        ArrayNames((used or {}).get(kind, "") if kind else "", photo, mattes.get(kind, photo))
        for kind, photo in sorted(photos.items(), key=lambda one: one[0] == "validation")
    ]
    return sorted(arrays, key=lambda one: ("", *SPLITS).index(one.split))


def _by_kind(names: Iterable[str], role: frozenset[str]) -> dict[Kind | None, str]:
    """Return the names that are a word of a role and at most one of a split, by their splits."""
    found: dict[Kind | None, str] = {}
    for name in names:
        words = words_in(name)
        kinds = {KINDS[word] for word in words if word in KINDS}
        if len(kinds) <= 1 and len(others := words - KINDS.keys()) == 1 and others <= role:
            kind = next(iter(kinds), None)
            if kind in found:
                raise UserError(f"{found[kind]} and {name} say the same; keep one")
            found[kind] = name
    return found
