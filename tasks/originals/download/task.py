"""Before stage 1: `DownloadOriginals`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tasks.core.address import shown_address
from tasks.core.freshness.moves import move
from tasks.core.freshness.stage import Stage
from tasks.core.progress import say
from tasks.settings import originals


class DownloadOriginals(Stage):
    """Downloads the archive that `originals.source` is the address of; ask for `--rerun` to fetch it again."""

    folder = "download"
    produces = ("archive",)
    bulky = "archive"
    code = ("tasks.originals.download.download",)

    def settings(self) -> dict[str, Any]:
        """Return the address, and the digest that the archive must have."""
        return {"originals.source": shown_address(originals().source), "originals.sha256": originals().sha256}

    def build(self, folder: Path, inputs: Mapping[str, Path]) -> None:
        """Write the archive."""
        from tasks.originals.download.download import download

        given = originals()
        fetched = download(
            given.source,
            self.partial,
            given.sha256,
            self.track(),
            lambda text: say(f"{self.title}: {text}"),
            most=given.archive_gigabytes * 1e9,
        )
        move(fetched, folder / "archive")
