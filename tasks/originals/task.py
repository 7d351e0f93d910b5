"""Stage 1: `Originals`."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tasks.errors import UserError
from tasks.freshness.digest import text_sha256
from tasks.freshness.task import FreshTask
from tasks.originals.folder import describe_changes, find_pairs, find_root, list_pictures
from tasks.originals.manifest import SPLITS, Source, write_manifest, write_source
from tasks.progress import say
from tasks.settings import originals

SAMPLE = "sample"
LISTING = "listing.json"


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
        """Return a digest of the names, sizes and times of the photos and mattes; None when they are gone.

        The sample is part of the output itself.
        """
        if originals().source == SAMPLE:
            return ""
        root = _root()
        return text_sha256(json.dumps(list_pictures(root))) if root else None

    def outside_changes(self, output: Path) -> str:
        """Return how many photos and mattes were added, removed and replaced."""
        root = _root()
        try:
            before = json.loads((output / LISTING).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            before = {}
        return describe_changes(before, list_pictures(root) if root else {})

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
            where, description = str(root.resolve()), f"folder {root.resolve()}"
            (folder / LISTING).write_text(json.dumps(list_pictures(root), indent=0) + "\n", encoding="utf-8")
        pairs = check_pairs(root, *find_pairs(root), self.track())
        counts = " and ".join(f"{sum(pair.split == split for pair in pairs)} {split}" for split in SPLITS)
        say(f"{self.title}: {description}: {counts} pairs")
        write_manifest(folder / "manifest.csv", pairs)
        write_source(folder / "source.json", Source(where, description))


def _root() -> Path | None:
    try:
        return find_root(Path(originals().source).expanduser())
    except (UserError, OSError):
        return None
