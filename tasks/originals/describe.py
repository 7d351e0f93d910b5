"""What was understood of a layout, in words."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from tasks.core.words import first_of, words
from tasks.originals.names import Kind, folder_kind, path_kind
from tasks.originals.splits import Splits
from tasks.originals.structure import PictureSet
from tasks.originals.tree import Folder, Parts

SHOWN = 4
"""How many folders a description names."""
LINES = 20
"""How many folders of unused pictures are named."""


def sets_text(sets: Sequence[PictureSet], root: Parts) -> str:
    """Return where photos and mattes are, by the names of the folders below the root."""
    ways = [one.photo_folder == one.matte_folder for one in sets]
    texts = []
    if beside := [one for one, is_beside in zip(sets, ways, strict=True) if is_beside]:
        folders = _photo_folders(beside, root)
        apart_from = folders != ["./"]
        texts.append(
            words(
                f"photos and mattes side by side in {_listed(folders)}" if apart_from else "photos beside mattes"
            )
        )
    if apart := [one for one, is_beside in zip(sets, ways, strict=True) if not is_beside]:
        mattes = dict.fromkeys(f"{one.matte_folder[-1]}/" for one in apart)
        how = words(", recognized by their contents" if any(one.by_contents for one in apart) else "")
        photos = _listed(_photo_folders(apart, root))
        texts.append(words(f"photos in {photos}, mattes in {_listed([*mattes])}{how}"))
    return "; ".join(texts)


def splits_text(photos: Iterable[Parts], splits: Splits) -> str:
    """Return what the folders of splits are used for, where their names do not say so."""
    if not splits:
        return words(", without a split")
    names = dict.fromkeys(name for parts in photos for name in parts[:-1] if folder_kind(name) == "validation")
    uses = [words(f"{name}/ is for {splits['validation']}") for name in names]
    return f"; {_listed(uses)}" if uses else ""


def unused_lines(unused: Iterable[Parts]) -> list[str]:
    """Return a line for each folder with pictures that are not used."""
    folders: dict[Parts, list[str]] = {}
    for parts in unused:
        folders.setdefault(parts[:-1], []).append(parts[-1])
    return _lines(words("not used"), folders)


def unread_lines(tree: Folder) -> list[str]:
    """Return a line for each folder with pictures of formats that are not read."""
    kind = words("not read, save them as PNG or JPEG")
    return _lines(kind, {each.parts: each.others for each in tree.walk() if each.others})


def _lines(kind: str, folders: Mapping[Parts, Sequence[str]]) -> list[str]:
    lines = [words(f"{'/'.join(folder) or '.'}/: {kind}: {first_of(names)}") for folder, names in folders.items()]
    more = [words(f"{kind}: the pictures in {len(lines) - LINES} more folders")] if len(lines) > LINES else []
    return lines[:LINES] + more


def _photo_folders(sets: Sequence[PictureSet], root: Parts) -> list[str]:
    """Return the folders of photos below the root, each down to the folder of its split, training first."""
    found: Counter[tuple[int, Parts]] = Counter()
    order: list[Kind | None] = [None, "training", "validation", "testing"]
    for one in sets:
        for parts in one.photos:
            inner = next((parts[: at + 1] for at, name in enumerate(parts[:-1]) if folder_kind(name)), ())
            folder = one.photo_folder if any(map(folder_kind, one.photo_folder)) else (*one.photo_folder, *inner)
            found[order.index(path_kind((*folder, ""))), folder] += 1
    return [f"{'/'.join(folder[len(root) :]) or '.'}/" for _, folder in sorted(found)]


def _listed(names: Sequence[str]) -> str:
    more = words(f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
    return ", ".join(names[:SHOWN]) + more
