"""Stage 2: `SmallImages`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tasks.freshness.task import FreshTask
from tasks.freshness.verdict import Read
from tasks.originals.manifest import read_manifest, read_source
from tasks.originals.task import Originals
from tasks.settings import small


class SmallImages(FreshTask):
    """Shrinks all originals into one npz."""

    folder = "small"
    produces = ("pfcn_small.npz",)
    modules = ("tasks.small.arrays", "tasks.arrays")

    def settings(self) -> dict[str, Any]:
        """Return size and dtype of the small images."""
        given = small()
        return {"small.height": given.height, "small.width": given.width, "small.dtype": given.dtype}

    def reads(self) -> Mapping[str, Read]:
        """Return the manifest: it holds the digests of all originals, but not the path to their folder."""
        return {"manifest": Read(Originals(), "manifest.csv")}

    def build(self, folder: Path, inputs: Mapping[str, Path]) -> None:
        """Write `pfcn_small.npz`."""
        from tasks.arrays import save_arrays
        from tasks.small.arrays import small_arrays

        given = small()
        root = Path(read_source(inputs["manifest"].with_name("source.json")).root)
        pairs = read_manifest(inputs["manifest"])
        arrays = small_arrays(root, pairs, given.height, given.width, given.dtype, self.track())
        save_arrays(folder / "pfcn_small.npz", arrays)
