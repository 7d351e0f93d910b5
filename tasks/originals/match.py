"""Matches photos and mattes by their names."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tasks.originals.names import normal_key, path_kind, plain_key, raw_key, stem_key
from tasks.originals.structure import PictureSet
from tasks.originals.tree import Parts

Key = Callable[[Parts], Parts]


@dataclass(frozen=True, slots=True)
class Match:
    """Photos and mattes with a common name, by their paths below the source; one of each in a good pair."""

    photos: tuple[Parts, ...]
    mattes: tuple[Parts, ...]
    split: str = ""
    """Empty if it is still to be drawn."""


def match(one: PictureSet) -> Iterator[Match]:
    """Yield the pairs of one photo and one matte, and what remains of each name.

    Those whose paths agree literally are paired first, then those that agree apart from Unicode, case and words
    for photos and mattes. Where one of the folders has no folders in it, the files' own names suffice. A photo
    and a matte in folders of two splits are no pair.
    """
    keys: list[Key] = [raw_key, normal_key, plain_key]
    if any(all(len(parts) == 1 for parts in files) for files in (one.photos, one.mattes)):
        keys.append(stem_key)
    photos, mattes = one.photos, one.mattes
    for key in keys:
        groups = _grouped(photos, mattes, key)
        pairs = {name: _match(one, *group) for name, group in groups.items() if _is_pair(one, *group)}
        yield from pairs.values()
        photos, mattes = (tuple(parts for parts in files if key(parts) not in pairs) for files in (photos, mattes))
    for left_photos, left_mattes in _grouped(photos, mattes, keys[-1]).values():
        if len(left_photos) == len(left_mattes) == 1:
            yield from (_match(one, left_photos, []), _match(one, [], left_mattes))
        else:
            yield _match(one, left_photos, left_mattes)


def _is_pair(one: PictureSet, photos: Sequence[Parts], mattes: Sequence[Parts]) -> bool:
    if not len(photos) == len(mattes) == 1:
        return False
    kinds = {path_kind((*one.photo_folder, *photos[0])), path_kind((*one.matte_folder, *mattes[0]))}
    return len(kinds - {None}) <= 1


def _match(one: PictureSet, photos: Sequence[Parts], mattes: Sequence[Parts]) -> Match:
    return Match(
        tuple((*one.photo_folder, *parts) for parts in photos),
        tuple((*one.matte_folder, *parts) for parts in mattes),
    )


def _grouped(
    photos: Sequence[Parts], mattes: Sequence[Parts], key: Key
) -> dict[Parts, tuple[list[Parts], list[Parts]]]:
    groups: dict[Parts, tuple[list[Parts], list[Parts]]] = {}
    for at, files in enumerate((photos, mattes)):
        for parts in files:
            groups.setdefault(key(parts), ([], []))[at].append(parts)
    return groups
