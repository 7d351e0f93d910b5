"""Detects how a folder of portraits is laid out.

A photo and its matte have a common name, in one folder (`00001.png`, `00001_matte.png`) or in two
(`images/00001.png`, `masks/00001.png`), with or without folders for the splits. All of it may be in a subfolder.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePath

from tasks.core.errors import UserError
from tasks.core.words import words
from tasks.dataset.manifest import SPLITS
from tasks.originals.suffixes import PHOTO_SUFFIXES, is_matte, is_photo

SPLIT_FOLDERS = {"training": ("training", "train"), "testing": ("testing", "test")}
PHOTO_FOLDERS = ("sample", "images", "images_data_crop", "photos")
MATTE_FOLDERS = ("mask", "masks", "matte", "mattes", "images_mask", "alpha")
MATTE_ENDINGS = ("_matte", "_mask")
DEPTH = 4


@dataclass(frozen=True)
class PairFolders:
    """The folders of photos and of mattes, perhaps the same one; a split of None is still to be drawn."""

    split: str | None
    photos: Path
    mattes: Path


@dataclass(frozen=True)
class Layout:
    """The root of the originals, and the folders of pairs below it: one for each split, or one without a split."""

    root: Path
    folders: tuple[PairFolders, ...]

    @property
    def description(self) -> str:
        """A description of the layout for people."""
        one, *_ = self.folders
        folders = ", ".join(f"{each.photos.relative_to(self.root)}/" for each in self.folders)
        if one.photos == one.mattes:
            apart = folders != "./"
            text = words(f"photos and mattes side by side in {folders}" if apart else "photos beside mattes")
        else:
            text = words(f"photos in {folders}, mattes in {one.mattes.name}/")
        return text if one.split else words(f"{text}, without a split")


def find_layout(source: Path) -> Layout:
    """Return the layout of a folder, or of the only subfolder that has a known one, up to three levels down.

    Raises `UserError` if no folder has one, or several at the same depth.
    """
    level = [source]
    for _ in range(DEPTH):
        found = [layout for folder in level if (layout := _layout(folder))]
        if len(found) == 1:
            return found[0]
        if found:
            listed = ", ".join(str(layout.root) for layout in found)
            raise UserError(f"originals.source: {source} contains several data sets: {listed}. Give one of them.")
        level = [child for folder in level for child in _folders(folder)]
    raise UserError(
        f"originals.source: the layout of {source} is unknown. It contains: {_listing(source)}. "
        "Known layouts, there or in a subfolder:\n"
        "  training/00001.png with training/00001_matte.png, the same in testing/ (PFCN)\n"
        "  training/sample/00001.png with training/mask/00001.png, the same in testing/ (the Kaggle copy)\n"
        "  images/00001.png with masks/00001.png or mattes/00001.png, each with or without training/ and testing/ "
        "in it\n"
        "  images_data_crop/00001.jpg with images_mask/00001_mask.mat (EG1800)\n"
        "  00001.png with 00001_matte.png, without a split"
    )


def pictures(folders: PairFolders) -> tuple[dict[str, list[Path]], dict[str, list[Path]]]:
    """Return the photos and the mattes, each by their common name, without dotfiles and other suffixes."""
    photos: dict[str, list[Path]] = {}
    mattes: dict[str, list[Path]] = {}
    together = folders.photos == folders.mattes
    for path in _files(folders.photos):
        if together and path.stem.endswith(MATTE_ENDINGS):
            mattes.setdefault(_without_ending(path.stem), []).append(path)
        elif path.suffix.lower() in PHOTO_SUFFIXES:
            photos.setdefault(path.stem, []).append(path)
    for path in () if together else _files(folders.mattes):
        mattes.setdefault(_without_ending(path.stem), []).append(path)
    return photos, mattes


def listed_folders(folders: PairFolders) -> list[tuple[Path, Callable[[str], bool]]]:
    """Return each folder to list, and a function that says by a file's name whether `pictures` includes it."""
    if folders.photos == folders.mattes:
        return [(folders.photos, lambda name: is_photo(name) or (is_matte(name) and _is_named_matte(name)))]
    return [(folders.photos, is_photo), (folders.mattes, is_matte)]


def _is_named_matte(name: str) -> bool:
    return PurePath(name).stem.endswith(MATTE_ENDINGS)


def _layout(folder: Path) -> Layout | None:
    splits = {split: _child(folder, names) for split, names in SPLIT_FOLDERS.items()}
    if all(splits.values()):
        return Layout(folder, tuple(_pair_folders(split, path) for split, path in splits.items() if path))
    photos, mattes = _child(folder, PHOTO_FOLDERS), _child(folder, MATTE_FOLDERS)
    if photos and mattes:
        inner = [
            PairFolders(split, inner_photos, inner_mattes)
            for split, names in SPLIT_FOLDERS.items()
            if (inner_photos := _child(photos, names)) and (inner_mattes := _child(mattes, names))
        ]
        return Layout(folder, tuple(inner) if len(inner) == len(SPLITS) else (PairFolders(None, photos, mattes),))
    for split, path in splits.items():
        if path:
            other = next(name for name in SPLITS if name != split)
            raise UserError(f"originals.source: {folder} has {path.name}/ but no {other}/; both are needed.")
    both = PairFolders(None, folder, folder)
    found_photos, found_mattes = pictures(both)
    return Layout(folder, (both,)) if found_photos.keys() & found_mattes.keys() else None


def _pair_folders(split: str, folder: Path) -> PairFolders:
    photos, mattes = _child(folder, PHOTO_FOLDERS), _child(folder, MATTE_FOLDERS)
    return PairFolders(split, photos, mattes) if photos and mattes else PairFolders(split, folder, folder)


def _child(folder: Path, names: Iterable[str]) -> Path | None:
    return next((folder / name for name in names if (folder / name).is_dir()), None)


def _without_ending(stem: str) -> str:
    for ending in MATTE_ENDINGS:
        stem = stem.removesuffix(ending)
    return stem


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if is_matte(path.name))


def _folders(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.iterdir()
        if path.is_dir() and not path.is_symlink() and not path.name.startswith(".") and path.name != "__MACOSX"
    )


def _listing(folder: Path) -> str:
    names = sorted(child.name + "/" * child.is_dir() for child in folder.iterdir())
    shown = ", ".join(names[:10]) or "nothing"
    return shown + (f" and {len(names) - 10} more" if len(names) > 10 else "")
