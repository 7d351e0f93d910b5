"""The splits of a source, which are folders such as `train/`, `val/` and `test/`."""

from collections.abc import Collection, Mapping

from tasks.core.errors import UserError
from tasks.core.words import words
from tasks.originals.names import Kind, folder_kind, is_bare_kind, path_kind
from tasks.originals.tree import Folder, Parts

Splits = Mapping[Kind, str]
"""The split that pictures in a folder of each kind are used for; empty if a split is drawn."""


def find_splits(tree: Folder, photos: Collection[Parts], unused: Collection[Parts]) -> Splits:
    """Return what the folders of splits are used for, given the photos, and the pictures that are no pairs.

    Raises `UserError` if only some of the photos are in such folders, or if a split has no pairs.
    """
    kinds = {path_kind(parts) for parts in photos}
    named = {kind for kind in kinds if kind}
    if not named:
        return {}
    if None in kinds:
        without = next("/".join(parts) for parts in sorted(photos) if path_kind(parts) is None)
        raise UserError(
            f"originals.source: in {tree.path}, some photos are in folders for training or testing, and "
            f"{without} is not. Move it, or give one of the folders as the source."
        )
    if (used := uses(named)) is not None:
        return used
    others = {path_kind(parts) for parts in unused} - {None, *named}
    if named == {"training"} and (others or not any(is_bare_kind(name) for name in _split_names(photos))):
        return {}
    raise UserError(f"originals.source: {tree.path} has {_missing(tree, photos, named)}")


def uses(kinds: Collection[Kind]) -> Splits | None:
    """Return what pictures of each of some kinds are used for; None if one of the two splits would be missing.

    Without a kind for testing, validation is for testing; with one, it belongs to training.
    """
    if {"training", "testing"} <= {*kinds}:
        return {"training": "training", "testing": "testing", "validation": "training"}
    if {*kinds} == {"training", "validation"}:
        return {"training": "training", "validation": "testing"}
    return None


def _missing(tree: Folder, photos: Collection[Parts], named: Collection[Kind]) -> str:
    other = "testing" if "training" in named else "training"
    there = next((each.path.name for each in tree.walk() if folder_kind(each.path.name) == other), None)
    name = sorted(_split_names(photos))[0]
    lacks = words(f"no pictures in {there}/" if there else f"no {other}/")
    return words(f"{name}/ but {lacks}; both are needed. To have a split drawn, give {name}/ as the source.")


def _split_names(photos: Collection[Parts]) -> set[str]:
    return {next(name for name in parts[:-1] if folder_kind(name)) for parts in photos}
