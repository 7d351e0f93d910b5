"""Packs the data folder into one file and unpacks it: network drives are slow with many small files."""

import tarfile
from contextlib import suppress
from pathlib import Path

from tasks.core.errors import UserError
from tasks.core.freshness.folder import REPLACED, UNFINISHED, whole_file, whole_folder
from tasks.core.freshness.lock import LOCKS

LEFT_OUT = (LOCKS, "download", "unpacked")
"""Folders that are not packed. They take most of the space, and are fetched or unpacked again when needed."""


def pack_data(root: Path, archive: Path) -> None:
    """Write the data folder into a tar file, whole or not at all. A run may be writing to the folder meanwhile."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(archive) as unfinished, tarfile.open(unfinished, "w") as packed:
        for path in sorted(root.rglob("*")):
            if path.is_file() and _is_packed(path.relative_to(root)):
                with suppress(FileNotFoundError):  # a run has just replaced it
                    packed.add(path, path.relative_to(root).as_posix(), recursive=False)


def unpack_data(archive: Path, root: Path) -> None:
    """Write the files of an archive into a new data folder, unless the folder exists or the archive does not.

    Raises `UserError` if the archive is damaged, or holds anything but files that belong into the folder.
    """
    if root.exists() or not archive.exists():
        return
    try:
        with tarfile.open(archive) as packed, whole_folder(root) as folder:
            # Python has the filter since 3.11.4, and Debian 12 has 3.11.2; before it, `_check` has to do.
            packed.extraction_filter = getattr(tarfile, "data_filter", None)
            for member in packed:
                _check(member, folder)
                packed.extract(member, folder)
    except (tarfile.TarError, EOFError) as error:
        raise UserError(f"{archive}: is damaged ({error}); remove it to start over") from error


def _check(member: tarfile.TarInfo, folder: Path) -> None:
    if not member.isfile() or not (folder / member.name).resolve().is_relative_to(folder.resolve()):
        raise tarfile.TarError(f"{member.name!r} is not a file in the data folder")


def _is_packed(path: Path) -> bool:
    name = path.as_posix()
    return not any(name.startswith(f"{part}/") for part in LEFT_OUT) and not any(
        part.startswith((UNFINISHED, REPLACED)) for part in path.parts
    )
