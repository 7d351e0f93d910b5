import unicodedata
from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from tasks.originals.match import Match, match
from tasks.originals.names import normal
from tasks.originals.structure import PictureSet

names = st.text(st.sampled_from("abAB17-_ éßıİ가마한"), min_size=1, max_size=6).map(lambda text: f"x{text}y")
groups = st.sampled_from(("", "7/", "홍/", "b/c/"))
paths = st.sets(st.tuples(groups, names), min_size=1, max_size=8)


@given(paths, st.sampled_from(("{}{}.png", "{}{}.jpg.png", "{}{}_matte.png", "{}mask-{}.png")))
def test_each_photo_gets_the_matte_of_its_own_name(photos: set[tuple[str, str]], matte_name: str) -> None:
    mattes = {matte_name.format(*photo): photo for photo in photos}
    found = _matched([f"{group}{name}.jpg" for group, name in photos], mattes)
    pairs = [one for one in found if len(one.photos) == len(one.mattes) == 1]
    for one in pairs:
        group, name = mattes["/".join(one.mattes[0])]
        assert "/".join(one.photos[0]) == f"{group}{name}.jpg"
    assert sum(len(one.photos) for one in found) == sum(len(one.mattes) for one in found) == len(photos)
    if len({normal(f"{group}{name}") for group, name in photos}) == len(photos):
        assert len(pairs) == len(photos)


@given(paths)
def test_composed_and_decomposed_names_are_one(photos: set[tuple[str, str]]) -> None:
    by_name = {normal("".join(photo)): "".join(photo) for photo in photos}
    one = [f"{unicodedata.normalize('NFC', name)}.jpg" for name in by_name.values()]
    other = [f"{unicodedata.normalize('NFD', name)}.PNG" for name in by_name.values()]
    found = _matched(one, other)
    assert {(len(each.photos), len(each.mattes)) for each in found} == {(1, 1)}
    assert all(normal(each.photos[0][-1][:-4]) == normal(each.mattes[0][-1][:-4]) for each in found)


def _matched(photos: Iterable[str], mattes: Iterable[str]) -> list[Match]:
    of_photos, of_mattes = (tuple(tuple(name.split("/")) for name in names) for names in (photos, mattes))
    return list(match(PictureSet((), (), of_photos, of_mattes)))
