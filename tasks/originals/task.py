"""Stage 1: `Originals`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tasks.errors import UserError
from tasks.freshness.task import FreshTask
from tasks.originals.folder import find_pairs, find_root, listing_digest
from tasks.originals.manifest import SPLITS, Source, write_manifest, write_source
from tasks.progress import say
from tasks.settings import originals

SAMPLE = "sample"


class Originals(FreshTask):
    """Finds the pairs of photo and matte (rendering them first, for the sample), and checks them all."""

    folder = "originals"
    produces = ("manifest.csv", "source.json")
    modules = ("tasks.originals.folder", "tasks.originals.check", "tasks.originals.sample.render")

    def settings(self) -> dict[str, Any]:
        """Return the source, and for the sample what it is drawn from."""
        given = originals()
        if given.source != SAMPLE:
            return {"originals.source": given.source}
        sample = {name: getattr(given, name) for name in ("sample_training", "sample_testing", "sample_seed")}
        return {"originals.source": SAMPLE, **{f"originals.{name}": value for name, value in sample.items()}}

    def outside(self, output: Path) -> str | None:
        """Return a digest of the names, sizes and times of the photos and mattes; None when they are gone."""
        root = _root(output)
        return listing_digest(root) if root else None

    def complete(self) -> bool:
        """A rendered sample that was removed can be made again, unlike a folder that is not mounted."""
        return super().complete() and (originals().source != SAMPLE or _root(self.path) is not None)

    def build(self, folder: Path, inputs: Mapping[str, Path]) -> None:
        """Write the manifest and where its files lie."""
        from tasks.originals.check import check_pairs

        given = originals()
        if given.source == SAMPLE:
            from tasks.originals.sample.render import render_sample

            render_sample(folder, given.sample_training, given.sample_testing, given.sample_seed, self.track())
            root, where, description = (
                folder,
                ".",
                "rendered sample (drawn by a program; not PFCN, no real people)",
            )
        else:
            root = find_root(Path(given.source).expanduser())
            where, description = str(root.absolute()), f"folder {root.absolute()}"
        pairs = check_pairs(root, *find_pairs(root), self.track())
        counts = " and ".join(f"{sum(pair.split == split for pair in pairs)} {split}" for split in SPLITS)
        say(f"{self.title}: {description}: {counts} pairs")
        write_manifest(folder / "manifest.csv", pairs)
        write_source(folder / "source.json", Source(where, description))


def _root(output: Path) -> Path | None:
    source = output if originals().source == SAMPLE else Path(originals().source).expanduser()
    try:
        return find_root(source)
    except (UserError, OSError):
        return None
