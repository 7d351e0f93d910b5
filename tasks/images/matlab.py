"""Reads the masks of EG1800: the variable `mask` of a MATLAB file of level 5, and nothing else in it.

SciPy's reader believes what a file says of itself: a hostile one crashes the process, or takes all memory. Here no
more is read than the mask's height and width imply. Source of the format: MathWorks, "MAT-File Format", chapter 1.
"""

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

import numpy as np
from numpy.typing import NDArray

from tasks.core.errors import UserError
from tasks.core.regular_file import open_regular
from tasks.images.memory import check_memory

NAME = b"mask"
HEADER = 128
"""Bytes before the first element: text, then version and byte order."""
ORDERS = {b"IM": "<", b"MI": ">"}
"""Byte orders, by the last two bytes of the header."""
LEVEL_5, LEVEL_7_3 = 1, 2
"""The upper byte of the version. Files of version 7.3 are HDF5."""
MATRIX, COMPRESSED = 14, 15
"""Types of elements that hold others."""
NUMBERS = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}
"""NumPy's names for the types of elements that hold numbers. MATLAB stores them in the smallest that will do."""
NUMERIC_CLASSES = range(6, 16)
"""Arrays of double, single, and integers. Others are text, sparse, or hold further arrays."""
COMPLEX = 0x08
CHUNK = 1 << 20


class Source(Protocol):
    """Something that bytes are read from, fewer only at its end."""

    def read(self, count: int, /) -> bytes:
        """Return the next bytes."""
        ...


class _Inflated:
    """The content of a compressed element, inflated no further than it is read."""

    def __init__(self, file: IO[bytes], length: int) -> None:
        self._file, self._left, self._inflater = file, length, zlib.decompressobj()

    def read(self, count: int, /) -> bytes:
        content = bytearray()
        while len(content) < count and not self._inflater.eof:
            packed = self._inflater.unconsumed_tail or self._packed()
            inflated = self._inflater.decompress(packed, count - len(content))
            if not packed and not inflated:
                break
            content += inflated
        return bytes(content)

    def _packed(self) -> bytes:
        packed = self._file.read(min(self._left, CHUNK))
        self._left -= len(packed)
        return packed


@dataclass(frozen=True)
class _Elements:
    """Reads elements one after the other."""

    source: Source
    order: str

    def numbers(self, form: str) -> tuple[int, ...]:
        return struct.unpack(self.order + form, _exactly(self.source, struct.calcsize(self.order + form)))

    def tag(self) -> tuple[int, int, bytes | None]:
        """Return type and length of the next element, and its data if they are in the tag: up to 4 bytes."""
        (kind,) = self.numbers("I")
        if length := kind >> 16:
            if length > 4:
                raise ValueError("damaged: an element of the wrong length")
            return kind & 0xFFFF, length, _exactly(self.source, 4)[:length]
        (length,) = self.numbers("I")
        return kind, length, None

    def data(self, length: int) -> bytes | None:
        """Return the data of the next element if they are of this length, else None."""
        _, stored, data = self.tag()
        if stored != length:
            return None
        return data if data is not None else _exactly(self.source, length + -length % 8)[:length]


@dataclass(frozen=True)
class _Mask:
    """A mask whose values are the next element to be read."""

    shape: tuple[int, int]
    elements: _Elements


def matlab_mask(path: Path) -> NDArray[np.generic]:
    """Return the mask in a file, (height, width), in the type that the file stores it in.

    Raises `UserError` for a file without one and for other versions of the format, `MemoryError` for one that
    takes too much memory, and `ValueError`, `OSError` and `zlib.error` for a damaged file.
    """
    with _found(path) as mask:
        return _values(mask)


def matlab_size(path: Path) -> tuple[int, int]:
    """Return height and width of the mask in a file, from its header. Raises as `matlab_mask` does."""
    with _found(path) as mask:
        return mask.shape


@contextmanager
def _found(path: Path) -> Iterator[_Mask]:
    with open_regular(path) as file:
        order = _order(path, file.read(HEADER))
        while tag := file.read(8):
            kind, length = struct.unpack(f"{order}II", _exactly(tag, 8))
            after = file.tell() + length
            source: Source = _Inflated(file, length) if kind == COMPRESSED else file
            elements = _Elements(source, order)
            if kind == COMPRESSED:
                kind, *_ = elements.tag()
            if kind != MATRIX:
                raise ValueError("damaged: an element that is no variable")
            if shape := _shape(elements):
                yield _Mask(shape, elements)
                return
            file.seek(after)
    raise UserError(f"{path}: has no variable 'mask' of height x width numbers in it")


def _order(path: Path, header: bytes) -> str:
    order = ORDERS.get(header[126:128])
    if order is None:
        if 0 in header[:4] and any(header):
            raise UserError(f"{path}: a MATLAB file of version 4; save it with version 7: save -v7")
        raise ValueError("not a MATLAB file")
    version = header[125 if order == "<" else 124]
    if version == LEVEL_7_3:
        raise UserError(f"{path}: a MATLAB file of version 7.3; save it with version 7: save -v7")
    if version != LEVEL_5:
        raise ValueError("a MATLAB file of an unknown version")
    return order


def _shape(elements: _Elements) -> tuple[int, int] | None:
    """Return height and width of a variable if it is a mask: an array of that name, of real numbers, not empty."""
    flags = elements.data(8)
    if flags is None:
        raise ValueError("damaged: a variable without flags")
    (flag,) = struct.unpack(f"{elements.order}I", flags[:4])
    if flag & 0xFF not in NUMERIC_CLASSES or flag >> 8 & COMPLEX:
        return None
    sides = elements.data(8)
    if sides is None or elements.data(len(NAME)) != NAME:
        return None
    height, width = struct.unpack(f"{elements.order}ii", sides)
    return (height, width) if height > 0 and width > 0 else None


def _values(mask: _Mask) -> NDArray[np.generic]:
    kind, length, data = mask.elements.tag()
    height, width = mask.shape
    if kind not in NUMBERS:
        raise ValueError("damaged: a mask that is not of numbers")
    dtype = np.dtype(mask.elements.order + NUMBERS[kind])
    if length != height * width * dtype.itemsize:
        raise ValueError(f"cut off: its header says {height} x {width}")
    check_memory(length)
    content = bytearray(data or b"")
    while len(content) < length:
        content += _exactly(mask.elements.source, min(CHUNK, length - len(content)))
    # What is left is padding. The checksum of a compressed variable is compared when all of it is inflated.
    mask.elements.source.read(8)
    values = np.frombuffer(content, dtype)
    native = values if dtype.isnative else values.byteswap(inplace=True).view(dtype.newbyteorder())
    return native.reshape(mask.shape, order="F")


def _exactly(source: Source | bytes, count: int) -> bytes:
    content = source if isinstance(source, bytes) else source.read(count)
    if len(content) != count:
        raise ValueError("cut off")
    return content
