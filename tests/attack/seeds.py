"""Small valid files of each format that the project reads, to mutate."""

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, features
from scipy.io import savemat

from tasks.core.freshness.record import FileRecord, Record
from tasks.images.formats import picture_suffixes
from tests.world import ROOT, smooth_picture

HEIGHT, WIDTH = 41, 37
"""Of the pictures: numbers that are easily found in their headers."""


@dataclass(frozen=True)
class Seed:
    """A valid file: its format, for people, the suffix of its name, and its content."""

    format: str
    suffix: str
    content: bytes


def seeds() -> list[Seed]:
    """Return all seeds, the same each time."""
    return [*_pictures(), *_arrays(), *_archives(), *_models(), *_texts()]


def _pictures() -> Iterator[Seed]:
    colours = Image.fromarray(smooth_picture(HEIGHT, WIDTH, 1))
    gray = colours.convert("L")
    deep = Image.fromarray(np.asarray(gray).astype(np.uint16) * 257)
    floats = Image.fromarray(np.asarray(gray).astype(np.float32) / 255)
    clear = colours.convert("RGBA")
    clear.putalpha(gray)
    palette = colours.convert("P", palette=Image.Palette.ADAPTIVE)
    exif = Image.Exif()
    exif[0x0112] = 6
    plans: list[tuple[str, str, Image.Image, dict[str, Any]]] = [
        ("JPEG", ".jpg", colours, {"exif": exif}),
        ("JPEG", ".jpg", gray, {"progressive": True}),
        ("JPEG", ".jpg", colours.convert("CMYK"), {}),
        ("PNG", ".png", colours, {}),
        ("PNG", ".png", palette, {"transparency": 1}),
        ("PNG", ".png", clear, {"exif": exif}),
        ("PNG, 16 bits", ".png", deep, {}),
        ("WebP", ".webp", colours, {}),
        ("WebP", ".webp", clear, {"lossless": True}),
        ("WebP", ".webp", Image.new("RGB", (WIDTH, HEIGHT), "red"), {"lossless": True}),
        ("GIF", ".gif", palette, {}),
        ("TIFF", ".tif", colours, {"compression": "tiff_lzw"}),
        ("TIFF", ".tif", deep, {"compression": "tiff_adobe_deflate"}),
        ("TIFF", ".tif", floats, {}),
        ("TIFF", ".tif", colours, {"compression": "jpeg"}),
        ("BMP", ".bmp", colours, {}),
        ("BMP", ".bmp", palette, {}),
        ("HEIC", ".heic", colours, {"exif": exif}),
        ("AVIF", ".avif", colours, {}),
        ("AVIF", ".avif", clear, {}),
        ("JPEG XL", ".jxl", colours, {}),
        ("JPEG XL", ".jxl", clear, {"lossless": True}),
    ]
    readable = picture_suffixes()
    for name, suffix, picture, options in plans:
        if suffix in readable and (suffix != ".avif" or features.check("avif")):
            file = io.BytesIO()
            picture.save(file, Image.registered_extensions()[suffix], **options)
            yield Seed(name, suffix, file.getvalue())


def _arrays() -> Iterator[Seed]:
    photos: NDArray[np.uint8] = np.stack([smooth_picture(40, 32, seed) for seed in range(3)])
    mattes = (photos[..., :1] > 99).astype(np.uint8) * np.uint8(255)
    split = {"train_images": photos, "train_mattes": mattes, "test_images": photos, "test_mattes": mattes}
    forms: list[dict[str, NDArray[Any]]] = [
        split,
        {"images": photos / 255, "masks": mattes},
        {"images": np.asfortranarray(photos), "masks": mattes[..., 0] > 0},
    ]
    for arrays in forms:
        for save in (np.savez, np.savez_compressed):
            file = io.BytesIO()
            save(file, allow_pickle=False, **arrays)
            yield Seed("npz", ".npz", file.getvalue())
    for mask in (mattes[0, ..., 0] > 0, mattes[0, ..., 0], mattes[0, ..., 0] / 255.0):
        for compressed in (False, True):
            file = io.BytesIO()
            more = {"other": np.arange(3.0), "text": "a text", "cells": np.array([1, "x"], object)}
            savemat(file, {"mask": mask, **more}, do_compression=compressed)
            yield Seed("mat", ".mat", file.getvalue())


def _archives() -> Iterator[Seed]:
    picture = io.BytesIO()
    Image.fromarray(smooth_picture(HEIGHT, WIDTH, 2)).save(picture, "PNG")
    files = {
        "set/training/1.png": picture.getvalue(),
        "set/training/1_matte.png": picture.getvalue(),
        "set/testing/2.jpg": b"0" * 3000,
        f"set/{'long' * 40}/3.png": b"another",
        "set/초상/4.png": b"another",
        "set/readme.txt": b"text",
    }
    ways = {"stored": zipfile.ZIP_STORED, "deflate": zipfile.ZIP_DEFLATED}
    ways |= {"bzip2": zipfile.ZIP_BZIP2, "lzma": zipfile.ZIP_LZMA}
    for way, method in ways.items():
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", method) as zipped:
            for name, content in files.items():
                zipped.writestr(zipfile.ZipInfo(name), content, method)
        yield Seed(f"zip, {way}", ".zip", file.getvalue())
    for kind, form in {"pax": tarfile.PAX_FORMAT, "GNU": tarfile.GNU_FORMAT}.items():
        file = io.BytesIO()
        with tarfile.open(fileobj=file, mode="w", format=form) as tape:
            for name, content in files.items():
                info = tarfile.TarInfo(name)
                info.size = len(content)
                tape.addfile(info, io.BytesIO(content))
        yield Seed(f"tar, {kind}", ".tar", file.getvalue())


def _models() -> Iterator[Seed]:
    content = (ROOT / "tasks" / "shipped" / "matte.keras").read_bytes()
    yield Seed("keras", ".keras", content)


def _texts() -> Iterator[Seed]:
    inner = Record("GrayTargets", {}, {"tasks/gray/luma.py": {"bytes": "0" * 64, "meaning": "1" * 64}}, {}, {})
    record = {
        **vars(inner),
        "settings": {"small.height": 100, "a list": [1, 2.5, None, {"x": True}]},
        "inputs": {"small": {"stage": "small", "file": "pfcn_small.npz", "sha256": "2" * 64}},
        "files": {"pfcn_gray.npz": vars(FileRecord("3" * 64, 12345))},
        "upstream": {"small": vars(inner)},
        "made": {"started": "2026-01-01T00:00:00+00:00", "seconds": 1.5, "libraries": {"numpy": "2.2"}},
    }
    yield Seed("record.json", ".json", json.dumps(record, indent=1).encode())
    yield Seed("luigi.cfg", ".cfg", (ROOT / "luigi.cfg").read_bytes())


PACKED: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}
"""How a tar archive may be compressed; compressed again after it was mutated, so that the changes are reached."""
