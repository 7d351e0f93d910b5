"""Stage 1: `Originals`."""

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.core.address import shown_address
from tasks.core.engine.job import Job
from tasks.core.engine.run import run_jobs
from tasks.core.engine.task import started_engine
from tasks.core.errors import UserError
from tasks.core.freshness.description import Input, Watched
from tasks.core.freshness.digest import text_sha256
from tasks.core.freshness.make import Built
from tasks.core.freshness.stage import Stage
from tasks.core.names import printable
from tasks.core.progress import say
from tasks.core.storage.address import is_address, understood
from tasks.core.text import write_text
from tasks.core.words import words
from tasks.dataset.console import findings_lines
from tasks.dataset.findings import FINDINGS, Findings, write_findings
from tasks.dataset.manifest import (
    NPZ,
    SPLITS,
    OriginalsSource,
    read_manifest,
    read_source,
    write_manifest,
    write_source,
)
from tasks.originals.changes import describe_changes
from tasks.originals.kaggle import PREFIX, fetch_kaggle
from tasks.originals.layouts import NO_MATTES, holds_mattes
from tasks.originals.tree import file_state, list_pictures
from tasks.originals.unpack.task import CONTENTS, FILES, UnpackOriginals
from tasks.settings import originals, small

if TYPE_CHECKING:
    from tasks.originals.check import Checked
    from tasks.originals.pairs import FoundPair

LISTING = "listing.json"
MANIFEST = "manifest.csv"
MASKS = "masks.json"
RENDERED = words("the sample: rendered portraits (3D people, not photographs)")


def has_mattes() -> bool:
    """Return whether the originals have mattes, as far as it can be known before they are read.

    Of a folder or an npz it is known; when it is gone, the manifest knows. Of what has to be fetched, only the
    setting says that it has none.
    """
    given = originals()
    if given.mattes:
        return str(given.mattes) != NO_MATTES
    if given.is_packed or given.source.startswith(PREFIX):
        return True
    return _has_mattes(given.path.absolute(), Originals().path / MANIFEST)


@lru_cache
def _has_mattes(source: Path, manifest: Path) -> bool:
    try:
        with understood(str(source)) if is_address(str(source)) else nullcontext():
            if source.suffix.lower() == NPZ:
                from tasks.originals.npz import npz_holds_mattes  # not at the top: it takes long to import

                return npz_holds_mattes(source)
            return holds_mattes(source)
    except (UserError, OSError):
        return not manifest.is_file() or any(pair.matte for pair in read_manifest(manifest))


