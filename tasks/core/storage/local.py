"""A file as libraries can open it: one in a store is copied to this machine while it is used."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from unicodedata import normalize

from tasks.core.errors import UserError
from tasks.core.names import composed
from tasks.core.storage.address import is_address, understood


@contextmanager
def local_copy(path: Path) -> Iterator[Path]:
    """Yield a path that every library can open: a local path as `on_disk` finds it, of a file in a store a copy.

    The copy is temporary and has the same name. Raises `UserError` if the store fails; a `UserError` raised in the
    block that names what was opened is raised with the original path instead.
    """
    if is_address(str(path)):
        with TemporaryDirectory() as folder:
            copy = Path(folder) / path.name
            with understood(str(path)), path.open("rb") as source, copy.open("wb") as target:
                shutil.copyfileobj(source, target)
            with _named(copy, path):
                yield copy
    elif (found := on_disk(path)) != path:
        with _named(found, path):
            yield found
    else:
        yield path


def on_disk(path: Path) -> Path:
    """Return the path as the names in its folders are, where these differ from it in Unicode normalization alone.

    Macs write names decomposed (NFD), and some disks keep them so. A path that is not there comes back as it is.
    """
    if str(path).isascii() or is_address(str(path)) or os.path.lexists(path):
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


@contextmanager
def _named(copy: Path, path: Path) -> Iterator[None]:
    """Let a `UserError` that names the copy name the path."""
    try:
        yield
    except UserError as error:
        raise UserError(str(error).replace(str(copy), str(path))) from error
