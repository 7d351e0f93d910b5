"""Pairs of photo and matte: finds them, and draws a missing split."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tasks.core.errors import UserError
from tasks.core.freshness.digest import text_sha256
from tasks.core.words import words
from tasks.dataset.manifest import SPLITS, Pair
from tasks.originals.layouts import Layout
from tasks.originals.match import Match
from tasks.originals.names import stem


@dataclass(frozen=True, slots=True)
class FoundPair:
    """A photo and a matte with a common name; `split` is empty if it is still to be drawn.

    A cut-out is its own matte. Of photos without mattes, the matte is None.
    """

    split: str
    name: str
    photo: Path
    matte: Path | None


def find_pairs(layout: Layout) -> tuple[list[FoundPair], list[str]]:
    """Return the pairs with a common name in manifest order, and a line for each file that has no partner.

    Manifest order is training before testing, and by name within each.
    """
    found: list[FoundPair] = []
    problems: list[str] = []
    for one in layout.matches:
        if len(one.photos) == 1 and len(one.mattes) == int(layout.has_mattes):
            photo, matte = (
                next((layout.source.joinpath(*parts) for parts in files), None)
                for files in (one.photos, one.mattes)
            )
            assert photo is not None
            found.append(FoundPair(one.split, stem(photo.name), photo, matte))
        else:
            problems.append(_problem(layout, one))
    return found, problems


def _problem(layout: Layout, one: Match) -> str:
    paths = [
        layout.source.joinpath(*parts).relative_to(layout.root).as_posix() for parts in (*one.photos, *one.mattes)
    ]
    listed = ", ".join(paths)
    if len(one.photos) > 1 or len(one.mattes) > 1:
        return words(f"{listed}: the same name twice; keep one photo and one matte of each name")
    if not one.mattes:
        return words(f"{listed}: photo without a matte; add a matte of the same name or remove the photo")
    return words(f"{listed}: matte without a photo; add a photo of the same name or remove the matte")


def draw_split(pairs: Sequence[Pair], share: float, seed: int) -> list[Pair]:
    """Assign pairs without a split to one; about `share` of the pairs, and at least one, are for testing.

    Return them in manifest order. Each photo has a number (0..1) that depends on the seed and its content alone;
    it is for testing if that is less than the share. So a photo keeps its split when others are added or removed,
    and copies of a photo are in the same split. The lowest number is always for testing and the highest for
    training, which matters where there are few photos. Raises `UserError` for less than two photos, or a share
    that is not between 0 and 1.
    """
    if not 0 < share < 1:
        raise UserError(f"originals.testing_share {share}: it must be more than 0 and less than 1")
    numbers = {digest: _number(digest, seed) for digest in {pair.photo_sha256 for pair in pairs}}
    if len(numbers) < 2:
        raise UserError(
            f"originals.source: {len(numbers)} photo cannot be split for training and testing; give at least two "
            "different photos."
        )
    lowest, highest = min(numbers.values()), max(numbers.values())
    drawn = []
    for pair in pairs:
        number = numbers[pair.photo_sha256]
        is_testing = number == lowest or number < min(share, highest)
        drawn.append(replace(pair, split="testing" if is_testing else "training"))
    return sorted(drawn, key=lambda pair: (SPLITS.index(pair.split), pair.name, pair.photo))


def _number(digest: str, seed: int) -> float:
    return int(text_sha256(f"{seed} {digest}")[:12], 16) / 16**12
