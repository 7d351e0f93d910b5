"""Stage 3: `GrayTargets`."""

from collections.abc import Mapping
from pathlib import Path

from tasks.core.freshness.description import Input
from tasks.core.freshness.make import Built
from tasks.core.freshness.stage import Stage
from tasks.dataset.manifest import PREFIXES
from tasks.dataset.shards.task import Part, ShardedStage
from tasks.settings import small
from tasks.small.task import SmallImages


class GrayTargets(ShardedStage):
    """Computes the gray version of every small image."""

    folder = "gray"
    npz_file = "pfcn_gray.npz"
    code = ("tasks.gray.luma", "tasks.gray.shard", "tasks.dataset.arrays")

    def reads(self) -> Mapping[str, Input[Stage]]:
        """Return the small images, or the index of their shards."""
        return {"small": Input(SmallImages(), SmallImages().arrays_file)}

    def build(self, folder: Path, inputs: Mapping[str, Path]) -> Built | None:
        """Write `pfcn_gray.npz`, or a shard for each of the small images."""
        if small().shard_size:
            return self._shards(folder, inputs["small"])
        from tasks.dataset.arrays import save_streams, stream_array
        from tasks.gray.luma import gray_stream

        gray = {
            f"{prefix}_gray_images": gray_stream(stream_array(inputs["small"], f"{prefix}_images"))
            for prefix in PREFIXES.values()
        }
        save_streams(folder / self.npz_file, gray)
        return None

    def _shards(self, folder: Path, index: Path) -> Built:
        from tasks.dataset.shards.index import read_index
        from tasks.gray.shard import gray_shard

        source = SmallImages().source()
        parts = {shard.file: Part((source, shard)) for shard in read_index(index)}
        _, built = self.make_shards(folder, gray_shard, parts)
        return built
