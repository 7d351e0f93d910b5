import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.core.errors import UserError
from tasks.core.settings_file import check_settings_files, mistakes_in
from tests.world import ROOT, environment


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xef\xbb\xbf[training]\nseed = 1\n", "line 1: begins with a byte-order mark"),
        ("[training]\nseed = 1\n".encode("utf-16"), "line 1: begins with a byte-order mark"),
        ("[data]\n# 자료\nroot = data\n".encode("cp949"), "line 2: is not UTF-8"),
        (b"[data]\nroot = 50%\n", "line 2: root = 50%: a % has to be written %%"),
        (b"[data]\nroot = %%5%\n", "line 2: root = %%5%: a % has to be written %%"),
        (b"\n[data]\nroot = 'my data'\n", "line 3: root = 'my data': quotes would be part of the value"),
        (b'[data]\nroot: "my data"\n', 'line 2: root: "my data": quotes would be part'),
        (b"[training]\nepochs = 15 ; few\n", "line 2: epochs = 15 ; few: a comment behind a value"),
        (b"[originals]\nsha256 = # unknown\n", "line 2: sha256 = # unknown: a comment behind a value"),
        (b"[originals]\nperson_labels = 15 #facade1\n", "line 2: person_labels = 15 #facade1: a comment behind"),
        (b"[data]\nroot = ${NO_SUCH}/a\n", "line 2: root = ${NO_SUCH}/a: the environment variable NO_SUCH"),
        (b"root = data\n", "line 1: a setting before any [section]"),
        (b"[data]\nroot = a\n\nroot = b\n", "line 4: [data] has root twice"),
        (b"[data]\n[small]\n[data]\n", "line 3: the section [data] is there twice"),
        (b"[data]\nroot\n", "line 2: neither [section] nor name = value"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_line(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "luigi.cfg").write_bytes(content)
    (mistake,) = mistakes_in(tmp_path / "luigi.cfg")
    assert mistake.startswith(f"{tmp_path / 'luigi.cfg'}, {said}")


@pytest.mark.parametrize("password", ["hush%40hush", "hush # hush", "hush/hush%", "hush ${NO_SUCH} hush"])
@pytest.mark.parametrize("quote", ["", "'"])
def test_a_mistake_beside_a_password_does_not_show_it(tmp_path: Path, password: str, quote: str) -> None:
    text = f"[originals]\nsource = {quote}https://me:{password}@host.org/a.zip{quote}\n"
    (tmp_path / "luigi.cfg").write_text(text, encoding="utf-8")
    (mistake,) = mistakes_in(tmp_path / "luigi.cfg")
    assert "line 2: source = https://" in mistake
    assert "hush" not in mistake


def test_all_mistakes_are_named_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("luigi.cfg").write_text("[data]\nroot = 'a'\n[small]\nheight = 5%\n", encoding="utf-8")
    Path("other.cfg").write_text("[training]\nseed = 1 # one\n", encoding="utf-8")
    monkeypatch.setenv("LUIGI_CONFIG_PATH", "other.cfg")
    with pytest.raises(UserError) as raised:
        check_settings_files()
    assert [line.partition(": ")[0] for line in str(raised.value).splitlines()] == [
        "luigi.cfg, line 2",
        "luigi.cfg, line 4",
        "other.cfg, line 2",
    ]


def test_what_is_right_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert mistakes_in(ROOT / "luigi.cfg") == []
    monkeypatch.chdir(tmp_path)
    check_settings_files()  # without any file
    monkeypatch.setenv("PLACE", "/here")
    (tmp_path / "album # 3").mkdir()
    (tmp_path / "luigi.cfg").write_text(
        "; a comment\n[originals]\n# another\nsource = album # 3\nsha256 =\n"
        "person_labels = #ff0000, #00FF7f\n[data]\nroot = ${PLACE}/a#b\n"
        "cache = 100%%/%(root)s\n[더]\n자료 = 김's \"photos\n",
        encoding="utf-8",
    )
    check_settings_files()


def test_what_stands_behind_a_byte_order_mark_is_looked_at_too(tmp_path: Path) -> None:
    path = tmp_path / "luigi.cfg"
    path.write_bytes(b"\xef\xbb\xbf[training]\nepochs = '5'\n")
    mark, quotes = mistakes_in(path)
    assert mark.startswith(f"{path}, line 1: begins with a byte-order mark")
    assert quotes.startswith(f"{path}, line 2: epochs = '5': quotes")


@given(st.binary(max_size=200) | st.text(alphabet="[]=:#;%${}'\" \n\tab", max_size=80).map(str.encode))
def test_any_file_has_an_answer(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.cfg"
    path.write_bytes(content)
    assert all(message.startswith(f"{path}, line ") for message in mistakes_in(path))


@pytest.mark.runs
@pytest.mark.parametrize(
    ("content", "command"),
    [
        (b"\xef\xbb\xbf[training]\n", (str(Path(sys.executable).with_name("luigi")),)),
        ("# 자료\n".encode("cp949"), (str(Path(sys.executable).with_name("luigi")),)),
        (b"[training]\nseed = '1'\n", (str(Path(sys.executable).with_name("luigi")),)),
        (b"[training]\nseed = '1'\n", (sys.executable, "-m", "luigi")),
    ],
)
def test_the_command_says_what_is_wrong(tmp_path: Path, content: bytes, command: tuple[str, ...]) -> None:
    (tmp_path / "luigi.cfg").write_bytes(content)
    run = subprocess.run(
        [*command, "--module", "pipeline", "Status"],
        cwd=tmp_path,
        env=environment(ROOT),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 40
    (line,) = run.stderr.splitlines()
    assert line.startswith("luigi.cfg, line ")
