"""Stage 3: `GrayTargets`."""

from collections.abc import Mapping
from pathlib import Path

from tasks.core.freshness.verdict import Read
from tasks.dataset.manifest import PREFIXES
from tasks.dataset.shards.task import Part, ShardedTask
from tasks.settings import small
from tasks.small.task import SmallImages


class GrayTargets(ShardedTask):
    """Computes the gray version of every small image."""

    folder = "gray"
    whole = "pfcn_gray.npz"
    modules = ("tasks.gray.luma", "tasks.gray.shard", "tasks.dataset.arrays")

    def reads(self) -> Mapping[str, Read]:
        """Return the small images, or the index of their shards."""
        return {"small": Read(SmallImages(), SmallImages().main)}

    def build(self, folder: Path, inputs: Mapping[str, Path]) -> None:
        """Write `pfcn_gray.npz`, or a shard for each of the small images."""
        if small().shard_size:
            self._shards(folder, inputs["small"])
            return
        from tasks.dataset.arrays import save_streams, stream_array
        from tasks.gray.luma import gray_stream

        gray = {
            f"{prefix}_gray_images": gray_stream(stream_array(inputs["small"], f"{prefix}_images"))
            for prefix in PREFIXES.values()
        }
        save_streams(folder / self.whole, gray)

    def _shards(self, folder: Path, index: Path) -> None:
        from tasks.dataset.shards.index import read_index
        from tasks.gray.shard import gray_shard

        source = SmallImages().source()
        parts = {
            shard.file: Part((source, shard), f"its {shard.count} photos are those of this shard")
            for shard in read_index(index)
        }
        self.make_shards(folder, gray_shard, parts)
