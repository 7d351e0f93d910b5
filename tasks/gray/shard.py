"""The gray targets of one shard of small images."""

from tasks.arrays import load_arrays
from tasks.errors import UserError
from tasks.freshness.digest import file_sha256
from tasks.gray.luma import gray_images
from tasks.originals.manifest import PREFIXES
from tasks.shards.index import Shard
from tasks.shards.staging import Made, Staging
from tasks.storage.address import path_at
from tasks.storage.local import local_copy


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
