"""Where an output is kept: in a folder of this machine, or in an object store with a copy here for its users."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Protocol

from tasks.core.data_folder import data_root, data_store
from tasks.core.errors import UserError
from tasks.core.freshness.digest import file_sha256
from tasks.core.freshness.failure import RESUMES
from tasks.core.freshness.folder import files_below, matches, whole_file
from tasks.core.freshness.moves import remove_file
from tasks.core.freshness.record import NAME, FileRecord, Record, file_record, parse_record, read_record
from tasks.core.freshness.resume import partial_folder
from tasks.core.storage.store import Store
from tasks.core.text import write_text


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

    def damage(self, files: Mapping[str, FileRecord], bulky: str) -> Iterator[str]:
        """Name the files that are not as recorded (all are there); of `bulky` ones only the sizes are compared.

        `bulky` is a pattern.
        """

    def fetch(self, files: Iterable[str]) -> None:
        """Fetch the record, and the named files that it lists, to this machine."""

    def fetch_kept(self, patterns: Sequence[str]) -> None:
        """Fetch the files right in the folder that match one of the patterns to this machine."""

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

    def damage(self, files: Mapping[str, FileRecord], bulky: str) -> Iterator[str]:
        """Name the files that are not as recorded."""
        for file, recorded in files.items():
            try:
                if fnmatch(file, bulky):
                    damaged = (self.path / file).stat().st_size != recorded.bytes
                else:
                    damaged = file_record(self.path / file) != recorded
            except OSError:
                yield f"{file} cannot be read"
            else:
                if damaged:
                    yield f"{file} is damaged"

    def fetch(self, files: Iterable[str]) -> None:
        """Do nothing: files are used where they are."""

    def fetch_kept(self, patterns: Sequence[str]) -> None:
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

    def damage(self, files: Mapping[str, FileRecord], bulky: str) -> Iterator[str]:
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
        missing = {file: of for file, of in wanted.items() if not _is_as_recorded(self.path / file, of)}
        self.store.fetch({self._in_store(file): self.path / file for file in missing})
        damaged = [file for file, of in missing.items() if file_sha256(self.path / file) != of.sha256]
        if damaged:
            for file in damaged:
                remove_file(self.path / file)
            # Another machine may just have replaced the output, so that the record is of another file.
            if self.store.refresh().records.get(self._in_store(NAME)) == text:
                self.store.remove(self._in_store(file) for file in damaged)
            raise UserError(
                "\n".join(
                    f"{self.shown}/{file} is not what was written there: it was changed or damaged, and is "
                    f"removed. {RESUMES}"
                    for file in damaged
                )
            )
        self.path.mkdir(parents=True, exist_ok=True)
        with whole_file(self.path / NAME, shared=True) as unfinished:  # another run may fetch it, too
            write_text(unfinished, text)

    def fetch_kept(self, patterns: Sequence[str]) -> None:
        """Fetch the files right in the folder that match one of the patterns."""
        here = [file.removeprefix(f"{self.folder}/") for file in self.store.listing().sizes]
        kept = [file for file in here if "/" not in file and matches(file, patterns) and self.has(file)]
        self.store.fetch({self._in_store(file): self.path / file for file in kept})

    def publish(self, staged: Mapping[str, str]) -> None:
        """Put all files, the record last: until then there is no output, and after it a whole one."""
        partial = partial_folder(Path(self.folder), "").as_posix()
        before = {
            file for file in self.store.refresh().sizes if file.startswith((f"{self.folder}/", f"{partial}/"))
        }
        files = {self._in_store(file): self.path / file for file in files_below(self.path) if file != NAME}
        self.store.remove(before & {self._in_store(NAME)})
        copies = {source: self._in_store(file) for file, source in staged.items()}
        self.store.copy({source: to for source, to in copies.items() if source != to})
        self.store.put(files)
        self.store.remove(before - files.keys() - set(copies.values()) - {self._in_store(NAME)})
        self.store.put({self._in_store(NAME): self.path / NAME})

    def _in_store(self, file: str) -> str:
        return f"{self.folder}/{file}"


def location_of(folder: str) -> Location:
    """Return where the output with this folder, below the data folder, is kept."""
    store, path = data_store(), data_root() / folder
    return LocalLocation(path) if store is None else StoredLocation(store, folder, path)


def _is_as_recorded(path: Path, recorded: FileRecord) -> bool:
    try:
        return file_record(path) == recorded
    except OSError:
        return False
