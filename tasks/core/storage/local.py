"""A file as libraries can open it: one in a store is copied to this machine while it is used."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tasks.core.errors import UserError
from tasks.core.on_disk import on_disk
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


@contextmanager
def _named(copy: Path, path: Path) -> Iterator[None]:
    """Let a `UserError` that names the copy name the path."""
    try:
        yield
    except UserError as error:
        raise UserError(str(error).replace(str(copy), str(path))) from error
