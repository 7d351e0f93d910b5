"""Finds which folders hold photos and which their mattes.

Photos and mattes have the same names in one folder (`00001.png`, `00001_matte.png`) or the same paths below two
folders beside each other. Of two such folders, the names say which has the mattes, or else the pictures do.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from tasks.core.errors import UserError
from tasks.originals.names import Kind, Role, file_role, folder_kind, folder_role, matte_rank, plain_key, stem_key
from tasks.originals.tree import Folder, Parts

COMPARED = 8
"""Up to how many folders beside each other are compared by their pictures."""


@dataclass(frozen=True)
class PictureSet:
    """Photos with their mattes: the folders they are in, perhaps the same one, and their paths below these.

    The paths of the folders are those below the source.
    """

    photo_folder: Parts
    matte_folder: Parts
    photos: tuple[Parts, ...]
    mattes: tuple[Parts, ...]
    by_contents: bool = False
    """Whether the pictures, not the names, said which are the mattes."""


@dataclass(frozen=True)
class _Candidate:
    """A folder that may hold photos or mattes, or the pictures directly in the folder around it."""

    folder: Folder
    files: tuple[Parts, ...]
    role: Role | None
    kind: Kind | None

    @cached_property
    def keys(self) -> frozenset[Parts]:
        return frozenset(map(plain_key, self.files))

    @cached_property
    def stems(self) -> frozenset[Parts]:
        return frozenset(map(stem_key, self.files))

    @property
    def is_flat(self) -> bool:
        return all(len(parts) == 1 for parts in self.files)

    @cached_property
    def look(self) -> str | None:
        from tasks.originals.contents import look_of  # not at the top: it takes long to import

        return look_of([self.folder.path.joinpath(*parts) for parts in self.files])

    def shared(self, other: "_Candidate") -> int:
        """Return how many names both have."""
        by_stem = self.is_flat or other.is_flat
        return len(self.stems & other.stems) if by_stem else len(self.keys & other.keys)


def find_sets(folder: Folder) -> list[PictureSet]:
    """Return the sets in a folder and below it. Raises `UserError` if several folders may have the same mattes."""
    beside = _side_by_side(folder)
    candidates = _candidates(folder, with_own=not beside)
    sets = _by_names(candidates) or _by_contents(candidates)
    taken = {parts for one in sets for parts in (one.photo_folder, one.matte_folder)}
    below = [one for child in folder.folders if child.parts not in taken for one in find_sets(child)]
    return [*([beside] if beside else []), *sets, *below]


def same_names(folder: Folder) -> tuple[Folder, Folder] | None:
    """Return two folders beside each other that have pictures of the same names, if there are any."""
    for each in folder.walk():
        for one, other in _with_same_names(_candidates(each, with_own=True)):
            return one.folder, other.folder
    return None


def _candidates(folder: Folder, with_own: bool) -> list[_Candidate]:
    """Return the folders in a folder and, if asked, the pictures directly in it."""
    children = [
        _Candidate(child, child.files, folder_role(child.path.name), folder_kind(child.path.name))
        for child in folder.folders
        if child.files
    ]
    own = tuple((name,) for name in folder.names)
    return [*children, _Candidate(folder, own, None, None)] if own and with_own else children


def _side_by_side(folder: Folder) -> PictureSet | None:
    files: dict[Role | None, list[Parts]] = {}
    for name in folder.names:
        files.setdefault(file_role(name), []).append((name,))
    photos, mattes = files.get(None, []), files.get("matte", [])
    if not set(map(plain_key, photos)) & set(map(plain_key, mattes)):
        return None
    return PictureSet(folder.parts, folder.parts, tuple(photos), tuple(mattes))


def _by_names(candidates: list[_Candidate]) -> list[PictureSet]:
    mattes = [one for one in candidates if one.role == "matte"]
    photos = [one for one in candidates if one.role not in ("matte", "other")]
    pairings = ((photo, matte) for matte in mattes for photo in photos)
    return [_set(photo, matte) for photo, matte in _best(pairings)]


def _by_contents(candidates: list[_Candidate]) -> list[PictureSet]:
    pairings = (
        (photo, matte)
        for pair in _with_same_names(candidates)
        for photo, matte in (pair, pair[::-1])
        if photo.look == "photo" and matte.look in ("matte", "cut-out")
    )
    return [_set(photo, matte, by_contents=True) for photo, matte in _best(pairings)]


def _with_same_names(candidates: list[_Candidate]) -> Iterator[tuple[_Candidate, _Candidate]]:
    """Yield each two folders without names for mattes that share most names of the smaller one."""
    unnamed = [one for one in candidates if one.role not in ("matte", "other")]
    for one, other in combinations(unnamed, 2) if len(unnamed) <= COMPARED else ():
        if _may_pair(one, other) and 2 * one.shared(other) >= min(len(one.files), len(other.files)):
            yield one, other


def _set(photo: _Candidate, matte: _Candidate, by_contents: bool = False) -> PictureSet:
    return PictureSet(photo.folder.parts, matte.folder.parts, photo.files, matte.files, by_contents)


def _may_pair(photo: _Candidate, matte: _Candidate) -> bool:
    return photo.kind == matte.kind or photo.kind is None or matte.kind is None


def _best(pairings: Iterable[tuple[_Candidate, _Candidate]]) -> list[tuple[_Candidate, _Candidate]]:
    """Return the best pairings of photos and mattes in which each folder is once.

    Raises `UserError` where two are equally good.
    """
    scored = [
        ((matte_rank(matte.folder.path.name), photo.role == "photo", shared), photo, matte)
        for photo, matte in pairings
        if _may_pair(photo, matte) and (shared := photo.shared(matte))
    ]
    scored.sort(key=lambda one: one[0], reverse=True)
    best: list[tuple[_Candidate, _Candidate]] = []
    while scored:
        score, photo, matte = scored.pop(0)
        for other_score, other_photo, other_matte in scored:
            if other_score == score and (other_photo is photo) != (other_matte is matte):
                several = (other_matte, matte) if other_photo is photo else (other_photo, photo)
                folders = " and ".join(sorted(str(one.folder.path) for one in several))
                kind = "mattes" if other_photo is photo else "photos"
                raise UserError(
                    f"originals.source: {folders} may both have the {kind}. Say which, "
                    'with --originals-photos and --originals-mattes, such as "images/*" and "masks/*".'
                )
        best.append((photo, matte))
        scored = [one for one in scored if one[1] is not photo and one[2] is not matte]
    return best
