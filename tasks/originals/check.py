"""Checks every pair before anything is made from it: both files are complete and have the same aspect ratio."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tasks.core.errors import UserError, added_to
from tasks.core.freshness.digest import file_sha256
from tasks.core.progress import Track, untracked
from tasks.core.storage.local import local_copy
from tasks.core.threads import in_threads
from tasks.core.words import words
from tasks.dataset.manifest import Pair
from tasks.images.decoders import JPEGS, Size
from tasks.images.mattes import ALPHA, matte_size, read_matte_file
from tasks.images.pictures import TURNS, photo_file, readable
from tasks.originals.levels import MatteFacts, facts_of
from tasks.originals.orientation import UPRIGHT, choose_orientations, matching_orientations
from tasks.originals.pairs import FoundPair


@dataclass(frozen=True, slots=True)
class Checked:
    """The row of the manifest for a good pair; for a bad one, None and the problems. Either may have warnings."""

    pair: Pair | None
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    facts: MatteFacts | None = None
    """What the matte of a good pair holds."""
    photo_orientation: int = UPRIGHT
    orientations: tuple[int, ...] = (UPRIGHT,)
    """The Exif orientations by which the matte, turned, fits the photo (see `matching_orientations`)."""


CheckPairs = Callable[[Path, Sequence[FoundPair]], list[Checked]]
"""Checks pairs below a root, and returns one `Checked` for each in the same order."""


def check_pairs(
    root: Path, found: Sequence[FoundPair], track: Track = untracked, threads: int | None = None
) -> list[Checked]:
    """Open every photo and matte and check them, by default in one thread per core.

    Returns one `Checked` for each pair in the same order. Bad files raise nothing.
    """
    return list(track(in_threads(lambda pair: _check_pair(root, pair), found, threads), len(found), "pair"))


def check_part(root: Path, found: Sequence[FoundPair]) -> list[Checked]:
    """Check some of the pairs as a job of an engine, which has a process per core, in one thread."""
    return check_pairs(root, found, threads=1)


def turn_mattes(checked: Sequence[Checked]) -> list[Checked]:
    """Give each good pair the orientation of its matte, with a warning where it was a guess."""
    good = [one for one in checked if one.pair is not None]
    chosen = choose_orientations([one.photo_orientation for one in good], [one.orientations for one in good])
    turned = iter(chosen)
    return [_turned(one, *next(turned)) if one.pair is not None else one for one in checked]


def _turned(one: Checked, orientation: int, is_guess: bool) -> Checked:
    assert one.pair is not None
    warnings = one.warnings
    if is_guess:
        guess = words(
            f"{one.pair.matte}: its photo is turned by its Exif orientation {one.photo_orientation}, and the "
            "matte has none; it is taken to be upright already"
        )
        warnings += (guess,)
    return replace(one, pair=replace(one.pair, matte_orientation=orientation), warnings=warnings)


def _check_pair(root: Path, found: FoundPair) -> Checked:
    def from_root(text: str) -> str:
        for path in filter(None, (found.photo, found.matte)):
            text = text.replace(str(path), path.relative_to(root).as_posix(), 1)
        return text

    problems: list[str] = []
    photo_sha256 = matte_sha256 = ""
    size, photo_orientation = stored_size, own_orientation = (0, 0), UPRIGHT
    facts: MatteFacts | None = None
    with added_to(problems, from_root), local_copy(found.photo) as copy, readable(copy):
        size, photo_orientation = _whole_photo(copy)
        photo_sha256 = file_sha256(copy)
    is_cut_out = found.matte == found.photo
    if found.matte and not (is_cut_out and problems):
        with added_to(problems, from_root), local_copy(found.matte) as copy, readable(copy):
            stored_size, own_orientation = matte_size(copy)
            facts = facts_of(read_matte_file(copy))
            if is_cut_out and ALPHA not in facts.levels:
                raise UserError(f"{copy}: has no transparent parts, and cut-outs are their own mattes")
            matte_sha256 = file_sha256(copy)
    if problems:
        return Checked(None, tuple(problems))
    photo = found.photo.relative_to(root).as_posix()
    (width, height), (matte_width, matte_height) = size, stored_size
    if not found.matte:
        return Checked(Pair(found.split, found.name, photo, "", width, height, photo_sha256, ""))
    matte = found.matte.relative_to(root).as_posix()
    sizes_differ = words(
        f"{matte}: the matte is {matte_width}x{matte_height} pixels (width x height), its photo {width}x{height}"
    )
    orientations = matching_orientations(size, photo_orientation, stored_size, own_orientation)
    if not orientations:
        turned = words(" after it is turned by its Exif orientation" if photo_orientation != UPRIGHT else "")
        return Checked(None, (words(f"{sizes_differ}{turned}; both need the same aspect ratio"),))
    pair = Pair(found.split, found.name, photo, matte, width, height, photo_sha256, matte_sha256)
    warnings = () if size in (stored_size, stored_size[::-1]) else (words(f"{sizes_differ}; it is resized"),)
    return Checked(pair, (), warnings, facts, photo_orientation, orientations)


def _whole_photo(path: Path) -> tuple[Size, int]:
    """Return size and Exif orientation of the upright photo, after checking the file to its last byte."""
    with photo_file(path) as file:
        if file.picture.format == "PNG":
            file.picture.verify()  # compares checksums, which is many times faster than decoding
        else:
            if file.picture.format in JPEGS:
                file.picture.draft(None, (1, 1))
            file.picture.load()
        return file.size, file.exif_orientation if file.exif_orientation in TURNS else UPRIGHT
