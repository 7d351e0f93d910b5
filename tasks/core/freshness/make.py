"""Makes an output that is stale: under locks, whole or not at all, with its record."""

import json
import os
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path

from tasks.core.data_folder import data_root
from tasks.core.errors import UserError
from tasks.core.freshness.code import CodeDigests, meanings
from tasks.core.freshness.description import Description, Watched
from tasks.core.freshness.digest import text_sha256
from tasks.core.freshness.environment import made
from tasks.core.freshness.failure import RESUMES, explain
from tasks.core.freshness.folder import files_below, kept_files, matches, recover_folder, whole_folder
from tasks.core.freshness.location import LocalLocation
from tasks.core.freshness.lock import LOCKS, locked
from tasks.core.freshness.record import (
    NAME,
    FileRecord,
    InputRecord,
    Record,
    file_record,
    file_records,
    write_record,
)
from tasks.core.freshness.resume import partial_folder, partial_work
from tasks.core.freshness.state import set_aside
from tasks.core.freshness.verdict import Verdict, judge
from tasks.core.names import printable
from tasks.core.progress import say
from tasks.core.words import first_of


@dataclass(frozen=True)
class Built:
    """What `build` knows of its work beyond the files it wrote."""

    digests: Mapping[str, FileRecord] = field(default_factory=dict)
    """Digests that `build` already knows, by path within the folder, so these files are not hashed again."""
    staged: Mapping[str, str] = field(default_factory=dict)
    """Paths in the store of files that `build` left there, by path within the folder."""
    watched: str | None = None
    """Digest of the watched files' state, where `build` itself fetched them."""


Build = Callable[[Path, Mapping[str, Path], Path], Built | None]
"""Writes an output into the first folder, from the paths of its inputs; the other folder is for work to resume."""


def bring_up_to_date(
    describe: Callable[[], Description], build: Build, starting: Callable[[Verdict], None], force: bool = False
) -> float | None:
    """Make an output unless it is up to date; return the seconds that took, None if there was nothing to do.

    `starting` is called before the work. With `force`, the output is made even if it is up to date. Errors of the
    file system are raised as `UserError`.
    """
    description = describe()
    with ExitStack() as locks:
        try:
            # Every run takes locks in the order of the graph, so no two wait for each other.
            for stage in sorted(description.requires, key=lock_order):
                locks.enter_context(_locked(stage, description.title, alone=False))
            locks.enter_context(_locked(description, description.title, alone=True))
            recover_folder(description.path)
            _check_replaceable(description)
            description.location.refresh()
            description = describe()  # another run may have changed what there is while this one waited
            verdict = judge(description)
            if verdict.complete and not force:
                return None
            starting(verdict)
            return _make(description, build)
        except OSError as error:
            raise UserError(explain(error, description.title)) from None


def fetch_output(description: Description) -> None:
    """Fetch the files of an output to this machine, except shards, which are fetched when they are used."""
    record = description.location.record()
    files = record.files if record else ()
    description.location.fetch(file for file in files if not fnmatch(file, description.shards))


def work_in_progress(description: Description) -> Path | None:
    """Return the folder of unfinished work that the next run would resume; None if there is none."""
    if not partial_folder(description.path, "").is_dir():
        return None
    try:
        inputs, _ = _read_inputs(description)
    except UserError:
        return None
    folder = partial_folder(description.path, _work_identity(description, description.code.digests(), inputs))
    return folder if folder.is_dir() else None


def lock_order(description: Description) -> tuple[int, str]:
    """Return the position of a stage's lock in the order that locks are taken in."""
    return description.depth, description.folder


def lock_file(folder: str) -> Path:
    """Return the lock file of the stage with this output folder."""
    return data_root() / LOCKS / folder.replace("/", "-")


def _locked(stage: Description, title: str, alone: bool) -> AbstractContextManager[None]:
    text = f"{title}: waiting for another run at work on {stage.path}"
    return locked(lock_file(stage.folder), alone, lambda: say(text))


