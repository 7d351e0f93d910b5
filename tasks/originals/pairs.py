"""Matches photos and mattes by name, and draws the split where there is none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tasks.core.errors import UserError
from tasks.core.freshness.digest import text_sha256
from tasks.dataset.manifest import SPLITS, Pair
from tasks.originals.layouts import Layout, Place, listed_folders, pictures


@dataclass(frozen=True, slots=True)
class FoundPair:
    """A photo and a matte that belong together by their names; `split` is empty where it is still to be drawn."""

    split: str
    name: str
    photo: Path
    matte: Path


def find_pairs(layout: Layout) -> tuple[list[FoundPair], list[str]]:
    """Match photos and mattes by name; return the pairs in manifest order, and what is wrong with the others.

    Manifest order is training before testing, and within each by name.
    """
    found: list[FoundPair] = []
    problems: list[str] = []
    for place in layout.places:
        photos, mattes = pictures(place)
        for name in sorted(photos.keys() | mattes.keys()):
            one, other = photos.get(name, []), mattes.get(name, [])
            if len(one) == len(other) == 1:
                found.append(FoundPair(place.split or "", name, one[0], other[0]))
            else:
                problems.append(_problem(layout.root, place, name, one, other))
        if not photos and not mattes:
            folder = place.photos.relative_to(layout.root)
            problems.append(f"{folder}/: no pictures in it; both training and testing need at least one pair")
    return found, problems


def _problem(root: Path, place: Place, name: str, photos: list[Path], mattes: list[Path]) -> str:
    listed = ", ".join(str(path.relative_to(root)) for path in photos + mattes)
    if len(photos) > 1 or len(mattes) > 1:
        return f"{listed}: the same name twice; keep one photo and one matte of each name"
    if not mattes:
        matte = f"{name}_matte.png" if place.photos == place.mattes else f"{place.mattes.name}/{name}.png"
        return f"{listed}: photo without a matte; add {matte} or remove the photo"
    return f"{listed}: matte without a photo; add {name}.png or remove the matte"


def draw_split(pairs: Sequence[Pair], share: float, seed: int) -> list[Pair]:
    """Return pairs without a split with one, in manifest order; about `share` (0..1) of them are for testing.

    The side depends on the seed and the photo's content alone, so a photo keeps it when others come or go, and
    copies of a photo are on one side. Raises `UserError` if one side would be empty.
    """
    drawn = []
    for pair in pairs:
        place = int(text_sha256(f"{seed} {pair.photo_sha256}")[:12], 16) / 16**12
        drawn.append(replace(pair, split="testing" if place < share else "training"))
    for split in SPLITS:
        if not any(pair.split == split for pair in drawn):
            raise UserError(
                f"originals.source: {len(pairs)} pairs without a split, and none of them came to {split} with "
                f"originals.testing_share {share} and split_seed {seed}; give more pairs or another share or seed."
            )
    return sorted(drawn, key=lambda pair: (SPLITS.index(pair.split), pair.name))


def list_pictures(layout: Layout) -> dict[str, str]:
    """Return the size and time of change of all pictures, by path: a quick look for changes.

    It is taken at each run, so of each picture no more is kept than these two texts.
    """
    listed = {}
    for place in layout.places:
        for folder, is_listed in listed_folders(place):
            below = "" if folder == layout.root else f"{folder.relative_to(layout.root).as_posix()}/"
            for path in folder.iterdir():
                if is_listed(path.name):
                    listed[below + path.name] = file_state(path)
    return dict(sorted(listed.items()))


def file_state(path: Path) -> str:
    """Return the size and time of change of a file."""
    state = path.stat(follow_symlinks=path.exists())
    return f"{state.st_size} {state.st_mtime_ns}"


def describe_changes(before: Mapping[str, str], now: Mapping[str, str]) -> str:
    """Say how one listing of `list_pictures` differs from another."""
    counts = {
        "replaced or touched": sum(before[name] != now[name] for name in before.keys() & now.keys()),
        "added": len(now.keys() - before.keys()),
        "removed": len(before.keys() - now.keys()),
    }
    told = [f"{count} {what}" for what, count in counts.items() if count]
    return "photos and mattes: " + (", ".join(told) or "other ones")
