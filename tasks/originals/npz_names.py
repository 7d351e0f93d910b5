"""Which arrays of an npz are photos and mattes, and of which split, by their names."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tasks.core.errors import UserError
from tasks.dataset.manifest import SPLITS

PHOTO_WORDS = frozenset({"images", "image", "imgs", "img", "photos", "photo", "x"})
MATTE_WORDS = frozenset({"mattes", "matte", "masks", "mask", "alphas", "alpha", "y"})
VALIDATION = "validation"
SPLIT_WORDS = {
    "train": "training",
    "training": "training",
    "test": "testing",
    "testing": "testing",
    "val": VALIDATION,
    "valid": VALIDATION,
    "validation": VALIDATION,
}


@dataclass(frozen=True)
class ArrayNames:
    """The names of an array of photos and of its mattes, which are the same if the alpha channel is the matte.

    The split is empty if it is still to be drawn.
    """

    split: str
    photos: str
    mattes: str


def find_arrays(names: Iterable[str]) -> list[ArrayNames]:
    """Return the arrays of photos with their mattes, training before testing, by the names of an npz's arrays.

    Validation is used for testing where there is no test split, else for training. Where all arrays are of one
    split, the splits are drawn. Names without a word for photos or mattes are ignored. Raises `UserError` if
    photos or mattes are missing, or if two names say the same.
    """
    photos, mattes = _by_split(names := sorted(names), PHOTO_WORDS), _by_split(names, MATTE_WORDS)
    splits = photos.keys() | mattes.keys()
    if not splits:
        raise UserError("no array has the name of photos or mattes")
    if "" in splits and len(splits) > 1:
        raise UserError("some arrays have a split in their names and others have none")
    if unmatched := [name for split, name in mattes.items() if split not in photos]:
        raise UserError(f"{' and '.join(unmatched)} has no photos beside it")
    if mattes and (unmatched := [name for split, name in photos.items() if split not in mattes]):
        raise UserError(f"{' and '.join(unmatched)} has no mattes beside it")
    used = {split: _use(split, photos.keys()) for split in photos}
    order = ("", *SPLITS)
    return [
        ArrayNames(used[split], photos[split], mattes.get(split, photos[split]))
        for split in sorted(photos, key=lambda split: (order.index(used[split]), split == VALIDATION))
    ]


def _by_split(names: Iterable[str], words_among: frozenset[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in names:
        split, words = _split(name)
        if len(words) == 1 and words <= words_among:
            if split in found:
                raise UserError(f"{found[split]} and {name} say the same; keep one")
            found[split] = name
    return found


def _split(name: str) -> tuple[str, set[str]]:
    """Return the split that a name says, or an empty one, and its other words."""
    words = re.findall("[a-z]+", name.lower())
    splits = [SPLIT_WORDS[word] for word in words if word in SPLIT_WORDS]
    if len(splits) > 1:
        return "", set()
    return (splits[0] if splits else ""), {word for word in words if word not in SPLIT_WORDS}


def _use(split: str, splits: Iterable[str]) -> str:
    given = set(splits)
    if len(given) == 1:
        return ""
    if split == VALIDATION:
        return "training" if "testing" in given else "testing"
    return split
