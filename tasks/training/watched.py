"""The state of the files outside the data folder that a training uses.

A module of its own, so that no word of it makes an output stale.
"""

from pathlib import Path

from tasks.core.freshness.description import Watched
from tasks.core.freshness.digest import file_sha256, text_sha256
from tasks.originals.tree import file_state
from tasks.training.composites.files import render_files


def watched_files(renders: Path | None, shipped: Path | None) -> Watched | None:
    """Return the state of the files in use; None when they are gone.

    Of a folder of renders these are the names, sizes and times of its pictures, of the shipped model its content.
    """
    used = [path for path in (renders, shipped) if path is not None]
    if not all(path.exists() for path in used):
        return None
    states = [_listing(renders)] if renders else []
    states += [file_sha256(shipped)] if shipped else []
    changes = " or ".join(f"{path} changed" for path in used)
    return Watched(text_sha256("\n".join(states)) if states else "", changes)


def _listing(renders: Path) -> str:
    lines = []
    for paths in render_files(renders).values():
        for path in paths:
            lines.append(f"{path.relative_to(renders).as_posix()} {file_state(path)}")
    return "\n".join(lines)
