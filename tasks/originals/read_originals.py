"""Reads a folder or an npz of portraits into the rows of the manifest."""

from collections.abc import Sequence
from pathlib import Path

from tasks.core.errors import UserError
from tasks.core.names import printable
from tasks.core.on_disk import on_disk
from tasks.core.storage.local import local_copy
from tasks.core.words import words
from tasks.dataset.findings import Findings
from tasks.dataset.manifest import NPZ, SPLITS, OriginalsSource, Pair
from tasks.images.mattes import GRAY
from tasks.originals.check import Checked, CheckPairs, check_pairs, turn_mattes
from tasks.originals.layouts import GRAY_ONLY, NO_BACKGROUND, NO_MATTES, Layout, find_layout
from tasks.originals.levels import MatteFacts, levels_of
from tasks.originals.masks import Masks
from tasks.originals.npz import NpzPart, npz_pairs, read_npz, unused_arrays
from tasks.originals.npz_values import as_bytes
from tasks.originals.pairs import draw_split, find_pairs
from tasks.originals.understand import describe_masks, matte_problem, understand


def read_originals(
    path: Path,
    skip_bad: bool,
    testing_share: float,
    split_seed: int,
    person_labels: str = "",
    photos: str = "",
    mattes: str = "",
    check: CheckPairs = check_pairs,
) -> tuple[OriginalsSource, list[Pair], Findings, Masks]:
    """Return a description of a folder or an npz, its pairs in manifest order, warnings, and what its masks mean.

    `photos` and `mattes` are as for `find_layout`, the other arguments as for `read_pairs`. Raises `UserError` if
    the path is neither, if the layout of the folder is unknown, or if files cannot be used (see `read_pairs` and
    `read_npz`).
    """
    if path.is_dir():
        try:
            layout = find_layout(path, photos, mattes)
        except UserError as error:
            raise UserError(printable(str(error))) from None
        usable = read_pairs(layout, skip_bad, testing_share, split_seed, person_labels, check)
        root = on_disk(layout.root).resolve()
        return OriginalsSource(str(root), printable(f"{root}: {layout.description}")), *usable
    if path.suffix.lower() == NPZ and path.is_file():
        if photos or mattes not in ("", NO_MATTES):
            raise UserError(
                "originals.photos and originals.mattes are patterns of files, and the source is an .npz; only "
                f"originals.mattes = {NO_MATTES} can be given for it."
            )
        with local_copy(path) as copy:
            parts = read_npz(copy, with_mattes=mattes != NO_MATTES)
            unused = unused_arrays(copy, parts)
        _, height, width, _ = parts[0].photos.shape
        resolved = path.resolve()
        split = "" if parts[0].names.split else words(", without a split")
        source = OriginalsSource(str(resolved), printable(words(f"{resolved}: arrays of {width}x{height}{split}")))
        found = Findings(warnings=_npz_remarks(parts, unused))
        choices = (skip_bad, testing_share, split_seed, person_labels)
        return source, *_usable_pairs(path, check_npz(path, parts), found, *choices)
    raise UserError(
        f"originals.source: {str(path)!r} is neither a folder nor an .npz file. Give 'sample', or a folder or npz "
        "of portraits with mattes; if it is on a disk that has to be mounted, mount it first."
    )


def read_pairs(
    layout: Layout,
    skip_bad: bool,
    testing_share: float,
    split_seed: int,
    person_labels: str = "",
    check: CheckPairs = check_pairs,
) -> tuple[list[Pair], Findings, Masks]:
    """Match photos and mattes, check them with `check`, and draw the split if the layout has none.

    About `testing_share` (0..1) of the pairs are then for testing. `person_labels` is the setting, for
    `understand`. Raises `UserError` naming every file that cannot be used; with `skip_bad`, only if no pair is
    left of a split; and if it is unclear what the mattes hold.
    """
    pairs, problems = find_pairs(layout)
    found = Findings(problems, list(layout.remarks))
    choices = (skip_bad, testing_share, split_seed, person_labels)
    return _usable_pairs(layout.root, check(layout.root, pairs), found, *choices)


def check_npz(path: Path, parts: Sequence[NpzPart]) -> list[Checked]:
    """Return the pairs of an npz with the facts about their mattes."""
    pairs = npz_pairs(path, parts)
    mattes = [matte for part in parts if part.mattes is not None for matte in part.mattes]
    if not mattes:
        return [Checked(pair) for pair in pairs]
    facts = [MatteFacts({GRAY: levels_of(as_bytes(matte))}) for matte in mattes]
    return [Checked(pair, facts=one) for pair, one in zip(pairs, facts, strict=True)]


def _npz_remarks(parts: Sequence[NpzPart], unused: Sequence[str]) -> list[str]:
    remarks = [words(f"arrays that are not used: {', '.join(unused)}")] if unused else []
    if parts[0].mattes is None:
        return [GRAY_ONLY, *remarks]
    return [NO_BACKGROUND, *remarks] if parts[0].names.are_alone else remarks


def _usable_pairs(
    root: Path,
    checked: Sequence[Checked],
    found: Findings,
    skip_bad: bool,
    testing_share: float,
    split_seed: int,
    person_labels: str,
) -> tuple[list[Pair], Findings, Masks]:
    masks, checked = _understood(root, checked, person_labels)
    problems = [printable(line) for line in (*found.left_out, *(line for one in checked for line in one.problems))]
    if problems and not skip_bad:
        raise UserError(
            f"{len(problems)} of the originals in {printable(str(root))} cannot be used; fix them and run again, "
            "or continue without them with --originals-on-bad skip:\n  " + "\n  ".join(problems)
        )
    pairs = [one.pair for one in checked if one.pair is not None]
    if pairs and not all(pair.split for pair in pairs):
        pairs = draw_split(pairs, testing_share, split_seed)
    empty = [split for split in SPLITS if not any(pair.split == split for pair in pairs)]
    if empty:
        raise UserError(
            f"The originals in {printable(str(root))} have no usable pair for {' and '.join(empty)}:\n  "
            + "\n  ".join(problems)
        )
    facts = [one.facts for one in checked if one.facts is not None]
    warnings = [warning for one in checked for warning in one.warnings]
    return pairs, Findings(problems, [*found.warnings, *describe_masks(masks, facts), *warnings]), masks


def _understood(root: Path, checked: Sequence[Checked], person_labels: str) -> tuple[Masks, list[Checked]]:
    """Return what all mattes mean, and the pairs with the problems and orientations that follow from it."""
    facts = [one.facts for one in checked if one.facts is not None]
    if not facts:
        return Masks(), list(checked)
    try:
        masks = understand(facts, person_labels)
    except UserError as error:
        raise UserError(printable(f"{root}: {error}")) from error
    return masks, turn_mattes([_judged(one, masks) for one in checked])


def _judged(one: Checked, masks: Masks) -> Checked:
    if one.pair is None or one.facts is None or not (problem := matte_problem(one.facts, masks)):
        return one
    return Checked(None, (f"{one.pair.matte}: {problem}",))
