"""Before stage 1: `UnpackOriginals`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tasks.core.address import shown_address
from tasks.core.errors import UserError
from tasks.core.freshness.description import Input, Watched
from tasks.core.freshness.digest import file_sha256
from tasks.core.freshness.stage import Stage
from tasks.core.progress import say
from tasks.core.storage.local import local_copy
from tasks.core.words import first_of, words
from tasks.originals.changes import ARCHIVE_CHANGED
from tasks.originals.download.task import DownloadOriginals
from tasks.originals.tree import file_state
from tasks.settings import originals

CONTENTS = "contents.csv"
FILES = "files"
DOWNLOAD_COMMAND = words("with the same settings: luigi --module pipeline DownloadOriginals --rerun")
LIMITS = ("archive_pictures", "archive_gigabytes", "archive_ratio")


class UnpackOriginals(Stage):
    """Unpacks the pictures of the archive that `originals.source` names: a file, a download, or the sample."""

    folder = "unpacked"
    produces = (CONTENTS,)
    bulky = f"{FILES}/*"
    code = ("tasks.originals.unpack.archive",)

    def settings(self) -> dict[str, Any]:
        """Return where the archive is, and what it may hold."""
        given = originals()
        values = {f"originals.{name}": getattr(given, name) for name in LIMITS}
        return {"originals.source": shown_address(given.source), **values}

    def reads(self) -> Mapping[str, Input[Stage]]:
        """Return the downloaded archive, if it has to be downloaded."""
        return {"archive": Input(DownloadOriginals(), "archive")} if originals().is_on_the_web else {}

    def watched(self) -> Watched | None:
        """Return size and time of the archive, of the sample its digest; None when it is gone."""
        if originals().is_on_the_web:
            return Watched()
        archive = originals().path
        if not archive.is_file():
            return None
        # Each installation of the package gives the sample another time.
        state = file_sha256(archive) if originals().is_sample else file_state(archive)
        return Watched(state, ARCHIVE_CHANGED)

    def build(self, folder: Path, inputs: Mapping[str, Path]) -> None:
        """Write the pictures into `files/`, and the list of them."""
        from tasks.originals.unpack.archive import AGAIN, Limits, unpack_pictures, write_contents

        given = originals()
        archive = inputs["archive"] if given.is_on_the_web else given.path
        if not archive.is_file():
            raise UserError(f"originals.source: there is no archive {archive}.")
        limits = Limits(given.archive_pictures, given.archive_gigabytes, given.archive_ratio)
        try:
            with local_copy(archive) as copy:
                count, left_out = unpack_pictures(copy, folder / FILES, limits, self.track())
        except UserError as error:
            if not given.is_on_the_web:
                raise
            raise UserError(str(error).replace(AGAIN, f"{AGAIN}, {DOWNLOAD_COMMAND}")) from None
        say(f"{self.title}: {count} pictures")
        if left_out:
            say(f"{self.title}: not read, save them as PNG or JPEG: {first_of(left_out)}")
        write_contents(folder / CONTENTS, folder / FILES)
