"""Detects how a folder of portraits is laid out: which files are photos, which their mattes, and of which split.

`structure.py` finds folders, and names of files, that belong together. Where there are none, the pictures are
cut-outs, whose transparency is the matte, or photos without mattes. Patterns from the settings replace all this.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path

from tasks.core.errors import UserError
from tasks.core.words import first_of, words
from tasks.dataset.manifest import SPLITS
from tasks.originals.describe import sets_text, splits_text, unread_lines, unused_lines
from tasks.originals.match import Match, match
from tasks.originals.names import folder_kind, folder_role, path_kind, stem
from tasks.originals.patterns import check_apart, check_patterns, matching
from tasks.originals.splits import Splits, find_splits
from tasks.originals.structure import PictureSet, find_sets, same_names
from tasks.originals.suffixes import is_photo
from tasks.originals.tree import Folder, Parts, read_tree

NO_MATTES = "none"
"""The value of `originals.mattes` for photos without mattes."""
DIGITS = re.compile(r"\d+")
LISTED = 10
LOOKED_FOR = words(
    "A photo and its matte need the same name, beside each other (00001.png, 00001_matte.png) or in two folders "
    "(images/00001.png, masks/00001.png). Say where they are with two patterns, such as --originals-photos "
    '"images/*" --originals-mattes "masks/*"; for photos without mattes give --originals-mattes none.'
)
CUT_OUTS = words("cut-outs, whose transparency is the matte")
NO_BACKGROUND = words(
    "the cut-outs have no background and get a white one: networks that learn mattes from them alone do not learn "
    "what else may be behind a person"
)
ALONE = words("photos without mattes")
GRAY_ONLY = words("the photos have no mattes: experiments that learn mattes are left out")


@dataclass(frozen=True)
class Layout:
    """What a source holds: photos and mattes by their names, and in words."""

    source: Path
    root: Path
    """The folder that the paths of the pairs start from: the source, or a folder in it."""
    matches: tuple[Match, ...]
    """Sorted by split, with training before testing, and by name. Cut-outs are their own mattes."""
    description: str
    has_mattes: bool = True
    remarks: tuple[str, ...] = ()
    """A line for all that the user should know of it, such as pictures that are not used."""


def find_layout(source: Path, photos: str = "", mattes: str = "") -> Layout:
    """Return the layout of a folder.

    `photos` and `mattes` are patterns of paths below it, or empty; `mattes` may be "none". Raises `UserError` if
    the layout is unknown or unclear, or if a split is missing.
    """
    tree = read_tree(source)
    if photos or mattes:
        return _by_patterns(tree, photos, mattes)
    sets = find_sets(tree)
    return _of_sets(tree, sets) if sets else _without_sets(tree)


def holds_mattes(source: Path) -> bool:
    """Return `has_mattes` of the layout that `find_layout` finds, in less time. Raises as that does."""
    tree = read_tree(source)
    return bool(find_sets(tree)) or _without_sets(tree).has_mattes


def _of_sets(tree: Folder, sets: Sequence[PictureSet]) -> Layout:
    roots = sorted({_root(one) for one in sets})
    if len({DIGITS.sub("", "/".join(root)) for root in roots}) > 1:
        listed = ", ".join(str(tree.path.joinpath(*root)) for root in roots)
        raise UserError(
            f"originals.source: {tree.path} contains several data sets: {listed}. Give one of them, or "
            'patterns for all: --originals-photos "*/images/*" --originals-mattes "*/masks/*".'
        )
    matches = [found for one in sets for found in match(one)]
    root = _common(roots[0], roots[-1])
    layout = Layout(tree.path, tree.path.joinpath(*root), tuple(matches), sets_text(sets, root))
    return _with_splits(layout, tree)


def _without_sets(tree: Folder) -> Layout:
    from tasks.originals.contents import look_of  # not at the top: it takes long to import

    photos = [parts for parts in tree.files if is_photo(parts[-1])]
    named = any(folder_role(each.path.name) == "matte" for each in tree.walk() if each is not tree)
    look = look_of([tree.path.joinpath(*parts) for parts in photos]) if photos and not named else None
    if look not in ("photo", "cut-out"):
        raise UserError(
            f"originals.source: no photos with mattes were recognized in {tree.path}. "
            f"It contains: {_listing(tree)}. {LOOKED_FOR}"
        )
    if twins := same_names(tree):
        raise UserError(
            f"originals.source: {twins[0].path} and {twins[1].path} have pictures of the same names, and neither "
            f"look like mattes. Give one as the source if there are none. {LOOKED_FOR}"
        )
    return _alone(tree, photos, is_cut_out=look == "cut-out")


def _alone(tree: Folder, photos: Iterable[Parts], is_cut_out: bool) -> Layout:
    matches = tuple(Match((parts,), (parts,) if is_cut_out else ()) for parts in photos)
    text, remark = (CUT_OUTS, NO_BACKGROUND) if is_cut_out else (ALONE, GRAY_ONLY)
    return _with_splits(Layout(tree.path, tree.path, matches, text, is_cut_out, (remark,)), tree)


def _by_patterns(tree: Folder, photos: str, mattes: str) -> Layout:
    if mattes == NO_MATTES:
        return _alone(tree, _photos(tree, photos), is_cut_out=False)
    check_patterns(photos, mattes)
    of_photos, of_mattes = _matching(photos, tree), _matching(mattes, tree)
    check_apart(photos, of_photos, mattes, of_mattes)
    matches = tuple(
        Match(tuple(of_photos.get(key, ())), tuple(of_mattes.get(key, ())))
        for key in of_photos.keys() | of_mattes.keys()
    )
    text = words(f"photos {photos}, mattes {mattes}")
    return _with_splits(Layout(tree.path, tree.path, matches, text), tree)


def _photos(tree: Folder, pattern: str) -> list[Parts]:
    """Return the pictures that match a pattern; without one, all but mattes that are there all the same."""
    if not pattern and (sets := find_sets(tree)):
        return [(*one.photo_folder, *parts) for one in sets for parts in one.photos]
    found = _matching(pattern or "**/*", tree)
    return [parts for same in found.values() for parts in same if is_photo(parts[-1])]


def _matching(pattern: str, tree: Folder) -> dict[Parts, list[Parts]]:
    found = matching(pattern, tree.files)
    if not found:
        raise UserError(
            f"originals.source: no picture in it matches the pattern '{pattern}'. A pattern is a path below the "
            'source with wildcards, such as "images/*" or "images/**/*.jpg".'
        )
    return found


def _with_splits(layout: Layout, tree: Folder) -> Layout:
    """Return the layout with the splits of its matches, sorted, and with a line for what is not used."""
    used = {parts for one in layout.matches for parts in (*one.photos, *one.mattes)}
    unused = [parts for parts in tree.files if parts not in used]
    places = [_place(one) for one in layout.matches]
    splits = find_splits(tree, places, unused)
    matches = [
        replace(one, split=_split(place, splits)) for one, place in zip(layout.matches, places, strict=True)
    ]
    matches.sort(
        key=lambda one: (SPLITS.index(one.split) if one.split else -1, stem(_place(one)[-1]), _place(one))
    )
    description = f"{layout.description}{splits_text(places, splits)}"
    remarks = (*layout.remarks, *unused_lines(unused), *unread_lines(tree))
    return replace(layout, matches=tuple(matches), description=description, remarks=remarks)


def _split(place: Parts, splits: Splits) -> str:
    kind = path_kind(place)
    return splits.get(kind, "") if kind else ""


def _place(one: Match) -> Parts:
    """Return the path of a match's first file in a folder of a split; without one, of its first file."""
    files = (*one.photos, *one.mattes)
    return next((parts for parts in files if path_kind(parts)), files[0])


def _root(one: PictureSet) -> Parts:
    """Return the folder around a set and around the folders of splits that it is in."""
    return tuple(takewhile(lambda name: not folder_kind(name), _common(one.photo_folder, one.matte_folder)))


def _common(one: Parts, other: Parts) -> Parts:
    """Return the names that two paths begin with."""
    return tuple(name for name, _ in takewhile(lambda both: both[0] == both[1], zip(one, other, strict=False)))


def _listing(tree: Folder) -> str:
    """Return the folders with pictures, with an example of each; without any, what else is there."""
    shown = [f"{'/'.join(each.parts) or '.'}/ ({first_of(each.names)})" for each in tree.walk() if each.names]
    names = shown or sorted(child.name + "/" * child.is_dir() for child in tree.path.iterdir())
    listed = ", ".join(names[:LISTED]) or "nothing"
    return listed + words(f" and {len(names) - LISTED} more" if len(names) > LISTED else "")
