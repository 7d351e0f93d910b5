"""Judges whether an output is up to date, and if not, why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tasks.core.errors import UserError
from tasks.core.freshness.code import changed_code
from tasks.core.freshness.description import Description
from tasks.core.freshness.failure import explain
from tasks.core.freshness.record import Record

NOT_MADE = "not made yet"
"""The reason for an output that has never been there."""
CODE_FILES_NAMED = 3
"""How many changed files of the code are named; the others are counted."""


@dataclass(frozen=True)
class Verdict:
    """Whether an output is up to date, the record that says so, and if not, why.

    `missing` are files that are gone, which matters only when another stage needs them; `gone` says that all are.
    `damage` is what happened to the output itself, `changes` are in what makes it, and `awaited` are the titles of
    stages before it that are stale; they may come out the same.
    """

    record: Record | None
    gone: bool
    missing: tuple[str, ...] = ()
    damage: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    awaited: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether the output is up to date and all of its files are there."""
        return self.record is not None and not self.missing and not self.reasons

    @property
    def is_damaged(self) -> bool:
        """Whether some of the output is there, but not as it was made."""
        return bool(self.damage) and not self.gone

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the output is stale; nothing if it is up to date."""
        return self.damage + self.changes + tuple(f"{title} is stale" for title in self.awaited)


def judge(output: Description, known: dict[str, Verdict] | None = None) -> Verdict:
    """Judge an output, or what it would be if it had not been removed.

    An output that is gone is judged by what a later stage remembers of it: while nothing that makes it changed,
    making it again would give the same, so its readers need not wait for it. The same holds for a single file.
    Calls that share `known` judge each output once. Raises `UserError` where the folder cannot be looked into.
    """
    try:
        return _judge(output, {}, {} if known is None else known)
    except OSError as error:
        raise UserError(explain(error, output.title)) from None


def _judge(output: Description, memory: Mapping[str, Record], known: dict[str, Verdict]) -> Verdict:
    if output.folder in known:
        return known[output.folder]
    location = output.location
    record = location.record()
    gone = not any(location.has(file) for file in output.produces)
    if record is not None:
        memory = record.upstream
    elif gone:
        record = memory.get(output.folder)
    if record is None:
        reason = NOT_MADE if gone else "its record is missing, damaged or of another version"
        verdict = Verdict(None, gone, output.produces if gone else (), damage=(reason,))
    else:
        missing = tuple(file for file in record.files if not location.has(file))
        there = {file: of for file, of in record.files.items() if file not in missing}
        damage = tuple(location.damage(there, output.bulky))
        own = tuple(_own_changes(output, record))
        if not own:  # with other settings, other files may have been promised
            damage += tuple(f"its record lacks {file}" for file in output.produces if file not in record.files)
        changes, awaited = _input_changes(output, record, memory, known)
        verdict = Verdict(record, gone, missing, damage, own + changes, awaited)
    if not gone:  # what is remembered of a removed output can differ between its readers
        known[output.folder] = verdict
    return verdict


def _own_changes(output: Description, record: Record) -> Iterator[str]:
    for name in sorted(output.settings.keys() | record.settings.keys()):
        before, now = record.settings.get(name), output.settings.get(name)
        if before != now:
            yield f"{name} {before} -> {now}"
    changed = changed_code(record.code, output.code)
    yield from (f"{path} changed" for path in changed[:CODE_FILES_NAMED])
    if len(changed) > CODE_FILES_NAMED:
        yield f"{len(changed) - CODE_FILES_NAMED} more files of its code changed"
    if output.watched is not None and output.watched.digest != record.watched:
        yield output.watched.changes


def _input_changes(
    output: Description, record: Record, memory: Mapping[str, Record], known: dict[str, Verdict]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if output.inputs.keys() != record.inputs.keys():
        return ("it reads other inputs",), ()
    changed: dict[str, list[str]] = {}
    awaited: dict[str, None] = {}
    for name, read in output.inputs.items():
        verdict = _judge(read.stage, memory, known)
        if verdict.reasons or verdict.record is None:
            awaited[read.stage.title] = None
            continue
        current = verdict.record.files.get(read.file)
        if current is None or current.sha256 != record.inputs[name].sha256:
            changed.setdefault(read.stage.title, []).append(read.file)
    return tuple(f"{title}: {', '.join(files)} changed" for title, files in changed.items()), tuple(awaited)
