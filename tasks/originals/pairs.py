"""Matches photos and mattes by name, draws a missing split, and lists pictures to notice changes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tasks.core.errors import UserError
from tasks.core.freshness.digest import text_sha256
from tasks.core.words import words
from tasks.dataset.manifest import SPLITS, Pair
from tasks.originals.layouts import Layout, PairFolders, listed_folders, pictures


@dataclass(frozen=True, slots=True)
class FoundPair:
    """A photo and a matte with a common name; `split` is empty if it is still to be drawn."""

    split: str
    name: str
    photo: Path
    matte: Path


def find_pairs(layout: Layout) -> tuple[list[FoundPair], list[str]]:
    """Return the pairs with a common name in manifest order, and a line for each file that has no partner.

    Manifest order is training before testing, and by name within each.
    """
    found: list[FoundPair] = []
    problems: list[str] = []
    for folders in layout.folders:
        photos, mattes = pictures(folders)
        for name in sorted(photos.keys() | mattes.keys()):
            one, other = photos.get(name, []), mattes.get(name, [])
            if len(one) == len(other) == 1:
                found.append(FoundPair(folders.split or "", name, one[0], other[0]))
            else:
                problems.append(_problem(layout.root, folders, name, one, other))
        if not photos and not mattes:
            folder = folders.photos.relative_to(layout.root)
            problems.append(
                words(f"{folder}/: contains no pictures; both training and testing need at least one pair")
            )
    return found, problems


def _problem(root: Path, folders: PairFolders, name: str, photos: list[Path], mattes: list[Path]) -> str:
    listed = ", ".join(str(path.relative_to(root)) for path in photos + mattes)
    if len(photos) > 1 or len(mattes) > 1:
        return words(f"{listed}: the same name twice; keep one photo and one matte of each name")
    if not mattes:
        matte = f"{name}_matte.png" if folders.photos == folders.mattes else f"{folders.mattes.name}/{name}.png"
        return words(f"{listed}: photo without a matte; add {matte} or remove the photo")
    return words(f"{listed}: matte without a photo; add {name}.png or remove the matte")


def draw_split(pairs: Sequence[Pair], share: float, seed: int) -> list[Pair]:
    """Assign pairs without a split to one; about `share` (0..1) are for testing. Return them in manifest order.

    The split depends on the seed and the photo's content alone, so a photo keeps it when others are added or
    removed, and copies of a photo are in the same split. Raises `UserError` if a split would be empty.
    """
    drawn = []
    for pair in pairs:
        drawn_number = int(text_sha256(f"{seed} {pair.photo_sha256}")[:12], 16) / 16**12
        drawn.append(replace(pair, split="testing" if drawn_number < share else "training"))
    for split in SPLITS:
        if not any(pair.split == split for pair in drawn):
            raise UserError(
                f"originals.source: the {len(pairs)} pairs have no split, and none was drawn for {split} with "
                f"originals.testing_share {share} and split_seed {seed}; give more pairs or another share or seed."
            )
    return sorted(drawn, key=lambda pair: (SPLITS.index(pair.split), pair.name))


def list_pictures(layout: Layout) -> dict[str, str]:
    """Return size and modification time of each picture by its path below the root, to notice changes quickly."""
    listed = {}
    for folders in layout.folders:
        for folder, is_listed in listed_folders(folders):
            below = "" if folder == layout.root else f"{folder.relative_to(layout.root).as_posix()}/"
            for path in folder.iterdir():
                if is_listed(path.name):
                    listed[below + path.name] = file_state(path)
    return dict(sorted(listed.items()))


def file_state(path: Path) -> str:
    """Return size (bytes) and modification time (ns) of a file; of a broken link, those of the link."""
    state = path.stat(follow_symlinks=path.exists())
    return f"{state.st_size} {state.st_mtime_ns}"
