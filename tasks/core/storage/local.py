"""What lies in a store, as a file of this machine while it is used."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tasks.core.errors import UserError
from tasks.core.storage.address import is_address, understood


@contextmanager
def local_copy(path: Path) -> Iterator[Path]:
    """Yield a path that every library can open: the path given, or of what is in a store a copy of that name.

    Raises `UserError` if the store does not give it; errors of this kind about the copy name the original.
    """
    if not is_address(str(path)):
        yield path
        return
    with TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        with understood(str(path)):
            copy.write_bytes(path.read_bytes())
        try:
            yield copy
        except UserError as error:
            raise UserError(str(error).replace(str(copy), str(path))) from error