class Originals(Stage):
    """Finds the pairs of photo and matte, and checks them all."""

    folder = "originals"
    produces = (MANIFEST, "source.json", MASKS, FINDINGS)
    code = ("tasks.originals.read_originals", "tasks.originals.kaggle")

    def settings(self) -> dict[str, Any]:
        """Return the source, what to do with bad pairs, what a split is drawn from, and the person's labels."""
        given = originals()
        names = ("on_bad", "testing_share", "split_seed", "person_labels")
        values = {f"originals.{name}": getattr(given, name) for name in names}
        values |= {
            f"originals.{name}": getattr(given, name) for name in ("photos", "mattes") if getattr(given, name)
        }
        return {"originals.source": shown_address(given.source), **values}

    def reads(self) -> Mapping[str, Input[Stage]]:
        """Return the list of what was unpacked, if the originals come in an archive."""
        return {"contents": Input(UnpackOriginals(), CONTENTS)} if originals().is_packed else {}

    def watched(self) -> Watched | None:
        """Return the names, sizes and times of the photos and mattes; None when they are gone.

        Those that the pipeline unpacked itself are part of an output.
        """
        if originals().is_packed:
            return Watched()
        listed = _listing(self.path)
        if listed is None:
            return None
        try:
            before = json.loads((self.path / LISTING).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            before = {}
        return Watched(_digest(listed), describe_changes(before, listed))

    def build(self, folder: Path, inputs: Mapping[str, Path]) -> Built:
        """Write the manifest, the source of its files, what the masks mean, and warnings about the files."""
        before = _listing(folder)  # before the work, so that a change made meanwhile is noticed the next time
        from functools import partial

        from tasks.originals.check import check_pairs
        from tasks.originals.masks import write_masks
        from tasks.originals.read_originals import read_originals

        given = originals()
        source, pairs, findings, masks = read_originals(
            self._source_path(),
            given.on_bad == "skip",
            given.testing_share,
            given.split_seed,
            given.person_labels,
            given.photos,
            given.mattes,
            self._check_in_parts if small().shard_size else partial(check_pairs, track=self.track()),
        )
        if has_mattes() and not any(pair.matte for pair in pairs):
            raise UserError(
                f"originals.source: {self._shown()} has photos without mattes. Give --originals-mattes none to "
                "make what needs no mattes."
            )
        if given.is_packed:
            root = _from_folder(source.root, self.path.resolve())
            layout = source.description.partition(": ")[2]
            source = OriginalsSource(root, RENDERED if given.is_sample else f"{self._shown()}: {layout}")
        self._say(source, pairs, findings)
        write_manifest(folder / MANIFEST, pairs)
        write_source(folder / "source.json", source)
        write_masks(folder / MASKS, masks)
        write_findings(folder / FINDINGS, findings)
        listed = before or _listing(folder)
        if not listed:
            return Built()
        write_text(folder / LISTING, json.dumps(listed, indent=0) + "\n")
        return Built(watched=_digest(listed))

    def _source_path(self) -> Path:
        """Return the path of the originals, after fetching them if necessary."""
        given = originals()
        if not given.source.strip():
            raise UserError("originals.source is empty; give 'sample', or where portraits with mattes are.")
        if given.source.startswith(PREFIX):
            return fetch_kaggle(given.source)
        return UnpackOriginals().path / FILES if given.is_packed else given.path

    def _check_in_parts(self, root: Path, found: "Sequence[FoundPair]") -> "list[Checked]":
        """Check as many pairs at once as a shard has, by the engine that makes shards."""
        from tasks.originals.check import check_part

        starts = range(0, len(found), small().shard_size)
        parts = {words(f"pairs from {start + 1}"): found[start : start + small().shard_size] for start in starts}
        jobs = [
            Job(name, check_part, (root, part), [str(pair.photo) for pair in part]) for name, part in parts.items()
        ]
        with started_engine(self, small().engine, small().dask_address) as engine:
            results = run_jobs(engine, jobs, lambda text: say(f"{self.title}: {text}"))
            done = {job.name: checked for job, checked in self.track()(results, len(jobs), "part")}
        return [one for name in parts for one in done[name]]

    def _shown(self) -> str:
        given = originals()
        return shown_address(given.source) if given.is_on_the_web else printable(str(given.path.resolve()))

    def _say(self, source: OriginalsSource, pairs: list[Any], findings: Findings) -> None:
        counts = " and ".join(f"{sum(pair.split == split for pair in pairs)} {split}" for split in SPLITS)
        say(f"{self.title}: {source.description}: {counts} pairs")
        for line in findings_lines(findings, self.path / FINDINGS):
            say(f"{self.title}: {line}")


def _digest(listed: dict[str, str]) -> str:
    return text_sha256(json.dumps(listed))


def _listing(output: Path) -> dict[str, str] | None:
    given = originals()
    if given.is_packed:
        return None
    try:
        # kagglehub chooses the folder; source.json records it.
        fetched = given.source.startswith(PREFIX)
        path = Path(read_source(output / "source.json").root) if fetched else given.path
        return {path.name: file_state(path)} if path.is_file() else list_pictures(path) or None
    except (UserError, OSError, ValueError):
        return None


def _from_folder(root: str, folder: Path) -> str:
    """Return a path relative to a folder and with /: the data folder can be moved, also to another system."""
    try:
        return Path(os.path.relpath(root, folder)).as_posix()
    except ValueError:  # they are on different drives of Windows
        return root
