"""Random numbers as composites need them, as plain floats: NumPy's own would turn float32 arrays into float64."""

import math
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Item = TypeVar("Item")


def chance(generator: np.random.Generator, share: float) -> bool:
    """Return True with this probability."""
    return generator.random() < share


def one_of(generator: np.random.Generator, items: Sequence[Item]) -> Item:
    """Return one of the items, each as likely as the others."""
    return items[int(generator.integers(len(items)))]


def log_normal(generator: np.random.Generator, deviation: float) -> float:
    """Return a factor whose logarithm is normal, with mean 0 and this standard deviation."""
    return math.exp(generator.normal(0, deviation))


def log_normals(generator: np.random.Generator, deviation: float) -> NDArray[np.float32]:
    """Return such a factor for each of the three colours, (3,)."""
    return np.exp(generator.normal(0, deviation, 3)).astype(np.float32)


def log_uniform(generator: np.random.Generator, low: float, high: float) -> float:
    """Return a number between two positive ones whose logarithm is uniform."""
    return math.exp(generator.uniform(math.log(low), math.log(high)))
