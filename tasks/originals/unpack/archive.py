"""Unpacks the pictures of an archive that may be hostile.

`shutil.unpack_archive` and tarfile's filters write everything that an archive holds, however much that is. Ours
writes pictures alone, stops at a limit for their number and size, and says in one message what is wrong.
"""

import errno
import re
import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, Never, Self

from tasks.core.errors import UserError
from tasks.core.freshness.digest import file_sha256
from tasks.core.names import composed, portable_name, printable
from tasks.core.progress import Track, untracked
from tasks.core.regular_file import open_regular
from tasks.core.words import words
from tasks.dataset.tables import write_rows
from tasks.originals.suffixes import is_matte, is_other_picture

AGAIN = words("download it again")
"""The advice for a damaged archive."""
COPY_CHUNK = 1 << 20
INNER_ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".rar", ".7z")
"""Suffixes of archives, by which an archive of archives is recognized."""
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""Those of zip that unpack in parts. By others, zipfile unpacks gigabytes at once from a few bytes."""
LONGEST_NOTE = 1 << 20
"""Bytes of a long name or of extended attributes before a file in a tar archive. tarfile reads them at once."""
NOTES = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)
DRIVE = re.compile("[A-Za-z]:")
"""How a path on Windows begins that leads to another disk."""
SAYS_UTF8 = 0x800
"""The bit by which a zip archive says of a name that it is UTF-8."""
HANGUL = re.compile("[\x00-\x7f가-힣]*")
"""Names in Korean and ASCII."""
SYSTEM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO})
"""Errors of the file system written to, for which the archive is not to blame."""


@dataclass(frozen=True)
class Limits:
    """How much an archive may hold: pictures, gigabytes unpacked, and unpacked size as a multiple of its own."""

    pictures: int = 100_000
    gigabytes: float = 50.0
    ratio: float = 100.0


@dataclass(frozen=True)
class _Member:
    """A file in a zip or tar archive."""

    name: str
    is_file: bool
    is_folder: bool
    is_encrypted: bool
    is_in_parts: bool
    """Whether it is unpacked in parts."""
    open: Callable[[], IO[bytes]]

    @property
    def path(self) -> PurePosixPath:
        return PurePosixPath(self.name.replace("\\", "/"))  # some Windows programs write backslashes

    @property
    def is_picture(self) -> bool:
        return is_matte(self.path.name) and "__MACOSX" not in self.path.parts and not self.is_folder

    def check(self) -> None:
        parts = self.path.parts
        if self.path.is_absolute() or ".." in parts or DRIVE.match(str(self.path)):
            raise UserError(f"{self.name!r} points outside the archive")
        if self.is_picture and not self.is_file:
            raise UserError(f"{self.name!r} is a link or a device, not a file")
        if self.is_picture and self.is_encrypted:
            raise UserError(f"{self.name!r} is encrypted")
        if self.is_picture and not self.is_in_parts:
            raise UserError(f"{self.name!r} is compressed by another method than Deflate, such as bzip2 or LZMA")


class _TarInfo(tarfile.TarInfo):
    """A file in a tar archive. `tarfile` calls these methods while it reads the headers before the file."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        info = super().frombuf(buf, encoding, errors)
        if info.type in NOTES and info.size > LONGEST_NOTE:
            raise ValueError(f"a name or a note of {info.size / 1e6:.0f} MB")
        return info

    def _refuse(self, *_: Any) -> Never:
        raise ValueError("a sparse file, which takes any memory; pack it without --sparse")

    _proc_sparse = _proc_gnusparse_10 = _refuse


