"""Frames the person as portraits do: head, space around it, and how much of the picture is the person.

The limits were chosen so that the mattes of 300 composites are near those of 100 real portraits. Quartiles of the
person's share: 0.58, 0.64, 0.70; real: 0.55, 0.63, 0.71. Of the head's width: 0.49, 0.56, 0.65; real: 0.45, 0.51,
0.58.
"""

import numpy as np
from numpy.typing import NDArray

from tasks.training.composites.chances import chance
from tasks.training.composites.layers import VISIBLE, Layer, Size
from tasks.training.composites.placing import Cuts, Window, cuts

PERSON_SHARE = (0.63, 0.12)
"""Mean and standard deviation of the share of the frame that should be person; a wide frame has less of it."""
PERSON_SHARE_LIMITS = (0.25, 0.88)
HEIGHT_LIMITS = (0.8, 1.2)
"""The least and largest height of the window, in heights of the layer."""
HEADROOM = (0.05, 0.08)
"""Mean and standard deviation of the space above the head, in heights of the window; its sign is ignored."""
CUT_HEAD = 0.15
"""How often the upper edge cuts the head, and"""
CUT_HEAD_LIMIT = 0.10
"""by how much at most, in heights of the window."""
HEAD_ACROSS = (0.5, 0.085)
"""Mean and standard deviation of where the middle of the head is, in widths of the window."""
HEAD_ACROSS_LIMITS = (0.25, 0.75)
ASIDE = 0.10
"""How often the person is at the side instead, so that a side may cut it, and"""
ASIDE_LIMITS = (0.05, 0.95)
"""where the middle of the head is then."""
TRIES = 16
"""So many windows are drawn; the one with the best share of person is taken."""


def framing(generator: np.random.Generator, layer: Layer, size: Size) -> Window:
    """Return a window of a person's layer, with the frame's aspect ratio, that looks like a portrait.

    The lower edge of the frame always cuts the person. No window goes beyond a side where the layer is cut off.
    """
    solid, off = layer[..., 3] >= VISIBLE, cuts(layer)
    rows = np.flatnonzero(solid.any(axis=1))
    top, bottom = rows[0], rows[-1] + 1
    head_middle = solid[top : top + max((bottom - top) // 4, 1)].nonzero()[1].mean() + 0.5
    heights = _heights(generator, solid.shape, size, off)
    widths = heights * size[1] / size[0]
    tops = np.minimum(top - heights * _headroom(generator), bottom - heights)
    lefts = head_middle - widths * _head_across(generator)
    if off.top:
        tops = np.maximum(tops, 0)
    if off.right:
        lefts = np.minimum(lefts, solid.shape[1] - widths)
    if off.left:
        lefts = np.maximum(lefts, 0)
    wanted = np.clip(generator.normal(*PERSON_SHARE), *PERSON_SHARE_LIMITS) * min(1, size[0] / size[1])
    best = np.abs(_shares(solid, tops, lefts, heights, widths) - wanted).argmin()
    return Window(float(tops[best]), float(lefts[best]), float(heights[best]), float(widths[best]))


def _heights(generator: np.random.Generator, shape: tuple[int, ...], size: Size, off: Cuts) -> NDArray[np.float64]:
    """Return the heights (`TRIES`,) of windows that fit between two sides where the layer is cut off."""
    heights = shape[0] * generator.uniform(*HEIGHT_LIMITS, TRIES)
    if off.left and off.right:
        heights = np.minimum(heights, shape[1] * size[0] / size[1])
    return np.minimum(heights, shape[0]) if off.top and off.bottom else heights


def _headroom(generator: np.random.Generator) -> NDArray[np.float64]:
    """Return the space above the head (`TRIES`,), in heights of the window; negative where the head is cut."""
    if chance(generator, CUT_HEAD):
        return -generator.uniform(0, CUT_HEAD_LIMIT, TRIES)
    return np.abs(generator.normal(*HEADROOM, TRIES))


def _head_across(generator: np.random.Generator) -> NDArray[np.float64]:
    """Return where the middle of the head is (`TRIES`,), in widths of the window."""
    if chance(generator, ASIDE):
        return generator.uniform(*ASIDE_LIMITS, TRIES)
    return np.clip(generator.normal(*HEAD_ACROSS, TRIES), *HEAD_ACROSS_LIMITS)


def _shares(
    solid: NDArray[np.bool_],
    tops: NDArray[np.float64],
    lefts: NDArray[np.float64],
    heights: NDArray[np.float64],
    widths: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the share of each window (`TRIES`,) that is person, by a summed-area table."""
    sums = np.zeros((solid.shape[0] + 1, solid.shape[1] + 1), np.int32)
    solid.cumsum(axis=0, dtype=np.int32).cumsum(axis=1, out=sums[1:, 1:])
    above, below = (np.clip(edges, 0, solid.shape[0]).astype(int) for edges in (tops, tops + heights))
    before, after = (np.clip(edges, 0, solid.shape[1]).astype(int) for edges in (lefts, lefts + widths))
    inside = sums[below, after] - sums[above, after] - sums[below, before] + sums[above, before]
    return np.asarray(inside / (heights * widths), np.float64)
