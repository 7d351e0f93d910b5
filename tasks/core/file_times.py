"""Times of files on disks that keep them coarsely: what is changed twice within a moment keeps its time."""

import os
import time

COARSEST = 2.0
"""Seconds between two times of a FAT disk, the coarsest there are."""
ONE_SECOND = 1_000_000_000
"""In nanoseconds. Times of whole seconds are those of a disk that keeps no finer ones."""


def unsettled(state: os.stat_result) -> float:
    """Return how many seconds it takes until a change of the file would surely give it another time; often 0."""
    age = time.time() - state.st_mtime
    return COARSEST - age if state.st_mtime_ns % ONE_SECOND == 0 and 0 <= age < COARSEST else 0.0
