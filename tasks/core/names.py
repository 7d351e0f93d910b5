"""Names that others chose, such as those of photos: made safe to write, distinct on every disk, and printable."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from pathlib import PurePath
from unicodedata import category, normalize

LONGEST = 230
"""Bytes of a name in UTF-8: systems allow 255, and `.unfinished-NAME.png` has to fit."""
DIGITS = (8, 16, 64)
"""How many digits of a digest make a name distinct: more where fewer did not."""
FORBIDDEN = frozenset('<>:"/\\|?*')
"""What Windows does not allow in a name, with the separators of paths."""
UNPRINTABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Unicode's categories of control characters, halves of pairs (bytes that are not UTF-8), and ends of lines."""
DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""What makes a terminal write from right to left."""
RESERVED = re.compile(r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(COM|LPT)[0-9¹²³]) *(\..*)?", re.IGNORECASE | re.DOTALL)
"""Names of devices on Windows, with any suffix."""


def printable(text: str) -> str:
    """Return a text for people: control characters and bytes that are not UTF-8 become escapes such as \\x1b."""
    return "".join(_escaped(character) if _is_unprintable(character) else character for character in text)


def printable_lines(text: str) -> str:
    """Return a text of several lines as `printable` returns one."""
    return "\n".join(printable(line) for line in text.split("\n"))


def composed(name: str) -> str:
    """Return a name in Unicode's composed form (NFC), which most systems write; Macs may write NFD."""
    return name if name.isascii() else normalize("NFC", name)


def portable_name(name: str) -> str:
    """Return a name that any system allows, and a terminal can show; an ordinary name stays as it is.

    What is not safe becomes %XX, the UTF-8 bytes in hex: characters that Windows or a terminal cannot take, a dot
    or a space at the end, the first letter of a device's name.
    """
    portable = "".join(_quoted(character) if _is_unsafe(character) else character for character in name)
    if RESERVED.fullmatch(portable):
        portable = _quoted(portable[0]) + portable[1:]
    return portable[:-1] + _quoted(portable[-1]) if portable.endswith((".", " ")) else portable


def safe_name(name: str, ending: str = "") -> str:
    """Return a name that any system allows for a file or folder, and that stays beside the others in its folder.

    It is the `portable_name`, composed, and with %XX for a dot in front too. An empty name becomes %00. A name of
    more than `LONGEST` bytes, with the `ending` put behind it, is cut, and `~` and a digest follow. The name of a
    safe name is that name.
    """
    safe = portable_name(composed(name)) or "%00"
    if safe.startswith("."):
        safe = _quoted(".") + safe[1:]
    if len((safe + ending).encode()) <= LONGEST:
        return safe + ending
    behind = ending or _digest_ending(name, DIGITS[0])
    return safe.encode()[: LONGEST - len(behind.encode())].decode(errors="ignore") + behind


def distinct_names(paths: Sequence[PurePath], taken: Iterable[str] = ()) -> list[str]:
    """Return a safe name for each of several different paths, all distinct, and distinct from those `taken`.

    It is the path without its suffix, with - for /. Where names would be alike, they keep their suffixes; where
    they still would be, a digest of the path follows. Alike are also names that differ in case or Unicode
    normalization alone, as some disks take them for the same. The order of the paths does not matter.
    """
    forms = [_forms(path) for path in paths]
    levels = [0] * len(paths)
    reserved = {_folded(name) for name in taken}
    while True:
        names = [form[level] for form, level in zip(forms, levels, strict=True)]
        alike: dict[str, list[int]] = {}
        for number, name in enumerate(names):
            alike.setdefault(_folded(name), []).append(number)
        again = [
            number
            for name, numbers in alike.items()
            if len(numbers) > 1 or name in reserved
            for number in numbers
            if levels[number] < len(DIGITS) + 1
        ]
        if not again:
            return names
        for number in again:
            levels[number] += 1


def _forms(path: PurePath) -> list[str]:
    """Return the names of a path, from the shortest to the most distinct."""
    short, long = "-".join([*path.parts[:-1], path.stem]), "-".join(path.parts)
    digests = (_digest_ending(path.as_posix(), digits) for digits in DIGITS)
    return [safe_name(short), safe_name(long), *(safe_name(long, ending) for ending in digests)]


def _digest_ending(text: str, digits: int) -> str:
    return f"~{hashlib.sha256(_bytes(text)).hexdigest()[:digits]}"


def _folded(name: str) -> str:
    """Return the same text for names that are the same on a disk that ignores case or normalization."""
    return normalize("NFC", normalize("NFD", name).upper().casefold())


def _is_unprintable(character: str) -> bool:
    return category(character) in UNPRINTABLE or character in DIRECTIONS


def _is_unsafe(character: str) -> bool:
    return character in FORBIDDEN or _is_unprintable(character)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode()


def _quoted(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in _bytes(character))


def _bytes(text: str) -> bytes:
    """Return the text in UTF-8; a byte that was not UTF-8 where the name came from is that byte again."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # halves of pairs, in names from Windows
        return text.encode("utf-8", "surrogatepass")
