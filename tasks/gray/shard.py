"""The gray targets of one shard. Apart from luma.py, so that only shards depend on how shards are written."""

from tasks.core.storage.address import path_at
from tasks.core.storage.local import local_copy
from tasks.dataset.arrays import load_arrays
from tasks.dataset.manifest import PREFIXES
from tasks.dataset.shards.index import Shard, check_shard
from tasks.dataset.shards.staging import StagedShard, Staging
from tasks.gray.luma import gray_images


def gray_shard(source: str, shard: Shard, staging: Staging, file: str) -> StagedShard:
    """Write a shard, named `file`, with the gray version of a shard in the folder `source` (a path or an address).

    A job of an engine. Raises `UserError` if the shard differs from its index.
    """
    prefix = PREFIXES[shard.split]
    with local_copy(path_at(source) / shard.file) as path:
        check_shard(path, shard, path_at(source) / shard.file)
        (images,) = load_arrays(path, f"{prefix}_images")
    return staging.write(file, shard.split, {f"{prefix}_gray_images": gray_images(images)}, {})
