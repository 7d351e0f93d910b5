"""What a network can learn: for each target, the stage that makes it and the arrays it is in."""

from dataclasses import dataclass

from tasks.blocks import Blocks, Source, read_blocks
from tasks.freshness.verdict import Read
from tasks.gray.task import GrayTargets
from tasks.originals.manifest import PREFIXES
from tasks.shards.task import ShardedTask
from tasks.small.task import SmallImages


@dataclass(frozen=True)
class Target:
    """Arrays (N, height, width, channels) that a network is to give for the small images, by split."""

    stage: type[ShardedTask]
    arrays: str

    def read(self) -> Read:
        """Return the file that stands for the arrays."""
        return Read(self.stage(), self.stage().main)

    def blocks(self, split: str) -> Blocks:
        """Return the small images of a split with this target; both must have been made."""
        prefix = PREFIXES[split]
        return read_blocks(
            split, _source(SmallImages(), f"{prefix}_images"), _source(self.stage(), f"{prefix}_{self.arrays}")
        )


def _source(stage: ShardedTask, array: str) -> Source:
    return Source(stage.path / stage.main, array, stage.fetch)


TARGETS: dict[str, Target] = {
    "gray": Target(GrayTargets, "gray_images"),
    "matte": Target(SmallImages, "mattes"),
}
