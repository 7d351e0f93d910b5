"""What a network can learn: for each target, the stage that makes it and the arrays it is in."""

from dataclasses import dataclass

from tasks.freshness.task import FreshTask
from tasks.freshness.verdict import Read
from tasks.gray.task import GrayTargets
from tasks.small.task import SmallImages


@dataclass(frozen=True)
class Target:
    """Arrays (N, height, width, channels) that a network is to give for the small images, by split."""

    stage: type[FreshTask]
    file: str
    train: str
    test: str

    def read(self) -> Read:
        """Return the file that holds the arrays."""
        return Read(self.stage(), self.file)


TARGETS: dict[str, Target] = {
    "gray": Target(GrayTargets, "pfcn_gray.npz", "train_gray_images", "test_gray_images"),
    "matte": Target(SmallImages, "pfcn_small.npz", "train_mattes", "test_mattes"),
}
