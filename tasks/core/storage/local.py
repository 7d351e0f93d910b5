"""A file in a store, copied to this machine while it is used."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tasks.core.errors import UserError
from tasks.core.storage.address import is_address, understood


@contextmanager
def local_copy(path: Path) -> Iterator[Path]:
    """Yield a path that every library can open: a local path as it is, for a file in a store a temporary copy.

    The copy has the same name. Raises `UserError` if the store fails; a `UserError` raised in the block that names
    the copy is raised with the original path instead.
    """
    if not is_address(str(path)):
        yield path
        return
    with TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        with understood(str(path)), path.open("rb") as source, copy.open("wb") as target:
            shutil.copyfileobj(source, target)
        try:
            yield copy
        except UserError as error:
            raise UserError(str(error).replace(str(copy), str(path))) from error
