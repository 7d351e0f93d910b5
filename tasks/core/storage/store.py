"""A folder in an object store: its listing, and files copied to and from it, each whole or not at all.

fsspec's clients do the copying. What we add: a listing that all stages share, and errors that name the address.
"""

import time
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from tasks.core.freshness.folder import whole_file
from tasks.core.freshness.record import LARGEST_RECORD
from tasks.core.storage.address import understood

RECORD = "/record.json"
LISTING_SECONDS = 5.0
"""How long a listing is used, where nobody asks for a fresh one."""


@dataclass(frozen=True)
class Listing:
    """The files in the store at one time: sizes in bytes by path, and the texts of all records by path."""

    sizes: Mapping[str, int]
    records: Mapping[str, str]
    at: float
    """When it was made, on the clock `time.monotonic`."""


class Store:
    """The folder at an address; paths are relative to it. All methods raise `UserError` when the store fails."""

    def __init__(self, address: str) -> None:
        """Name the folder. Nothing is asked of the store yet."""
        self.address = address.rstrip("/")
        self._texts: dict[str, tuple[str, str]] = {}
        """Version and text of each record that was read, by its path."""
        self._listing: Listing | None = None

    def listing(self) -> Listing:
        """Return the cached listing, or a fresh one if that is too old or this store was written to."""
        if self._listing is None or time.monotonic() - self._listing.at > LISTING_SECONDS:
            return self.refresh()
        return self._listing

    def refresh(self) -> Listing:
        """Refresh the cached listing and return it: one request, and one for each record that has changed."""
        with understood(self.address):
            self._listing = self._list()
        return self._listing

    def fetch(self, files: Mapping[str, Path]) -> None:
        """Copy files from the store to local paths, several at once, each whole or not at all."""
        for to in files.values():
            to.parent.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            unfinished = [stack.enter_context(whole_file(to, shared=True)) for to in files.values()]
            with understood(self.address):
                self._client.get([self._full(file) for file in files], [str(path) for path in unfinished])

    def put(self, files: Mapping[str, Path]) -> None:
        """Copy local files into the store, several at once; each appears there only when it is whole."""
        with understood(self.address):
            self._client.put([str(path) for path in files.values()], [self._full(file) for file in files])
        self._listing = None

    def copy(self, files: Mapping[str, str]) -> None:
        """Copy files within the store, from each key to its value, without transferring them to this machine."""
        with understood(self.address):
            for source, to in files.items():
                self._client.copy(self._full(source), self._full(to))
        self._listing = None

    def remove(self, files: Iterable[str]) -> None:
        """Remove files, all of which must exist."""
        doomed = [self._full(file) for file in files]
        if doomed:
            with understood(self.address):
                self._client.rm(doomed)
        self._listing = None

    def read(self, files: Iterable[str]) -> dict[str, bytes]:
        """Return the contents of small files by path, read several at once."""
        full = {self._full(file): file for file in files}
        with understood(self.address):
            found = self._client.cat(list(full)) if full else {}
        return {full[path]: content for path, content in found.items()}

    def _list(self) -> Listing:
        self._client.invalidate_cache()
        found: dict[str, dict[str, Any]] = self._client.find(self._root, detail=True)
        sizes = {path[len(self._root) + 1 :]: int(entry["size"] or 0) for path, entry in found.items()}
        versions = {
            path[len(self._root) + 1 :]: _version(entry) for path, entry in found.items() if path.endswith(RECORD)
        }
        changed = [
            path
            for path, version in versions.items()
            if self._texts.get(path, ("",))[0] != version and sizes[path] <= LARGEST_RECORD
        ]
        for path, content in self.read(changed).items():
            self._texts[path] = (versions[path], content.decode("utf-8", "replace"))
        records = {path: self._texts[path][1] for path in versions if path in self._texts}
        return Listing(sizes, records, time.monotonic())

    @cached_property
    def _client(self) -> Any:
        import fsspec

        return fsspec.url_to_fs(self.address)[0]

    @cached_property
    def _root(self) -> str:
        return str(self._client._strip_protocol(self.address)).rstrip("/")

    def _full(self, file: str) -> str:
        return f"{self._root}/{file}"


def _version(entry: Mapping[str, Any]) -> str:
    """Return a text that changes with an object's content, from the fields that s3fs and gcsfs have for it."""
    names = ("ETag", "etag", "generation", "mtime", "LastModified", "created", "size")
    return " ".join(str(entry[name]) for name in names if name in entry)


@lru_cache
def store_at(address: str) -> Store:
    """Return the store at an address: the same object for the same address, so that its listing is shared."""
    return Store(address)
