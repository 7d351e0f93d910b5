"""A folder in an object store: what is in it, and files to it and from it, each whole or not at all."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from tasks.core.storage.address import understood

RECORD = "/record.json"
SECONDS = 5.0
"""How long a look at the store counts as new, where no stage is about to be made."""


@dataclass(frozen=True)
class Look:
    """What was in the store: sizes in bytes by path, and the texts of all records."""

    sizes: Mapping[str, int]
    records: Mapping[str, str]
    at: float


class Store:
    """The folder at an address; paths are relative to it. All raise `UserError` when the store gives up."""

    def __init__(self, address: str) -> None:
        """Ask nothing yet."""
        self.address = address.rstrip("/")
        self._texts: dict[str, tuple[str, str]] = {}
        self._look: Look | None = None

    def look(self, anew: bool = False) -> Look:
        """Return what is in the store: one listing, and the records that are other ones than the last time."""
        if anew or self._look is None or time.monotonic() - self._look.at > SECONDS:
            with understood(self.address):
                self._look = self._ask()
        return self._look

    def fetch(self, files: Mapping[str, Path]) -> None:
        """Write files of the store to the paths given, several at once, each whole or not at all."""
        coming = {to: to.with_name(f".coming-{uuid4().hex}") for to in files.values()}
        try:
            for to in files.values():
                to.parent.mkdir(parents=True, exist_ok=True)
            with understood(self.address):
                self._client.get([self._full(file) for file in files], [str(path) for path in coming.values()])
            for to, path in coming.items():
                path.replace(to)
        finally:
            for path in coming.values():
                path.unlink(missing_ok=True)

    def put(self, files: Mapping[str, Path]) -> None:
        """Write the files at the paths given into the store, several at once; each appears in one piece."""
        with understood(self.address):
            self._client.put([str(path) for path in files.values()], [self._full(file) for file in files])
        self._look = None

    def copy(self, files: Mapping[str, str]) -> None:
        """Copy files within the store, from the first path to the second; no byte passes through this machine."""
        with understood(self.address):
            for source, to in files.items():
                self._client.copy(self._full(source), self._full(to))
        self._look = None

    def remove(self, files: Iterable[str]) -> None:
        """Remove files that are there."""
        doomed = [self._full(file) for file in files]
        if doomed:
            with understood(self.address):
                self._client.rm(doomed)
        self._look = None

    def read(self, files: Iterable[str]) -> dict[str, bytes]:
        """Return the content of small files, asked for at once."""
        full = {self._full(file): file for file in files}
        with understood(self.address):
            found = self._client.cat(list(full)) if full else {}
        return {full[path]: content for path, content in found.items()}

    def _ask(self) -> Look:
        self._client.invalidate_cache()
        found: dict[str, dict[str, Any]] = self._client.find(self._root, detail=True)
        sizes = {path[len(self._root) + 1 :]: int(entry["size"] or 0) for path, entry in found.items()}
        versions = {
            path[len(self._root) + 1 :]: _version(entry) for path, entry in found.items() if path.endswith(RECORD)
        }
        changed = [path for path, version in versions.items() if self._texts.get(path, ("",))[0] != version]
        for path, content in self.read(changed).items():
            self._texts[path] = (versions[path], content.decode("utf-8", "replace"))
        records = {path: self._texts[path][1] for path in versions if path in self._texts}
        return Look(sizes, records, time.monotonic())

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
    """Return what tells one content of an object from another, by the names that the clients give it."""
    names = ("ETag", "etag", "generation", "mtime", "LastModified", "created", "size")
    return " ".join(str(entry[name]) for name in names if name in entry)


@lru_cache
def store_at(address: str) -> Store:
    """Return the store of an address, the same one each time."""
    return Store(address)
