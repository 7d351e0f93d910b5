"""Stage 2: `SmallImages`."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import luigi

from tasks.core.errors import UserError
from tasks.core.freshness.description import Input
from tasks.core.freshness.make import Built
from tasks.core.freshness.stage import Stage
from tasks.core.progress import say
from tasks.core.storage.address import path_at
from tasks.dataset.console import findings_lines
from tasks.dataset.findings import FINDINGS, Findings, write_findings
from tasks.dataset.manifest import NPZ, Pair, read_manifest, read_source
from tasks.dataset.shards.task import Part, ShardedStage
from tasks.originals.task import MASKS, Originals
from tasks.originals.unpack.task import UnpackOriginals
from tasks.settings import originals, small

if TYPE_CHECKING:
    from tasks.originals.masks import Masks
    from tasks.small.warnings import Inspection


class SmallImages(ShardedStage):
    """Resizes all originals into one npz, or into shards."""

    folder = "small"
    npz_file = "pfcn_small.npz"
    code = (
        "tasks.small.arrays",
        "tasks.small.from_npz",
        "tasks.dataset.arrays",
        "tasks.dataset.findings",
        "tasks.dataset.shards.index",
    )

    @property
    def produces(self) -> tuple[str, ...]:  # type: ignore[override]
        """The npz or the index of the shards, and warnings."""
        return (self.arrays_file, FINDINGS)

    def settings(self) -> dict[str, Any]:
        """Return size and dtype of the small images, and how many are in one file."""
        given = small()
        return {
            "small.height": given.height,
            "small.width": given.width,
            "small.dtype": given.dtype,
            "small.shard_size": given.shard_size,
        }

    def reads(self) -> Mapping[str, Input[Stage]]:
        """Return what the masks mean, and the manifest, which has all originals' digests but not their folder."""
        return {"manifest": Input(Originals(), "manifest.csv"), "masks": Input(Originals(), MASKS)}

    def requires(self) -> list[luigi.Task]:
        """Return the stage that made the manifest, and the unpacked archive if the originals came in one."""
        # The manifest has the digests of what was unpacked, so the archive is no input of its own.
        return [*super().requires(), *([UnpackOriginals()] if originals().is_packed else [])]

    def build(self, folder: Path, inputs: Mapping[str, Path]) -> Built | None:
        """Write the small images, and warnings about them."""
        from tasks.originals.masks import read_masks
        from tasks.small.warnings import check_mattes, combine_warnings

        root = path_at(read_source(inputs["manifest"].with_name("source.json")).root)
        pairs = read_manifest(inputs["manifest"])
        masks = read_masks(inputs["masks"])
        built: Built | None = None
        if small().shard_size:
            inspections, built = self._shards(folder, root, pairs, masks)
        else:
            inspections = self._npz(folder, root, pairs, masks)
        if any(pair.matte for pair in pairs):
            check_mattes(inspections, len(pairs))
        findings = Findings(warnings=combine_warnings(pairs, inspections))
        for line in findings_lines(findings, self.path / FINDINGS):
            say(f"{self.title}: {line}")
        write_findings(folder / FINDINGS, findings)
        return built

    def _npz(self, folder: Path, root: Path, pairs: list[Pair], masks: "Masks") -> "list[Inspection]":
        from tasks.dataset.arrays import save_arrays
        from tasks.small.arrays import small_arrays
        from tasks.small.from_npz import small_from_npz
        from tasks.small.warnings import inspect

        given = small()
        form = (masks, given.height, given.width, given.dtype)
        arrays = (
            small_from_npz(root, pairs, *form) if is_npz(root) else small_arrays(root, pairs, *form, self.track())
        )
        save_arrays(folder / self.npz_file, arrays)
        return [inspect(pairs, arrays)]

    def _shards(
        self, folder: Path, root: Path, pairs: list[Pair], masks: "Masks"
    ) -> "tuple[list[Inspection], Built]":
        from tasks.dataset.shards.index import cut
        from tasks.small.arrays import check_size, small_shard
        from tasks.small.warnings import Inspection

        given = small()
        check_size(given.height, given.width)
        if is_npz(root):
            raise UserError(f"small.shard_size {given.shard_size}: {root} is one file already; leave it at 0")
        form = (masks, given.height, given.width, given.dtype)
        parts = {
            file: Part((str(root), rows, *form), [pair.photo for pair in rows])
            for file, rows in cut(pairs, given.shard_size)
        }
        made, built = self.make_shards(folder, small_shard, parts)
        return [Inspection(**one.facts) for one in made], built


def is_npz(root: Path) -> bool:
    """Return whether the originals are arrays in one file."""
    return root.suffix.lower() == NPZ and root.is_file()
