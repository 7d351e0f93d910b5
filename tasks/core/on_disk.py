"""Finds files whose names on the disk are in another Unicode normalization than programs and people use.

Macs write names decomposed (NFD), and archives and disks carry them to other systems, where they are others.
"""

import os
from pathlib import Path
from unicodedata import normalize

from tasks.core.names import composed


def on_disk(path: Path) -> Path:
    """Return the path as the names in its folders are, where these differ from it in Unicode normalization alone.

    A path that is not there comes back as it is, and so does an address in a store.
    """
    if str(path).isascii() or "://" in str(path) or os.path.lexists(path):
        return path
    found = Path(path.anchor)
    for name in path.relative_to(found).parts:
        found = _as_written(found, name)
    return found if os.path.lexists(found) else path


def _as_written(folder: Path, name: str) -> Path:
    for form in (name, normalize("NFD", name)):
        if os.path.lexists(folder / form):
            return folder / form
    try:
        return next((each for each in folder.iterdir() if composed(each.name) == composed(name)), folder / name)
    except OSError:
        return folder / name