def _check_replaceable(description: Description) -> None:
    """Raise `UserError` where making the output would replace a folder that was never an output of this stage.

    An output has a record, or if that was lost, at least one of the files that the stage promises.
    """
    path = description.path
    if not isinstance(description.location, LocalLocation) or not path.is_dir():
        return
    others = [one.name for one in path.iterdir()]
    if others and not any(os.path.lexists(path / own) for own in (NAME, *description.produces)):
        raise UserError(
            f"{description.title}: {path} holds {first_of(sorted(map(printable, others)))}, which is no output of "
            f"this stage; move it elsewhere, or choose another folder with --data-root"
        )


def _make(description: Description, build: Build) -> float:
    # The clock may be set while we work, so the time taken is not computed from it.
    started, clock = datetime.now(UTC), time.monotonic()
    # Digested before the work, so that a change made meanwhile is noticed the next time.
    code, watched = description.code.digests(), description.watched or Watched()
    for stage in description.requires:
        fetch_output(stage)
    description.location.fetch_kept(description.kept)
    inputs, upstream = _read_inputs(description)
    with partial_work(description.path, _work_identity(description, code, inputs)) as partial:
        with whole_folder(description.path, description.kept) as folder:
            _set_aside_damaged(description, folder)
            paths = {name: read.stage.path / read.file for name, read in description.inputs.items()}
            built = build(folder, paths, partial) or Built()
            record = Record(
                stage=description.title,
                settings=json.loads(json.dumps(description.settings)),
                code=code,
                inputs=inputs,
                files=_file_records(description, folder, built),
                kept=file_records(folder, kept_files(folder, description.kept)),
                watched=watched.digest if built.watched is None else built.watched,
                upstream=upstream,
                made=made(started, time.monotonic() - clock),
            )
            write_record(folder, record)
        description.location.publish(built.staged)
    return time.monotonic() - clock


def _file_records(description: Description, folder: Path, built: Built) -> dict[str, FileRecord]:
    files = files_below(folder)
    if not set(description.produces) <= set(files):
        raise RuntimeError(f"{description.title} made {files} and not all of {description.produces}")
    unknown = [file for file in files if not matches(file, description.kept) and file not in built.digests]
    return file_records(folder, unknown) | dict(built.digests)


def _set_aside_damaged(description: Description, folder: Path) -> None:
    """Set those of the kept files aside that are not as the output before recorded them."""
    before = description.location.record()
    recorded = before.kept if before else {}
    for file in kept_files(folder, description.kept):
        if file in recorded and file_record(folder / file) != recorded[file]:
            set_aside(folder / file)


def _read_inputs(description: Description) -> tuple[dict[str, InputRecord], dict[str, Record]]:
    """Return the record of each file to be read, and those of all stages before, by folder.

    Raises `UserError` when an input is stale: another run replaced it since Luigi looked.
    """
    known: dict[str, Verdict] = {}
    inputs: dict[str, InputRecord] = {}
    direct: dict[str, Record] = {}
    upstream: dict[str, Record] = {}
    for name, read in description.inputs.items():
        verdict, path = judge(read.stage, known), read.stage.path / read.file
        recorded = verdict.record.files.get(read.file) if verdict.record else None
        if verdict.record is None or recorded is None or verdict.reasons or not path.is_file():
            raise UserError(
                f"{path} was changed or removed while this run needed it, by another run with other settings "
                f"or by hand. {RESUMES}"
            )
        inputs[name] = InputRecord(read.stage.folder, read.file, recorded.sha256)
        direct[read.stage.folder] = verdict.record.remembered(read.stage.produces)
        upstream |= verdict.record.upstream
    return inputs, upstream | direct


def _work_identity(description: Description, code: CodeDigests, inputs: Mapping[str, InputRecord]) -> str:
    """Return a digest of all that makes the output; only work with the same identity is resumed."""
    if description.shards:
        return "shards"  # each says itself what it was made of
    read = {name: asdict(record) for name, record in inputs.items()}
    watched = description.watched.digest if description.watched else ""
    return text_sha256(json.dumps([description.settings, meanings(code), read, watched]))[:16]
