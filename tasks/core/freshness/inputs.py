"""What a stage is about to read, for its record."""

from collections.abc import Mapping

from tasks.core.errors import UserError
from tasks.core.freshness.failure import GOES_ON
from tasks.core.freshness.record import InputRecord, Record
from tasks.core.freshness.verdict import Read, Verdict, judge


def read_inputs(reads: Mapping[str, Read]) -> tuple[dict[str, InputRecord], dict[str, Record]]:
    """Return the record of each file read, and those of all stages before, by folder.

    Raises `UserError` when an input does not count any more: another run replaced it since Luigi looked.
    """
    known: dict[str, Verdict] = {}
    inputs: dict[str, InputRecord] = {}
    direct: dict[str, Record] = {}
    upstream: dict[str, Record] = {}
    for name, read in reads.items():
        verdict = judge(read.stage, known)
        if verdict.record is None or verdict.reasons or not read.path.is_file():
            raise UserError(
                f"{read.path} was changed or removed while this run needed it, by another run with other settings "
                f"or by hand. {GOES_ON}"
            )
        inputs[name] = InputRecord(read.stage.folder, read.file, verdict.record.files[read.file].sha256)
        direct[read.stage.folder] = verdict.record.remembered(read.stage.produces)
        upstream |= verdict.record.upstream
    return inputs, upstream | direct
