"""Trees of any shape: a layout is found that accounts for every picture, or one message says why not."""

from contextlib import suppress
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tasks.core.errors import UserError
from tasks.originals.layouts import Layout, find_layout
from tasks.originals.names import path_kind
from tasks.originals.pairs import find_pairs
from tasks.originals.tree import Parts
from tests.fuzz import EXAMPLES

folders = st.sampled_from(
    ("images", "masks", "train", "test", "Val", "a", "ds1", "ds2", "trimap", "train_masks", "홍")
)
files = st.sampled_from(
    (
        "1.png",
        "1.jpg",
        "2.JPG",
        "1_mask.png",
        "mask_2.tif",
        "x.mat",
        "1.jpg.png",
        "image.png",
        ".1.png",
        "notes.txt",
    )
)
trees = st.sets(
    st.tuples(st.lists(folders, max_size=3), files).map(lambda path: "/".join((*path[0], path[1]))), max_size=14
)
patterns = st.one_of(
    st.sampled_from(("", "none", "images/*", "masks/*", "**/*.png", "**/1_mask", "*/?.jpg", "train/*")),
    st.text(st.sampled_from("*?/.[](){}+\\^$|a1"), max_size=8),
)


def check(layout: Layout, there: set[Parts]) -> None:
    """Every picture is in one match or in a folder that a remark names; a photo and its matte are of one split."""
    used = [parts for one in layout.matches for parts in {*one.photos, *one.mattes}]
    assert len(used) == len(set(used))
    assert set(used) <= there
    named = {line.partition("/: not used")[0] for line in layout.remarks}
    assert {"/".join(parts[:-1]) or "." for parts in there - set(used)} <= named
    pairs, problems = find_pairs(layout)
    assert len(pairs) + len(problems) == len(layout.matches)
    assert len({bool(pair.split) for pair in pairs}) <= 1
    for one in layout.matches:
        kinds = {path_kind(parts) for parts in (*one.photos, *one.mattes)} - {None}
        assert len(kinds) <= 1 or not one.split or len(one.photos) + len(one.mattes) > 2


@settings(max_examples=EXAMPLES)
@given(trees, patterns, patterns)
@example({"images/1.jpg"}, "*/?.jpg", "**/?")  # a photo that is another's matte
def test_a_tree_is_understood_as_a_whole_or_refused(names: set[str], photos: str, mattes: str) -> None:
    with TemporaryDirectory() as temporary:
        root = Path(temporary)
        for name in names:
            if not any(name.startswith(f"{other}/") for other in names):
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).touch()
        suffixes = (".png", ".jpg", ".tif", ".mat")
        there = {
            PurePosixPath(name).parts
            for name in names
            if name.lower().endswith(suffixes) and not name.rpartition("/")[2].startswith(".")
        }
        for given_patterns in (("", ""), (photos, mattes)):
            with suppress(UserError):
                check(find_layout(root, *given_patterns), there)
