"""The judgement whether a stage's output still counts, and if not, why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from tasks.freshness.code import CodeDigests, changed_code
from tasks.freshness.record import Record, output_digests, read_record


class Stage(Protocol):
    """What the judgement needs to know of a stage."""

    @property
    def path(self) -> Path:
        """The folder of the stage's output."""

    @property
    def title(self) -> str:
        """The stage's name for people."""

    @property
    def produces(self) -> tuple[str, ...]:
        """The files of the output, by their paths within the folder."""

    def settings(self) -> dict[str, Any]:
        """Everything but code and inputs that the output depends on."""

    def code_digests(self) -> CodeDigests:
        """The code that makes the output."""

    def outside(self, output: Path) -> str | None:
        """State of the files the stage watches besides its inputs; None when they are gone."""

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
    """The outcome: `record` is what the judgement rests on; no `reasons` means the output still counts."""

    record: Record | None
    reasons: tuple[str, ...]


def judge(stage: Stage, remembered: Record | None = None) -> Verdict:
    """Say whether the output of a stage counts, or would count if it had not been removed.

    An output that is gone is judged by the record that a reader keeps of it (`remembered`): as long as nothing
    that makes it changed, making it again would give the same, so its readers need not wait for it.
    """
    return _judge(stage, remembered, {})


def _judge(stage: Stage, remembered: Record | None, known: dict[Path, Verdict]) -> Verdict:
    if stage.path in known:
        return known[stage.path]
    record = read_record(stage.path)
    gone = not any((stage.path / file).exists() for file in stage.produces)
    if record is None and gone:
        record = remembered
    if record is None:
        reason = "not made yet" if gone else "its record is missing or cannot be read"
        verdict = Verdict(None, (reason,))
    else:
        damage = () if gone else tuple(_damage(stage, record))
        verdict = Verdict(record, damage + tuple(_changes(stage, record, known)))
    if not gone:  # what is remembered of a removed output can differ between its readers
        known[stage.path] = verdict
    return verdict


def _damage(stage: Stage, record: Record) -> Iterator[str]:
    current = output_digests(stage.path, list(record.files))
    for file, digest in record.files.items():
        if file not in current:
            yield f"{file} is missing"
        elif current[file] != digest:
            yield f"{file} is damaged"


def _changes(stage: Stage, record: Record, known: dict[Path, Verdict]) -> Iterator[str]:
    settings = stage.settings()
    for name in sorted(settings.keys() | record.settings.keys()):
        before, now = record.settings.get(name), settings.get(name)
        if before != now:
            yield f"{name} {before} -> {now}"
    for path in changed_code(record.code, stage.code_digests):
        yield f"{path} changed"
    outside = stage.outside(stage.path)
    if outside is not None and outside != record.outside:
        yield "the source's files changed"
    yield from _input_changes(stage, record, known)


def _input_changes(stage: Stage, record: Record, known: dict[Path, Verdict]) -> Iterator[str]:
    reads = stage.reads()
    if reads.keys() != record.inputs.keys():
        yield "it reads other inputs"
        return
    for name, read in reads.items():
        before = record.inputs[name]
        verdict = _judge(read.stage, before.record, known)
        if verdict.reasons or verdict.record is None:
            yield f"{read.stage.title} is to be made again"
        elif verdict.record.files.get(read.file) != before.sha256:
            yield f"{read.stage.title}: {read.file} changed"
