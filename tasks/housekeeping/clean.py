"""Finds and removes what the data folder no longer needs, and only what the pipeline itself wrote there."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from tasks.core.freshness.folder import REPLACED, UNFINISHED, files_below
from tasks.core.freshness.moves import remove_file, remove_whole
from tasks.core.freshness.record import NAME, read_record
from tasks.core.freshness.resume import PARTIAL


@dataclass(frozen=True)
class Rubbish:
    """An output or a leftover that can be removed."""

    folder: Path
    why: str
    """The reason, as `Clean` prints it."""
    files: tuple[Path, ...]
    whole: bool = False
    """Whether the pipeline wrote everything in the folder, so that all of it can be removed."""

    @property
    def bytes(self) -> int:
        """Size of its files, bytes."""
        return sum(file.stat().st_size for file in self.files if file.is_file())


def output_rubbish(folder: Path, why: str) -> Rubbish | None:
    """Return an output with the files that its record names; None if it has no record or is a link."""
    record = read_record(folder)
    if record is None or folder.is_symlink():
        return None
    files = [folder / file for file in (*record.files, NAME)]
    # A damaged or forged record may name any file; those outside the output's folder are not the pipeline's.
    inside = [file for file in files if file.resolve().is_relative_to(folder.resolve()) and file.is_file()]
    return Rubbish(folder, why, tuple(inside))


def orphans(root: Path, known: Collection[Path]) -> Iterator[Rubbish]:
    """Yield outputs below the data folder that belong to no stage, such as those of renamed experiments."""
    for folder in _folders(root):
        if not folder.name.startswith(".") and folder not in known:
            orphan = output_rubbish(folder, "belongs to no stage or experiment")
            if orphan:
                yield orphan


def leftovers(root: Path, resumable: Collection[Path]) -> Iterator[Rubbish]:
    """Yield what stopped runs left, except the work in `resumable`, which the next run continues."""
    for path in _entries(root):
        if path.name.startswith((UNFINISHED, REPLACED)):
            yield _whole(path, "left by a stopped run")
        elif path.name.startswith(PARTIAL) and not (_is_folder(path) and set(path.iterdir()) & set(resumable)):
            yield _whole(path, "left by a stopped run, and no run would continue it")


def remove(rubbish: Rubbish, root: Path) -> None:
    """Remove the files and the folders that this leaves empty, but not the data folder `root`."""
    if rubbish.whole:
        remove_whole(rubbish.folder)
    for file in rubbish.files:
        remove_file(file)
    folders = {rubbish.folder, *(file.parent for file in rubbish.files)}
    for folder in sorted(folders, key=lambda path: len(path.parts), reverse=True):
        _remove_empty(folder, root)


def _whole(path: Path, why: str) -> Rubbish:
    files = (path / file for file in files_below(path)) if _is_folder(path) else (path,)
    return Rubbish(path, why, tuple(files), whole=True)


def _remove_empty(folder: Path, root: Path) -> None:
    while folder != root and folder.is_relative_to(root):
        if folder.is_dir():
            if any(folder.iterdir()):
                return
            folder.rmdir()
        folder = folder.parent


def _folders(root: Path) -> list[Path]:
    return [path for path in _entries(root) if _is_folder(path)]


def _entries(root: Path) -> list[Path]:
    """Return what is one and two levels below the data folder, where all outputs and leftovers are."""
    first = sorted(root.iterdir()) if root.is_dir() else []
    return first + [path for folder in first if _is_folder(folder) for path in sorted(folder.iterdir())]


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()
