"""The gray targets of one shard. Apart from luma.py, so that only shards depend on how shards are written."""

from tasks.core.errors import UserError
from tasks.core.freshness.digest import file_sha256
from tasks.core.storage.address import path_at
from tasks.core.storage.local import local_copy
from tasks.dataset.arrays import load_arrays
from tasks.dataset.manifest import PREFIXES
from tasks.dataset.shards.index import Shard
from tasks.dataset.shards.staging import StagedShard, Staging
from tasks.gray.luma import gray_images


def gray_shard(source: str, shard: Shard, staging: Staging, file: str) -> StagedShard:
    """Write a shard, named `file`, with the gray version of a shard in the folder `source` (a path or an address).

    A job of an engine. Raises `UserError` if the shard differs from its index.
    """
    prefix = PREFIXES[shard.split]
    with local_copy(path_at(source) / shard.file) as path:
        if file_sha256(path) != shard.sha256:
            raise UserError(f"{path}: is damaged; remove it, and the next run rebuilds it")
        (images,) = load_arrays(path, f"{prefix}_images")
    return staging.write(file, shard.split, {f"{prefix}_gray_images": gray_images(images)}, {})
