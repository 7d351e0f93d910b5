"""Reads a folder or an npz of portraits into the rows of the manifest."""

from pathlib import Path

from tasks.core.errors import UserError
from tasks.core.storage.local import local_copy
from tasks.core.words import words
from tasks.dataset.findings import Findings
from tasks.dataset.manifest import NPZ, SPLITS, OriginalsSource, Pair
from tasks.originals.check import CheckPairs, check_pairs
from tasks.originals.layouts import Layout, find_layout
from tasks.originals.npz import npz_pairs, read_npz
from tasks.originals.pairs import draw_split, find_pairs


def read_originals(
    path: Path, skip_bad: bool, testing_share: float, split_seed: int, check: CheckPairs = check_pairs
) -> tuple[OriginalsSource, list[Pair], Findings]:
    """Return a description of a folder or an npz of originals, its pairs in manifest order, and warnings.

    The other arguments are as for `read_pairs`. Raises `UserError` if the path is neither, if the layout of the
    folder is unknown, or if files cannot be used (see `read_pairs` and `read_npz`).
    """
    if path.is_dir():
        layout = find_layout(path)
        pairs, findings = read_pairs(layout, skip_bad, testing_share, split_seed, check)
        root = layout.root.resolve()
        return OriginalsSource(str(root), f"{root}: {layout.description}"), pairs, findings
    if path.suffix.lower() == NPZ and path.is_file():
        with local_copy(path) as copy:
            arrays = read_npz(copy)
        _, height, width, _ = arrays["train_images"].shape
        resolved = path.resolve()
        source = OriginalsSource(str(resolved), words(f"{resolved}: arrays of {width}x{height}"))
        return source, npz_pairs(path, arrays), Findings()
    raise UserError(
        f"originals.source: {str(path)!r} is neither a folder nor an .npz file. Give 'sample', or a folder or npz "
        "of portraits with mattes; if it is on a disk that has to be mounted, mount it first."
    )


def read_pairs(
    layout: Layout, skip_bad: bool, testing_share: float, split_seed: int, check: CheckPairs = check_pairs
) -> tuple[list[Pair], Findings]:
    """Match photos and mattes, check them with `check`, and draw the split if the layout has none.

    About `testing_share` (0..1) of the pairs are then for testing. Raises `UserError` naming every file that
    cannot be used; with `skip_bad`, only if no pair is left of a split.
    """
    found, problems = find_pairs(layout)
    checked = check(layout.root, found)
    problems += [problem for one in checked for problem in one.problems]
    if problems and not skip_bad:
        raise UserError(
            f"{len(problems)} of the originals in {layout.root} cannot be used; fix them and run again, or "
            "continue without them with --originals-on-bad skip:\n  " + "\n  ".join(problems)
        )
    pairs = [one.pair for one in checked if one.pair is not None]
    if pairs and not all(pair.split for pair in pairs):
        pairs = draw_split(pairs, testing_share, split_seed)
    empty = [split for split in SPLITS if not any(pair.split == split for pair in pairs)]
    if empty:
        raise UserError(
            f"The originals in {layout.root} have no usable pair for {' and '.join(empty)}:\n  "
            + "\n  ".join(problems)
        )
    return pairs, Findings(problems, [warning for one in checked for warning in one.warnings])
