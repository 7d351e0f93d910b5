"""Finds the arrays of a target: the stages that make them, and their content by split."""

from pkgutil import resolve_name
from typing import TYPE_CHECKING

from tasks.core.errors import UserError
from tasks.core.freshness.description import Input
from tasks.core.freshness.stage import Stage
from tasks.dataset.manifest import PREFIXES
from tasks.dataset.shards.task import ShardedStage
from tasks.originals.task import has_mattes
from tasks.targets.target import StageArray, Target

if TYPE_CHECKING:
    from tasks.dataset.blocks import Blocks, StoredArray


def target_reads(target: Target) -> dict[str, Input[Stage]]:
    """Return the files that stand for the input and the output arrays, as inputs of a stage.

    Raises `UserError` if there are none because the originals have no mattes.
    """
    if target.needs_mattes and not has_mattes():
        raise UserError(f"'{target.title.english}' is learned from mattes, and the originals have none")
    return {"input": _read(target.input), "target": _read(target.output)}


def target_blocks(target: Target, split: str) -> "Blocks":
    """Return the inputs of a split with their targets; their stages must have run."""
    from tasks.dataset.blocks import read_blocks

    return read_blocks(split, _stored(target.input, split), _stored(target.output, split))


def _stage(array: StageArray) -> ShardedStage:
    stage: ShardedStage = resolve_name(array.stage)()
    return stage


def _read(array: StageArray) -> Input[Stage]:
    stage = _stage(array)
    return Input(stage, stage.arrays_file)


def _stored(array: StageArray, split: str) -> "StoredArray":
    from tasks.dataset.blocks import StoredArray

    stage = _stage(array)
    return StoredArray(stage.path / stage.arrays_file, f"{PREFIXES[split]}_{array.name}", stage.fetch)
