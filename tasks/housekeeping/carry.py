"""Carries the data folder to a network drive and back, as one file: such drives are slow with many."""

import tarfile
from contextlib import suppress
from pathlib import Path

from tasks.core.errors import UserError
from tasks.core.freshness.folder import REPLACED, UNFINISHED, whole_file, whole_folder
from tasks.core.freshness.lock import LOCKS

LEFT_OUT = (LOCKS, "download", "unpacked", "originals/training", "originals/testing")
"""What takes most of the room, and is fetched or drawn again if it is needed."""


def pack_data(root: Path, archive: Path) -> None:
    """Write the data folder into a tar file, which appears whole or not at all; a run may be at work meanwhile."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(archive) as unfinished, tarfile.open(unfinished, "w") as packed:
        for path in sorted(root.rglob("*")):
            if path.is_file() and _carried(path.relative_to(root)):
                with suppress(FileNotFoundError):  # a run has just put another in its place
                    packed.add(path, path.relative_to(root).as_posix(), recursive=False)


def unpack_data(archive: Path, root: Path) -> None:
    """Write what was packed into the data folder, if there is an archive and not yet a data folder.

    Raises `UserError` if the archive is damaged.
    """
    if root.exists() or not archive.exists():
        return
    try:
        with tarfile.open(archive) as packed, whole_folder(root) as folder:
            packed.extractall(folder, filter="data")
    except (tarfile.TarError, EOFError) as error:
        raise UserError(f"{archive}: is damaged ({error}); remove it to start anew") from error


def _carried(path: Path) -> bool:
    name = path.as_posix()
    return not any(name.startswith(f"{part}/") for part in LEFT_OUT) and not any(
        part.startswith((UNFINISHED, REPLACED)) for part in path.parts
    )