def unpack_pictures(
    archive: Path, folder: Path, limits: Limits, track: Track = untracked
) -> tuple[int, list[str]]:
    """Write all pictures of a zip or tar archive into the folder, at their paths in it.

    Returns their number, and the names of pictures of formats that are not read, which are left out.
    Raises `UserError` if it is not an archive, is damaged, has no pictures, has names that point outside it, links
    or encrypted files in place of pictures, or more than the limits allow.
    """
    allowed = min(limits.gigabytes * 1e9, max(archive.stat().st_size, COPY_CHUNK) * limits.ratio)
    problems: list[str] = []
    names: list[str] = []
    count = written = 0
    with _readable(archive), _members(archive) as (members, total):
        for member in track(members, total, "file") if total else members:
            names.append(member.name)
            try:
                member.check()
            except UserError as error:
                problems.append(str(error))
            if member.is_picture and not problems:
                count += 1
                written += _copy(member, folder, allowed - written)
                if count > limits.pictures or written > allowed:
                    raise UserError(
                        f"{archive}: holds more than {limits.pictures} pictures, {limits.gigabytes:g} GB or "
                        f"{limits.ratio:g} times its own size. If that is right, raise "
                        "originals.archive_pictures, archive_gigabytes or archive_ratio."
                    )
    if problems:
        raise UserError(
            f"{archive}: {len(problems)} of its files cannot be unpacked, so none is; unpack it yourself and "
            "give the folder:\n  " + "\n  ".join(problems)
        )
    if count == 0:
        inner = [name for name in names if name.lower().endswith(INNER_ARCHIVES)]
        if inner:
            raise UserError(
                f"{archive}: holds no pictures, but other archives: {printable(', '.join(inner[:5]))}. "
                "Unpack it and give one of these."
            )
        raise UserError(f"{archive}: holds no pictures.")
    return count, [name for name in names if is_other_picture(PurePosixPath(name).name)]


def write_contents(path: Path, folder: Path) -> None:
    """Write path, size and SHA-256 of every file in the folder as CSV, sorted by path."""
    # By their parts, as paths are sorted elsewhere: on Windows they would be sorted without case.
    found = (picture for picture in folder.rglob("*") if picture.is_file())
    pictures = sorted(found, key=lambda picture: picture.relative_to(folder).parts)
    rows = (
        (picture.relative_to(folder).as_posix(), picture.stat().st_size, file_sha256(picture))
        for picture in pictures
    )
    write_rows(path, ["path", "bytes", "sha256"], rows)


@contextmanager
def _readable(archive: Path) -> Iterator[None]:
    try:
        yield
    except UserError:
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno in SYSTEM:
            raise
        reason = str(error) or type(error).__name__
        raise UserError(f"{archive}: is damaged or incomplete ({reason}); {AGAIN}") from error


@contextmanager
def _members(archive: Path) -> Iterator[tuple[Iterator[_Member], int]]:
    with open_regular(archive) as file:
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as zipped:
                yield (_zip_member(zipped, info) for info in zipped.infolist()), len(zipped.infolist())
            return
        with _opened_tar(archive, file) as tape:
            # Counting the files of a tar archive would decompress all of it once more.
            yield (_tar_member(tape, info) for info in tape), 0


def _opened_tar(archive: Path, file: IO[bytes]) -> tarfile.TarFile:
    file.seek(0)
    try:
        return tarfile.open(fileobj=file, tarinfo=_TarInfo)
    except tarfile.ReadError:
        raise UserError(f"{archive}: is not a zip or tar archive, or is incomplete; {AGAIN}") from None


def _zip_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> _Member:
    kind = stat.S_IFMT(info.external_attr >> 16)
    return _Member(
        _name_in_zip(info),
        is_file=kind in (0, stat.S_IFREG) and not info.is_dir(),
        is_folder=info.is_dir(),
        is_encrypted=bool(info.flag_bits & 1),
        is_in_parts=info.compress_type in METHODS,
        open=lambda: archive.open(info),
    )


def _name_in_zip(info: zipfile.ZipInfo) -> str:
    """Return a name as it was meant: Macs write UTF-8 and Korean Windows CP949, and neither says so."""
    if info.flag_bits & SAYS_UTF8 or info.filename.isascii():
        return info.filename
    for encoding in ("utf-8", "euc_kr"):
        with suppress(UnicodeError):
            name = info.filename.encode("cp437").decode(encoding)
            if encoding == "utf-8" or HANGUL.fullmatch(name):
                return name
    return info.filename


def _tar_member(archive: tarfile.TarFile, info: tarfile.TarInfo) -> _Member:
    def opened() -> IO[bytes]:
        file = archive.extractfile(info)
        assert file is not None  # it is None only for links and devices, which are not opened
        return file

    return _Member(info.name, info.isreg(), info.isdir(), is_encrypted=False, is_in_parts=True, open=opened)


def _copy(member: _Member, folder: Path, allowed: float) -> int:
    target = folder.joinpath(*(portable_name(composed(part)) for part in member.path.parts))
    if target.exists():
        raise UserError(
            f"{member.name!r} is in the archive twice, perhaps in other upper and lower case, which this disk "
            "takes for the same; unpack it yourself and give the folder"
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with member.open() as source, target.open("wb") as file:
        while written <= allowed and (chunk := source.read(COPY_CHUNK)):
            written += file.write(chunk)
    return written
