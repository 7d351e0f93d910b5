"""The shipped model: where it is, and what was built to train it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class ShippedModel:
    """A model of the package.

    `network` is a module of `tasks/training/networks/`, `options` are arguments of its `build`, and `size` is the
    height and width of the images that it takes, pixels.
    """

    path: Path
    network: str
    options: Mapping[str, Any]
    size: tuple[int, int]


MATTE = ShippedModel(
    path=Path(__file__).with_name("matte.keras"),
    network="residual_unet",
    options={"test_time_augmentation": True},
    size=(100, 75),
)
"""Finds the person. Its card is `matte.md`."""
