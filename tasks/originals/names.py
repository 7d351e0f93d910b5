"""What the names of files and folders say: photo or matte, which split, and which of them belong together.

Names are hints. Where they say nothing, `structure.py` compares the folders' contents.
"""

import re
from functools import lru_cache
from typing import Literal
from urllib.parse import unquote

from tasks.core.names import composed
from tasks.originals.suffixes import MATTE_SUFFIXES
from tasks.originals.tree import Parts

Role = Literal["photo", "matte", "other"]
Kind = Literal["training", "validation", "testing"]
"""What a folder of a split is for, by its name."""

WORDS = re.compile(r"[^\W\d_]+")
TOKENS = re.compile(r"[-_. ]+")
HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")

PHOTO_WORDS = frozenset(
    WORDS.findall(
        "image,images,img,imgs,jpegimages,photo,photos,picture,pictures,sample,samples,original,originals,"
        "input,inputs,clip,rgb,사진,원본"
    )
)
SOFT_MATTE_WORDS = frozenset(WORDS.findall("matte,mattes,matting,alpha,alphas,pha,매트,알파"))
MASK_WORDS = frozenset(
    WORDS.findall(
        "mask,masks,label,labels,gt,truth,seg,segmentation,segmentations,segmentationclass,silhouette,silhouettes,"
        "annotation,annotations,anno,마스크"
    )
)
MATTE_WORDS = SOFT_MATTE_WORDS | MASK_WORDS
ROLE_WORDS = PHOTO_WORDS | MATTE_WORDS
ROLE_ENDS = re.compile(r"^(?:(?:{0})[-_. ]+)+|(?:[-_. ]+(?:{0}))+$".format("|".join(sorted(ROLE_WORDS))))
"""Such words at the beginning or the end of a name, with what separates them from the rest."""
OTHER_WORDS = frozenset(
    WORDS.findall("trimap,trimaps,facemask,facemasks,edge,edges,collage,background,backgrounds,bg,thumbnails")
)
"""Words for pictures that are neither."""
FOR_PEOPLE = "human"
"""Supervisely's word for masks in colours to look at (`masks_human`), beside those with labels."""
KINDS: dict[str, Kind] = {
    **dict.fromkeys(("training", "train"), "training"),
    **dict.fromkeys(("validation", "valid", "val"), "validation"),
    **dict.fromkeys(("testing", "test"), "testing"),
}
FILLERS = frozenset(("set", "data", "dataset", "split"))


@lru_cache(maxsize=65536)
def normal(name: str) -> str:
    """Return a name as it is compared: composed Unicode (NFC), without case and without %XX for characters.

    What is unpacked as %63on.png, since Windows allows no con.png, belongs to con_matte.png.
    """
    return composed(composed(unquote(name, errors="surrogateescape")).casefold())


def stem(name: str) -> str:
    """Return a file's name without its suffixes of pictures (two in `00001.jpg.png`)."""
    while name.rpartition(".")[0] and f".{name.rpartition('.')[2].lower()}" in MATTE_SUFFIXES:
        name = name.rpartition(".")[0]
    return name


@lru_cache(maxsize=65536)
def folder_role(name: str) -> Role | None:
    """Return what a folder's name says of the pictures in it: a word for mattes outweighs one for photos."""
    words = words_in(name)
    if words & OTHER_WORDS:
        return "other"
    return "matte" if words & MATTE_WORDS else "photo" if words & PHOTO_WORDS else None


def matte_rank(name: str) -> int:
    """Return how good the mattes of a folder are by its name: 2 if soft, 1 for masks, 0 for masks to look at."""
    words = words_in(name)
    return 2 if words & SOFT_MATTE_WORDS else 0 if FOR_PEOPLE in words else 1


@lru_cache(maxsize=65536)
def folder_kind(name: str) -> Kind | None:
    """Return which split a folder is, such as `Train`, `test2` or `val_images`."""
    words = words_in(name) - ROLE_WORDS - FILLERS
    return KINDS.get(next(iter(words))) if len(words) == 1 else None


def is_bare_kind(name: str) -> bool:
    """Return whether a folder's name is that of a split and nothing else."""
    return normal(name) in KINDS


def path_kind(parts: Parts) -> Kind | None:
    """Return the split of a file, by the first folder on its path that names one."""
    return next((kind for name in parts[:-1] if (kind := folder_kind(name))), None)


def file_role(name: str) -> Role | None:
    """Return what the first and the last part of a file's name say of it, as in `00001_matte.png`."""
    tokens = TOKENS.split(normal(stem(name)))
    ends = {tokens[0], tokens[-1]} if len(tokens) > 1 else set()
    if ends & OTHER_WORDS:
        return "other"
    return "matte" if ends & MATTE_WORDS else None


def raw_key(parts: Parts) -> Parts:
    """Return a file's path without suffixes."""
    return (*parts[:-1], stem(parts[-1]))


def normal_key(parts: Parts) -> Parts:
    """Return a file's path without suffixes as it is compared, with one name for each split."""
    return (*(folder_kind(name) or normal(name) for name in parts[:-1]), normal(stem(parts[-1])))


def plain_key(parts: Parts) -> Parts:
    """Return the path as `normal_key` does, without words for photos and mattes at the ends of its names.

    So `clip_7/a.jpg` and `matting_7/a_mask.png` have one key.
    """
    folders = (folder_kind(name) or _plain(normal(name)) for name in parts[:-1])
    return (*(name for name in folders if name), _plain(normal(stem(parts[-1]))) or normal(stem(parts[-1])))


def stem_key(parts: Parts) -> Parts:
    """Return the last part of `plain_key`: the file's own name."""
    return plain_key(parts[-1:])


@lru_cache(maxsize=65536)
def _plain(name: str) -> str:
    plain = ROLE_ENDS.sub("", name)
    return "" if plain in ROLE_WORDS else plain


@lru_cache(maxsize=65536)
def words_in(name: str) -> frozenset[str]:
    """Return the words of letters in a name as they are compared; `trainImages2` has two."""
    return frozenset(WORDS.findall(normal(HUMP.sub(" ", composed(name)))))
