"""One shard of the small data set, made by itself."""

from collections.abc import Sequence
from dataclasses import asdict

from tasks.core.storage.address import path_at
from tasks.dataset.manifest import PREFIXES, Pair
from tasks.dataset.shards.staging import Made, Staging
from tasks.small.arrays import small_arrays
from tasks.small.warnings import looked_over


def small_shard(
    root: str, pairs: Sequence[Pair], height: int, width: int, dtype: str, staging: Staging, file: str
) -> Made:
    """Shrink the pairs, all of one split, into a shard with the arrays that `small_arrays` gives for this split.

    `root` is the path or address that their paths start from. Raises `UserError` as `small_arrays` does.
    """
    arrays = small_arrays(path_at(root), pairs, height, width, dtype, threads=1)
    prefix = PREFIXES[pairs[0].split]
    own = {name: values for name, values in arrays.items() if name.startswith(f"{prefix}_")}
    return staging.write(file, pairs[0].split, own, asdict(looked_over(pairs, arrays)))
