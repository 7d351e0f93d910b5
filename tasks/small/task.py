"""Stage 2: `SmallImages`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tasks.findings import FINDINGS, Findings, write_findings
from tasks.freshness.task import FreshTask
from tasks.freshness.verdict import Read
from tasks.originals.manifest import NPZ, read_manifest, read_source
from tasks.originals.task import Originals
from tasks.progress import say
from tasks.settings import originals, small
from tasks.storage.address import place
from tasks.unpack.task import UnpackOriginals


class SmallImages(FreshTask):
    """Shrinks all originals into one npz."""

    folder = "small"
    produces = ("pfcn_small.npz", FINDINGS)
    modules = ("tasks.small.arrays", "tasks.small.from_npz", "tasks.small.oddities", "tasks.arrays")

    def settings(self) -> dict[str, Any]:
        """Return size and dtype of the small images."""
        given = small()
        return {"small.height": given.height, "small.width": given.width, "small.dtype": given.dtype}

    def reads(self) -> Mapping[str, Read]:
        """Return the manifest: it holds the digests of all originals, but not the path to their folder."""
        return {"manifest": Read(Originals(), "manifest.csv")}

    def needs(self) -> list[FreshTask]:
        """Return the unpacked archive, if the originals came in one."""
        return [UnpackOriginals()] if originals().is_packed else []

    def build(self, folder: Path, inputs: Mapping[str, Path]) -> None:
        """Write `pfcn_small.npz`, and what is odd about it."""
        from tasks.arrays import save_arrays
        from tasks.small.arrays import small_arrays
        from tasks.small.from_npz import small_from_npz
        from tasks.small.oddities import oddities

        given = small()
        root = place(read_source(inputs["manifest"].with_name("source.json")).root)
        pairs, form = read_manifest(inputs["manifest"]), (given.height, given.width, given.dtype)
        if root.suffix.lower() == NPZ and root.is_file():
            arrays = small_from_npz(root, pairs, *form)
        else:
            arrays = small_arrays(root, pairs, *form, self.track())
        findings = Findings(warnings=oddities(pairs, arrays))
        for line in findings.lines(self.path / FINDINGS):
            say(f"{self.title}: {line}")
        save_arrays(folder / "pfcn_small.npz", arrays)
        write_findings(folder / FINDINGS, findings)
