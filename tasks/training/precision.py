"""Which numbers a network computes with while it trains."""

from pathlib import Path
from typing import Literal

import tensorflow as tf

from tasks.training.recipe import Precision

BFLOAT16 = frozenset({"avx512_bf16", "amx_bf16"})
"""What Linux calls the instructions that multiply bfloat16 numbers, by any of which it is faster."""
PROCESSOR = Path("/proc/cpuinfo")


def chosen_precision(asked: Precision | Literal["auto"], own: Precision) -> Precision:
    """Return the precision to train with.

    For `auto` it is the experiment's `own` where this machine's processor computes in it, else float32; and
    float32 on a GPU, where nothing else was tried.
    """
    if asked != "auto":
        return asked
    if own == "mixed_bfloat16" and (tf.config.list_physical_devices("GPU") or not has_bfloat16(PROCESSOR)):
        return "float32"
    return own


def has_bfloat16(processor: Path) -> bool:
    """Return whether the processor that Linux describes in this file multiplies bfloat16 numbers."""
    if not processor.exists():  # another system
        return False
    lines = processor.read_text(encoding="utf-8", errors="replace").splitlines()
    return any(BFLOAT16 & set(line.partition(":")[2].split()) for line in lines if line.startswith("flags"))
