"""Stage 3: `GrayTargets`."""

from collections.abc import Mapping
from pathlib import Path

from tasks.freshness.task import FreshTask
from tasks.freshness.verdict import Read
from tasks.small.task import SmallImages


class GrayTargets(FreshTask):
    """Computes the gray version of every small image."""

    folder = "gray"
    produces = ("pfcn_gray.npz",)
    modules = ("tasks.gray.luma", "tasks.arrays")

    def reads(self) -> Mapping[str, Read]:
        """Return the small images."""
        return {"small": Read(SmallImages(), "pfcn_small.npz")}

    def build(self, folder: Path, inputs: Mapping[str, Path]) -> None:
        """Write `pfcn_gray.npz`."""
        from tasks.arrays import load_arrays, save_arrays
        from tasks.gray.luma import gray_images

        train, test = load_arrays(inputs["small"], "train_images", "test_images")
        gray = {"train_gray_images": gray_images(train), "test_gray_images": gray_images(test)}
        save_arrays(folder / "pfcn_gray.npz", gray)
