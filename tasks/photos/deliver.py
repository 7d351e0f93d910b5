"""Copies results to the folder that the user wants them in."""

import shutil
from pathlib import Path

from tasks.core.errors import UserError
from tasks.core.freshness.digest import file_sha256
from tasks.core.freshness.folder import whole_file


def check_output(output: Path, photos: Path) -> None:
    """Raise `UserError` for a folder in which results would replace photos, or be taken for photos later."""
    folder = photos if photos.is_dir() else photos.parent
    inside = output.resolve() == folder.resolve() or (
        photos.is_dir() and output.resolve().is_relative_to(folder.resolve())
    )
    if inside:
        raise UserError(f"--output '{output}' is among the photos themselves; give a folder elsewhere")
    if output.exists() and not output.is_dir():
        raise UserError(f"--output '{output}' is a file; give a folder")


def deliver(result: Path, copy: Path) -> None:
    """Copy a file, whole or not at all, unless the copy has the same content already."""
    if copy.is_file() and file_sha256(copy) == file_sha256(result):
        return
    copy.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(copy) as unfinished:
        shutil.copyfile(result, unfinished)
