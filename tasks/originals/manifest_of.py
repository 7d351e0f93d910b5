"""From a folder or an npz of portraits to the rows of the manifest."""

from pathlib import Path

from tasks.core.errors import UserError
from tasks.core.storage.local import local_copy
from tasks.dataset.findings import Findings
from tasks.dataset.manifest import NPZ, SPLITS, Pair, Source
from tasks.originals.check import Check, check_pairs
from tasks.originals.layouts import Layout, find_layout
from tasks.originals.npz import npz_pairs, read_npz
from tasks.originals.pairs import draw_split, find_pairs


def read_originals(
    path: Path, skip_bad: bool, testing_share: float, split_seed: int, check: Check = check_pairs
) -> tuple[Source, list[Pair], Findings]:
    """Return what a folder or an npz of originals is, its pairs, and warnings about them.

    Raises `UserError` if it is neither, is not understood, or has files that cannot be used (see `manifest_of`).
    """
    place = path.resolve()
    if path.is_dir():
        layout = find_layout(path)
        pairs, findings = manifest_of(layout, skip_bad, testing_share, split_seed, check)
        root = layout.root.resolve()
        return Source(str(root), f"{root}: {layout.description}"), pairs, findings
    if path.suffix.lower() == NPZ and path.is_file():
        with local_copy(path) as copy:
            arrays = read_npz(copy)
        _, height, width, _ = arrays["train_images"].shape
        return Source(str(place), f"{place}: arrays of {width}x{height}"), npz_pairs(path, arrays), Findings()
    raise UserError(
        f"originals.source: {str(path)!r} is neither a folder nor an .npz file. Give 'sample', or a folder or npz "
        "of portraits with mattes; if it is on a disk that has to be mounted, mount it first."
    )


def manifest_of(
    layout: Layout, skip_bad: bool, testing_share: float, split_seed: int, check: Check = check_pairs
) -> tuple[list[Pair], Findings]:
    """Match and check all pairs, by the function `check`; draw the split where there is none.

    Raises `UserError` naming every file that cannot be used; with `skip_bad`, only if nothing is left of a split.
    """
    found, problems = find_pairs(layout)
    checked = check(layout.root, found)
    problems += [problem for one in checked for problem in one.problems]
    if problems and not skip_bad:
        raise UserError(
            f"{len(problems)} of the originals in {layout.root} cannot be used; put them right and run again, or "
            "go on without them with --originals-on-bad skip:\n  " + "\n  ".join(problems)
        )
    pairs = [one.pair for one in checked if one.pair is not None]
    if pairs and not all(pair.split for pair in pairs):
        pairs = draw_split(pairs, testing_share, split_seed)
    empty = [split for split in SPLITS if not any(pair.split == split for pair in pairs)]
    if empty:
        raise UserError(
            f"No pair is left for {' and '.join(empty)} of the originals in {layout.root}:\n  "
            + "\n  ".join(problems)
        )
    return pairs, Findings(problems, [warning for one in checked for warning in one.warnings])
