"""The judgement whether a stage's output still counts, and if not, why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from tasks.core.freshness.code import CodeDigests, changed_code
from tasks.core.freshness.place import Place
from tasks.core.freshness.record import Record

NOT_MADE = "not made yet"
"""The reason for an output that has never been there."""
NAMED = 3
"""How many changed files of the code are named; of more, the number is told."""


class Stage(Protocol):
    """What the judgement needs to know of a stage."""

    @property
    def path(self) -> Path:
        """The folder of the stage's output, on this machine."""

    @property
    def place(self) -> Place:
        """Where the stage's output lies."""

    @property
    def folder(self) -> str:
        """The folder of the stage's output, below the data folder."""

    @property
    def depth(self) -> int:
        """How deep in the graph the stage lies; 0 has nothing before it."""

    @property
    def title(self) -> str:
        """The stage's name for people."""

    @property
    def produces(self) -> tuple[str, ...]:
        """The files of the output, by their paths within the folder."""

    @property
    def bulky(self) -> bool:
        """Whether the files are too large to be read at each look; then only their sizes are compared."""

    def settings(self) -> dict[str, Any]:
        """Everything but code and inputs that the output depends on."""

    def code_digests(self) -> CodeDigests:
        """The code that makes the output."""

    def outside(self, output: Path) -> str | None:
        """State of the files the stage watches besides its inputs; None when they are gone."""

    def outside_changes(self, output: Path) -> str:
        """What changed in those files, in words."""

    def reads(self) -> Mapping[str, "Read"]:
        """The files of other stages that this one reads."""


@dataclass(frozen=True)
class Read:
    """A file of another stage's output."""

    stage: Stage
    file: str

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return self.stage.path / self.file


@dataclass(frozen=True)
class Verdict:
    """The outcome: the record that the judgement rests on, and why the output does not count, if it does not.

    `missing` are its files that are not there, which matters only when somebody needs them; of an output that is
    `gone` none is there. `damage` is what happened to the output itself, `changes` are in what makes it, and
    `awaited` are the stages before it that are to be made again, perhaps to the same content.
    """

    record: Record | None
    gone: bool
    missing: tuple[str, ...] = ()
    damage: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    awaited: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether the output is there, to its last file, and counts."""
        return self.record is not None and not self.missing and not self.reasons

    @property
    def reasons(self) -> tuple[str, ...]:
        """All that speaks against the output; nothing if it counts."""
        return self.damage + self.changes + tuple(f"{title} is to be made again" for title in self.awaited)


def judge(stage: Stage, known: dict[str, Verdict] | None = None) -> Verdict:
    """Say whether the output of a stage counts, or would count if it had not been removed.

    An output that is gone is judged by what a stage behind it remembers of it: as long as nothing that makes it
    changed, making it again would give the same, so its readers need not wait for it. It is the same with a file
    that was removed. Calls that share `known` judge each stage once.
    """
    return _judge(stage, {}, {} if known is None else known)


def _judge(stage: Stage, memory: Mapping[str, Record], known: dict[str, Verdict]) -> Verdict:
    if stage.folder in known:
        return known[stage.folder]
    place = stage.place  # asked for once: finding it takes longer than looking at a file
    record = place.record()
    gone = not any(place.has(file) for file in stage.produces)
    if record is not None:
        memory = record.upstream
    elif gone:
        record = memory.get(stage.folder)
    if record is None:
        reason = NOT_MADE if gone else "its record is missing or cannot be read"
        verdict = Verdict(None, gone, stage.produces if gone else (), damage=(reason,))
    else:
        missing = tuple(file for file in record.files if not place.has(file))
        there = {file: of for file, of in record.files.items() if file not in missing}
        damage = tuple(place.damage(there, stage.bulky))
        changes, awaited = _input_changes(stage, record, memory, known)
        verdict = Verdict(record, gone, missing, damage, (*_own_changes(stage, record), *changes), awaited)
    if not gone:  # what is remembered of a removed output can differ between its readers
        known[stage.folder] = verdict
    return verdict


def _own_changes(stage: Stage, record: Record) -> Iterator[str]:
    settings = stage.settings()
    for name in sorted(settings.keys() | record.settings.keys()):
        before, now = record.settings.get(name), settings.get(name)
        if before != now:
            yield f"{name} {before} -> {now}"
    changed = changed_code(record.code, stage.code_digests)
    yield from (f"{path} changed" for path in changed[:NAMED])
    if len(changed) > NAMED:
        yield f"{len(changed) - NAMED} more files of its code changed"
    outside = stage.outside(stage.path)
    if outside is not None and outside != record.outside:
        yield stage.outside_changes(stage.path)


def _input_changes(
    stage: Stage, record: Record, memory: Mapping[str, Record], known: dict[str, Verdict]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    reads = stage.reads()
    if reads.keys() != record.inputs.keys():
        return ("it reads other inputs",), ()
    changed: dict[str, list[str]] = {}
    awaited: dict[str, None] = {}
    for name, read in reads.items():
        verdict = _judge(read.stage, memory, known)
        if verdict.reasons or verdict.record is None:
            awaited[read.stage.title] = None
            continue
        current = verdict.record.files.get(read.file)
        if current is None or current.sha256 != record.inputs[name].sha256:
            changed.setdefault(read.stage.title, []).append(read.file)
    return tuple(f"{title}: {', '.join(files)} changed" for title, files in changed.items()), tuple(awaited)
