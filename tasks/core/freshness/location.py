"""Where an output is kept: in a folder of this machine, or in an object store with a copy here for its users."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tasks.core.data_folder import data_root, data_store
from tasks.core.errors import UserError
from tasks.core.freshness.digest import file_sha256
from tasks.core.freshness.failure import RESUMES
from tasks.core.freshness.folder import whole_file
from tasks.core.freshness.record import NAME, FileRecord, Record, file_records, parse_record, read_record
from tasks.core.freshness.resume import partial_folder
from tasks.core.storage.store import Store


class Location(Protocol):
    """The folder of an output."""

    @property
    def path(self) -> Path:
        """The folder on this machine, where the output is made and read."""

    @property
    def shown(self) -> str:
        """The path or address, for people."""

    def refresh(self) -> bool:
        """Refresh the cached listing. Return True if the cached state may have been out of date."""

    def record(self) -> Record | None:
        """Return the record; None where there is none or it cannot be understood."""

    def has(self, file: str) -> bool:
        """Return whether a file is there."""

    def damage(self, files: Mapping[str, FileRecord], bulky: bool) -> Iterator[str]:
        """Name the files that are not as recorded (all are there); of `bulky` ones only the sizes are compared."""

    def fetch(self, files: Iterable[str]) -> None:
        """Fetch the record, and the named files that it lists, to this machine."""

    def fetch_kept(self, files: Iterable[str]) -> None:
        """Fetch the named files, which the record does not list, to this machine if they are there."""

    def publish(self, staged: Mapping[str, str]) -> None:
        """Put the output just made on this machine where it is kept, in place of an earlier one.

        `staged` are the paths in the store of files that are there already.
        """


@dataclass(frozen=True)
class LocalLocation:
    """A folder of this machine."""

    path: Path

    @property
    def shown(self) -> str:
        """The path."""
        return str(self.path)

    def refresh(self) -> bool:
        """Return False: nothing is cached."""
        return False

    def record(self) -> Record | None:
        """Return the record; None where there is none or it cannot be understood."""
        return read_record(self.path)

    def has(self, file: str) -> bool:
        """Return whether a file is there."""
        return (self.path / file).is_file()

    def damage(self, files: Mapping[str, FileRecord], bulky: bool) -> Iterator[str]:
        """Name the files that are not as recorded."""
        if bulky:
            sizes = {file: (self.path / file).stat().st_size for file in files}
            yield from (f"{file} is damaged" for file, size in sizes.items() if size != files[file].bytes)
            return
        current = file_records(self.path, files)
        for file, recorded in files.items():
            if file not in current:
                yield f"{file} cannot be read"
            elif current[file] != recorded:
                yield f"{file} is damaged"

    def fetch(self, files: Iterable[str]) -> None:
        """Do nothing: files are used where they are."""

    def fetch_kept(self, files: Iterable[str]) -> None:
        """Do nothing: files are used where they are."""

    def publish(self, staged: Mapping[str, str]) -> None:
        """Do nothing: outputs are made where they are kept."""


@dataclass(frozen=True)
class StoredLocation:
    """A folder of a store, and the folder on this machine that its files are fetched to."""

    store: Store
    folder: str
    path: Path

    @property
    def shown(self) -> str:
        """The address."""
        return f"{self.store.address}/{self.folder}"

    def refresh(self) -> bool:
        """List the store again."""
        self.store.refresh()
        return True

    def record(self) -> Record | None:
        """Return the record; None where there is none or it cannot be understood."""
        text = self.store.listing().records.get(self._in_store(NAME))
        return None if text is None else parse_record(text)

    def has(self, file: str) -> bool:
        """Return whether a file is there."""
        return self._in_store(file) in self.store.listing().sizes

    def damage(self, files: Mapping[str, FileRecord], bulky: bool) -> Iterator[str]:
        """Name the files of another size than recorded; contents are checked when they are fetched."""
        sizes = self.store.listing().sizes
        for file, recorded in files.items():
            if sizes.get(self._in_store(file)) != recorded.bytes:
                yield f"{file} is damaged"

    def fetch(self, files: Iterable[str]) -> None:
        """Fetch the record, and the named files that it lists and that are not here already.

        Raises `UserError` if a fetched file is not as recorded.
        """
        text = self.store.listing().records.get(self._in_store(NAME))
        record = parse_record(text) if text else None
        if text is None or record is None:
            return
        wanted = {file: record.files[file] for file in files if file in record.files}
        here = file_records(self.path, wanted)
        missing = {file: of for file, of in wanted.items() if here.get(file) != of}
        self.store.fetch({self._in_store(file): self.path / file for file in missing})
        for file, of in missing.items():
            if file_sha256(self.path / file) != of.sha256:
                (self.path / file).unlink()
                raise UserError(
                    f"{self.shown}/{file} is not what was written there: it was changed or damaged. Remove it, "
                    f"and the next run rebuilds it. {RESUMES}"
                )
        self.path.mkdir(parents=True, exist_ok=True)
        with whole_file(self.path / NAME, shared=True) as unfinished:  # another run may fetch it, too
            unfinished.write_text(text, encoding="utf-8")

    def fetch_kept(self, files: Iterable[str]) -> None:
        """Fetch the named files that are there."""
        self.store.fetch({self._in_store(file): self.path / file for file in files if self.has(file)})

    def publish(self, staged: Mapping[str, str]) -> None:
        """Put all files, the record last: until then there is no output, and after it a whole one."""
        partial = partial_folder(Path(self.folder), "").as_posix()
        before = {
            file for file in self.store.refresh().sizes if file.startswith((f"{self.folder}/", f"{partial}/"))
        }
        here = [path for path in self.path.rglob("*") if path.is_file() and path.name != NAME]
        files = {self._in_store(path.relative_to(self.path).as_posix()): path for path in here}
        self.store.remove(before & {self._in_store(NAME)})
        copies = {source: self._in_store(file) for file, source in staged.items()}
        self.store.copy(copies)
        self.store.put(files)
        self.store.remove(before - files.keys() - set(copies.values()) - {self._in_store(NAME)})
        self.store.put({self._in_store(NAME): self.path / NAME})

    def _in_store(self, file: str) -> str:
        return f"{self.folder}/{file}"


def location_of(folder: str) -> Location:
    """Return where the output with this folder, below the data folder, is kept."""
    store, path = data_store(), data_root() / folder
    return LocalLocation(path) if store is None else StoredLocation(store, folder, path)
