"""What a network can learn: for each target, the stage that makes it and the arrays it is in."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.core.freshness.verdict import Read
from tasks.dataset.manifest import PREFIXES
from tasks.dataset.shards.task import ShardedTask
from tasks.gray.task import GrayTargets
from tasks.small.task import SmallImages

if TYPE_CHECKING:
    from tasks.dataset.blocks import Blocks


@dataclass(frozen=True)
class Target:
    """Arrays (N, height, width, channels) that a network is to give for the small images, by split."""

    stage: type[ShardedTask]
    arrays: str

    def read(self) -> Read:
        """Return the file that stands for the arrays."""
        return Read(self.stage(), self.stage().main)

    def blocks(self, split: str) -> "Blocks":
        """Return the small images of a split with this target; both must have been made."""
        from tasks.dataset.blocks import StoredArray, read_blocks

        def source(stage: ShardedTask, array: str) -> StoredArray:
            return StoredArray(stage.path / stage.main, f"{PREFIXES[split]}_{array}", stage.fetch)

        return read_blocks(split, source(SmallImages(), "images"), source(self.stage(), self.arrays))


TARGETS: dict[str, Target] = {
    "gray": Target(GrayTargets, "gray_images"),
    "matte": Target(SmallImages, "mattes"),
}
