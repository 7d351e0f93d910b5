"""The gray targets of one shard of small images."""

from tasks.core.errors import UserError
from tasks.core.freshness.digest import file_sha256
from tasks.core.storage.address import path_at
from tasks.core.storage.local import local_copy
from tasks.dataset.arrays import load_arrays
from tasks.dataset.manifest import PREFIXES
from tasks.dataset.shards.index import Shard
from tasks.dataset.shards.staging import Made, Staging
from tasks.gray.luma import gray_images


def gray_shard(source: str, shard: Shard, staging: Staging, file: str) -> Made:
    """Write the gray targets of the shard into `file`; it lies in the folder `source` (a path or an address).

    Raises `UserError` if the shard is not what its index says.
    """
    prefix = PREFIXES[shard.split]
    with local_copy(path_at(source) / shard.file) as path:
        if file_sha256(path) != shard.sha256:
            raise UserError(f"{path}: is damaged; remove it, and it is made again")
        (images,) = load_arrays(path, f"{prefix}_images")
    return staging.write(file, shard.split, {f"{prefix}_gray_images": gray_images(images)}, {})
