"""Finds the pairs in a folder laid out as the PFCN archive, by name.

The layout is `training/00001.png` with `training/00001_matte.png`, the same under `testing/`; any image suffix
will do, and the two folders may lie deeper in the source.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tasks.errors import UserError
from tasks.originals.manifest import SPLITS

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp"})
MATTE_ENDING = "_matte"
DEPTH = 4


@dataclass(frozen=True)
class FoundPair:
    """A photo and a matte that belong together by their names."""

    split: str
    name: str
    photo: Path
    matte: Path


def find_root(source: Path) -> Path:
    """Return the folder that holds `training/` and `testing/`: the source itself, or one nested in it.

    Raises `UserError` if there is none, or more than one at the same depth.
    """
    if not source.is_dir():
        raise UserError(
            f"originals.source: {source} is not a folder. Give 'sample', or a folder with training/ and testing/ "
            "in it; if it is on a disk that has to be mounted, mount it first."
        )
    level = [source]
    for _ in range(DEPTH):
        roots = [folder for folder in level if all((folder / split).is_dir() for split in SPLITS)]
        if len(roots) == 1:
            return roots[0]
        if roots:
            listed = ", ".join(map(str, roots))
            raise UserError(f"originals.source: {source} holds several data sets: {listed}. Give one of them.")
        level = sorted(child for folder in level for child in folder.iterdir() if _is_plain_folder(child))
    raise UserError(
        f"originals.source: no folder in {source} has both training/ and testing/ in it, with pairs such as "
        f"00001.png and 00001_matte.png. Found instead: {_listing(source)}."
    )


def find_pairs(root: Path) -> tuple[list[FoundPair], list[str]]:
    """Match photos and mattes by name; return the pairs in manifest order, and what is wrong with the others.

    Manifest order is training before testing, and within each by name. Files that are no pictures by their
    suffix, and dotfiles, are left alone.
    """
    pairs: list[FoundPair] = []
    problems: list[str] = []
    for split in SPLITS:
        photos, mattes = _by_name(root / split)
        for name in sorted(photos.keys() | mattes.keys()):
            found = photos.get(name, []) + mattes.get(name, [])
            listed = ", ".join(str(path.relative_to(root)) for path in found)
            if len(photos.get(name, [])) > 1 or len(mattes.get(name, [])) > 1:
                problems.append(f"{listed}: the same name twice; keep one photo and one matte of each name")
            elif name not in mattes:
                problems.append(
                    f"{listed}: photo without a matte; add {name}{MATTE_ENDING}.png or remove the photo"
                )
            elif name not in photos:
                problems.append(f"{listed}: matte without a photo; add {name}.png or remove the matte")
            else:
                pairs.append(FoundPair(split, name, photos[name][0], mattes[name][0]))
        if not photos and not mattes:
            problems.append(f"{split}/: no pictures in it; both training/ and testing/ need at least one pair")
    return pairs, problems


def list_pictures(root: Path) -> dict[str, str]:
    """Return the size and time of change of all pictures below the root, by path: a quick look for changes."""
    listed = {}
    for split in SPLITS:
        for path in _pictures(root / split):
            state = path.stat()
            listed[f"{split}/{path.name}"] = f"{state.st_size} {state.st_mtime_ns}"
    return listed


def describe_changes(before: Mapping[str, str], now: Mapping[str, str]) -> str:
    """Say how one listing of `list_pictures` differs from another."""
    counts = {
        "replaced or touched": sum(before[name] != now[name] for name in before.keys() & now.keys()),
        "added": len(now.keys() - before.keys()),
        "removed": len(before.keys() - now.keys()),
    }
    told = [f"{count} {what}" for what, count in counts.items() if count]
    return "photos and mattes: " + (", ".join(told) or "other ones")


def _by_name(folder: Path) -> tuple[dict[str, list[Path]], dict[str, list[Path]]]:
    photos: dict[str, list[Path]] = defaultdict(list)
    mattes: dict[str, list[Path]] = defaultdict(list)
    for path in _pictures(folder):
        if path.stem.endswith(MATTE_ENDING):
            mattes[path.stem.removesuffix(MATTE_ENDING)].append(path)
        else:
            photos[path.stem].append(path)
    return dict(photos), dict(mattes)


def _pictures(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(
        path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and not path.name.startswith(".")
    )


def _is_plain_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink() and not path.name.startswith(".")


def _listing(folder: Path) -> str:
    names = sorted(child.name + "/" * child.is_dir() for child in folder.iterdir())
    shown = ", ".join(names[:10]) or "nothing"
    return shown + (f" and {len(names) - 10} more" if len(names) > 10 else "")
