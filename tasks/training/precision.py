"""The precision that a network trains in: float32, or bfloat16 where the processor is faster with it."""

from pathlib import Path
from typing import Literal

import tensorflow as tf

from tasks.recipe import Precision

BFLOAT16 = frozenset({"avx512_bf16", "amx_bf16"})
"""Linux's names of the instruction sets that multiply bfloat16 numbers; one of them suffices."""
PROCESSOR = Path("/proc/cpuinfo")
"""Where Linux describes the processor."""


def chosen_precision(asked: Precision | Literal["auto"], own: Precision) -> Precision:
    """Return the precision to train in.

    `auto` stands for the experiment's `own` if this machine's processor supports it, else for float32. On a GPU it
    stands for float32, as nothing else was tried there.
    """
    if asked != "auto":
        return asked
    if own == "mixed_bfloat16" and (tf.config.list_physical_devices("GPU") or not has_bfloat16(PROCESSOR)):
        return "float32"
    return own


def has_bfloat16(processor: Path) -> bool:
    """Return whether the processor described in this file (`/proc/cpuinfo`) multiplies bfloat16 numbers."""
    if not processor.exists():  # not Linux
        return False
    lines = processor.read_text(encoding="utf-8", errors="replace").splitlines()
    return any(BFLOAT16 & set(line.partition(":")[2].split()) for line in lines if line.startswith("flags"))
