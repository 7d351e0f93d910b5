"""Stage 1: `Originals`."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tasks.errors import UserError
from tasks.findings import FINDINGS, Findings, write_findings
from tasks.freshness.digest import text_sha256
from tasks.freshness.task import FreshTask
from tasks.originals.layouts import find_layout
from tasks.originals.manifest import SPLITS, Source, write_manifest, write_source
from tasks.originals.pairs import describe_changes, file_state, list_pictures
from tasks.progress import say
from tasks.settings import originals

SAMPLE = "sample"
LISTING = "listing.json"
RENDERED = "rendered sample (drawn by a program; not PFCN, no real people)"


class Originals(FreshTask):
    """Finds the pairs of photo and matte (rendering them first, for the sample), and checks them all."""

    folder = "originals"
    produces = ("manifest.csv", "source.json", FINDINGS)
    modules = ("tasks.originals.manifest_of", "tasks.originals.sample.render")

    def settings(self) -> dict[str, Any]:
        """Return the source, and what the sample or the split is drawn from."""
        given = originals()
        names = ("sample_training", "sample_testing", "sample_seed")
        if given.source != SAMPLE:
            names = ("on_bad", "testing_share", "split_seed")
        return {f"originals.{name}": getattr(given, name) for name in ("source", *names)}

    def outside(self, output: Path) -> str | None:
        """Return a digest of the names, sizes and times of the photos and mattes; None when they are gone.

        The sample is part of the output itself.
        """
        if originals().source == SAMPLE:
            return ""
        listed = _listing()
        return None if listed is None else text_sha256(json.dumps(listed))

    def outside_changes(self, output: Path) -> str:
        """Return how many photos and mattes were added, removed and replaced."""
        try:
            before = json.loads((output / LISTING).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            before = {}
        return describe_changes(before, _listing() or {})

    def build(self, folder: Path, inputs: Mapping[str, Path]) -> None:
        """Write the manifest, where its files lie, and what was odd about them."""
        from tasks.originals.manifest_of import read_originals

        given, sample = originals(), originals().source == SAMPLE
        if sample:
            from tasks.originals.sample.render import render_sample

            render_sample(folder, given.sample_training, given.sample_testing, given.sample_seed, self.track())
        elif listed := _listing():
            (folder / LISTING).write_text(json.dumps(listed, indent=0) + "\n", encoding="utf-8")
        source, pairs, findings = read_originals(
            folder if sample else _path(),
            given.on_bad == "skip",
            given.testing_share,
            given.split_seed,
            self.track(),
        )
        if sample:
            source = Source(".", RENDERED)
        self._say(source, pairs, findings)
        write_manifest(folder / "manifest.csv", pairs)
        write_source(folder / "source.json", source)
        write_findings(folder / FINDINGS, findings)

    def _say(self, source: Source, pairs: list[Any], findings: Findings) -> None:
        counts = " and ".join(f"{sum(pair.split == split for pair in pairs)} {split}" for split in SPLITS)
        say(f"{self.title}: {source.description}: {counts} pairs")
        for line in findings.lines(self.path / FINDINGS):
            say(f"{self.title}: {line}")


def _path() -> Path:
    return Path(originals().source).expanduser()


def _listing() -> dict[str, str] | None:
    path = _path()
    try:
        if path.is_file():
            return {path.name: file_state(path)}
        return list_pictures(find_layout(path))
    except (UserError, OSError):
        return None
