from pathlib import PurePosixPath
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.core.names import (
    LONGEST,
    composed,
    distinct_names,
    portable_name,
    printable,
    printable_lines,
    safe_name,
)

ANY_CHARACTER = st.characters(exclude_characters="/\0", exclude_categories=()) | st.sampled_from(
    ". \t\n\r\x1b\x7f:*?~%-\\<>|\"'éÉßıİſKÅ\u0345\u200b\u202e\ud800\udcff나"
)
ANY_NAME = st.text(ANY_CHARACTER, min_size=1, max_size=90) | st.sampled_from(
    ["..png", ".", "..", "CON.png", "nul", "a.png", "A.png", "a.PNG", "a", "a~12345678", "contact_sheet.png.jpg"]
)
ANY_PATH = st.lists(ANY_NAME.filter(lambda name: name not in (".", "..")), min_size=1, max_size=3).map(
    lambda parts: PurePosixPath(*parts)
)
DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}


def is_safe(name: str) -> bool:
    return (
        name not in ("", ".", "..")
        and not name.startswith(".")
        and not name.endswith((".", " "))
        and not set(name) & set('<>:"/\\|?*')
        and printable(name) == name
        and name.split(".")[0].rstrip(" ").lower() not in DEVICES
        and len(name.encode()) <= LONGEST
    )


@pytest.mark.parametrize(
    "name", ["me", "나 2024", "trip 1-sea-d", "a.b.c", "a~1", "100%", "(1)", "_", "Ünï", "나무"]
)
def test_an_ordinary_name_stays(name: str) -> None:
    assert safe_name(name) == name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        (".", "%2E"),
        ("..", "%2E%2E"),
        ("", "%00"),
        (".hidden", "%2Ehidden"),
        (".unfinished-a", "%2Eunfinished-a"),
        ("a.", "a%2E"),
        ("a ", "a%20"),
        ("CON", "%43ON"),
        ("com1.tar", "%63om1.tar"),
        ("a:b?", "a%3Ab%3F"),
        ("a\nb\x1b[31m", "a%0Ab%1B[31m"),
        ("caf\udce9", "caf%E9"),
        ("a\u202egnp", "a%E2%80%AEgnp"),
    ],
)
def test_a_dangerous_name_is_escaped(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_a_long_name_is_cut_and_stays_distinct() -> None:
    one, two = safe_name("나" * 300), safe_name("나" * 299)
    assert one != two
    assert one.startswith("나나나")
    assert max(len(one.encode()), len(two.encode())) <= LONGEST


@given(ANY_NAME)
def test_every_name_becomes_safe_once_and_for_all(name: str) -> None:
    assert is_safe(safe_name(name))
    assert safe_name(safe_name(name)) == safe_name(name)
    assert is_safe(safe_name(name, "~1234"))


@given(st.lists(ANY_PATH, unique=True, max_size=8), st.randoms())
def test_different_photos_have_names_that_differ_on_every_disk(paths: list[PurePosixPath], random: object) -> None:
    taken = "contact_sheet.png"
    names = distinct_names(paths, [taken])
    assert all(map(is_safe, names))
    for fold in (str.casefold, str.lower, str.upper):
        for form in ("NFC", "NFD"):
            seen = [normalize(form, fold(normalize(form, name))) for name in (*names, taken)]
            assert len(set(seen)) == len(seen)
    assert distinct_names(paths[::-1], [taken]) == names[::-1]


@given(st.lists(st.text("abcXYZ 나무-_", min_size=1, max_size=6).filter(lambda name: name == name.strip())))
def test_names_that_are_safe_and_distinct_stay(names: list[str]) -> None:
    distinct = list({name.casefold(): name for name in names}.values())
    assert distinct_names([PurePosixPath(f"{name}.jpg") for name in distinct]) == distinct


def test_names_that_stay_alike_get_a_digest() -> None:
    one, two, three = distinct_names([PurePosixPath(path) for path in ("a.png", "A.PNG", "a-b.jpg")])
    assert one.startswith("a.png~")
    assert two.startswith("A.PNG~")
    assert three == "a-b"
    assert distinct_names([PurePosixPath("A.PNG")]) == ["A"]


def test_what_a_terminal_would_obey_is_shown() -> None:
    assert printable("a\x1b[2Jb\r\nc\udcff\u202e 나\\") == "a\\x1b[2Jb\\r\\nc\\udcff\\u202e 나\\"
    assert printable_lines("bad:\n  a\x1b.png") == "bad:\n  a\\x1b.png"


def test_a_name_is_the_same_from_a_mac() -> None:
    decomposed = normalize("NFD", "나 é")
    assert safe_name(decomposed) == composed(decomposed) == "나 é"
    assert distinct_names([PurePosixPath(f"{decomposed}.png")]) == ["나 é"]
    assert len(set(distinct_names([PurePosixPath("é.png"), PurePosixPath(normalize("NFD", "é.png"))]))) == 2


@pytest.mark.parametrize(
    ("name", "portable"),
    [
        ("나 é (1).png", "나 é (1).png"),
        (".hidden", ".hidden"),
        ("con.png", "%63on.png"),
        ("AUX", "%41UX"),
        ("con_matte.png", "con_matte.png"),
        ("2024. ", "2024.%20"),
        ("10:30?.png", "10%3A30%3F.png"),
        ("red\x1b[31m", "red%1B[31m"),
        ("", ""),
    ],
)
def test_a_name_that_some_system_does_not_allow_is_escaped(name: str, portable: str) -> None:
    assert portable_name(name) == portable
