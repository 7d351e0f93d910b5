"""Matches photos and mattes by their names."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tasks.originals.names import normal_key, plain_key, raw_key, stem_key
from tasks.originals.tree import Parts

Key = Callable[[Parts], Parts]


@dataclass(frozen=True, slots=True)
class Match:
    """Photos and mattes with a common name, by their paths below the source; one of each in a good pair."""

    photos: tuple[Parts, ...]
    mattes: tuple[Parts, ...]
    split: str = ""
    """Empty if it is still to be drawn."""


def match(photos: Sequence[Parts], mattes: Sequence[Parts]) -> Iterator[Match]:
    """Yield the pairs of one photo and one matte, and what remains of each name.

    Paths are below the folders of photos and of mattes. Those that agree literally are paired first, then those
    that agree apart from Unicode, case and words for photos and mattes. Where one of the folders has no folders in
    it, the files' own names suffice.
    """
    keys: list[Key] = [raw_key, normal_key, plain_key]
    if any(all(len(parts) == 1 for parts in files) for files in (photos, mattes)):
        keys.append(stem_key)
    left, right = list(photos), list(mattes)
    for key in keys:
        by_key = _grouped(left, right, key)
        pairs = {name: one for name, one in by_key.items() if len(one.photos) == len(one.mattes) == 1}
        yield from pairs.values()
        left, right = ([parts for parts in files if key(parts) not in pairs] for files in (left, right))
    yield from _grouped(left, right, keys[-1]).values()


def _grouped(photos: Sequence[Parts], mattes: Sequence[Parts], key: Key) -> dict[Parts, Match]:
    groups: dict[Parts, tuple[list[Parts], list[Parts]]] = {}
    for at, files in enumerate((photos, mattes)):
        for parts in files:
            groups.setdefault(key(parts), ([], []))[at].append(parts)
    return {name: Match(tuple(one), tuple(other)) for name, (one, other) in groups.items()}
