from pathlib import Path

import pytest

from tasks.core.freshness import code
from tasks.core.freshness.code import Code, changed_code, meanings

PLAIN = '"""Doc."""\nfrom tasks.work.helper import two\n\ndef one():\n    """Doc."""\n    return two() + 1\n'
TASK = """import luigi
from tasks.core.progress import say
from tasks.core.words import words
from tasks.work import other

word = luigi.Parameter(default="a", description="a word")

def run(good):
    if not good:
        raise ValueError(f"{word}: is no word")
    else:
        say("well then")
        other.run()
    found = [words(f"{word}: is strange")]
    return dict(description="kept")
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(code, "ROOT", tmp_path)
    code._is_module.cache_clear()
    work = tmp_path / "tasks" / "work"
    work.mkdir(parents=True)
    (tmp_path / "tasks" / "__init__.py").write_text("", encoding="utf-8")
    (work / "__init__.py").write_text("", encoding="utf-8")
    (work / "task.py").write_text(TASK, encoding="utf-8")
    (work / "plain.py").write_text(PLAIN, encoding="utf-8")
    (work / "helper.py").write_text(
        "from tasks.core import errors\n\ndef two():\n    return 2\n", encoding="utf-8"
    )
    (tmp_path / "tasks" / "core").mkdir()
    (tmp_path / "tasks" / "core" / "__init__.py").write_text("", encoding="utf-8")
    (tmp_path / "tasks" / "core" / "errors.py").write_text("x = 1\n", encoding="utf-8")
    (work / "other.py").write_text("x = 1\n", encoding="utf-8")
    (work / "page.html").write_text("<p>", encoding="utf-8")
    return work


CODE = Code("tasks.work.task", ("tasks.work.plain", "tasks/work/page.html"))


def test_covers_the_task_by_itself_and_the_modules_with_what_they_import_except_machinery(project: Path) -> None:
    assert [path for path in CODE.digests() if "__init__" not in path] == [
        "tasks/work/helper.py",
        "tasks/work/page.html",
        "tasks/work/plain.py",
        "tasks/work/task.py",
    ]


@pytest.mark.parametrize(
    "edited",
    [
        PLAIN.replace("Doc.", "Other words."),
        PLAIN + "# a comment\n",
        PLAIN.replace("two() + 1", "(two()\n            + 1)"),
        PLAIN.replace('    """Doc."""\n', ""),
    ],
)
def test_comments_docstrings_and_formatting_do_not_matter(project: Path, edited: str) -> None:
    before = CODE.digests()
    (project / "plain.py").write_text(edited, encoding="utf-8")
    assert changed_code(before, CODE) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("is no word", "is not a word"),
        ('        say("well then")\n', '        say("well", "then")\n        say("again")\n'),
        ('        say("well then")\n', ""),
        ('description="a word"', 'description="another"'),
        ("is strange", "looks strange"),
    ],
)
def test_text_for_people_does_not_matter(project: Path, old: str, new: str) -> None:
    before = CODE.digests()
    assert TASK.count(old) == 1
    (project / "task.py").write_text(TASK.replace(old, new), encoding="utf-8")
    assert changed_code(before, CODE) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ValueError", "KeyError"),
        ('default="a"', 'default="b"'),
        ("other.run()", "other.walk()"),
        ('words(f"{word}: is strange")', "word"),
        ('description="kept"', 'description="changed"'),
        ("not good", "good"),
    ],
)
def test_what_computes_beside_it_matters(project: Path, old: str, new: str) -> None:
    before = CODE.digests()
    assert TASK.count(old) == 1
    (project / "task.py").write_text(TASK.replace(old, new), encoding="utf-8")
    assert changed_code(before, CODE) == ["tasks/work/task.py"]


def test_machinery_does_not_matter(project: Path) -> None:
    before = CODE.digests()
    (project.parent / "core" / "errors.py").write_text("x = 2\n", encoding="utf-8")
    assert changed_code(before, CODE) == []


@pytest.mark.parametrize("file", ["plain.py", "helper.py", "task.py"])
def test_a_line_of_code_matters(project: Path, file: str) -> None:
    before = CODE.digests()
    (project / file).write_text((project / file).read_text(encoding="utf-8") + "y = 2\n", encoding="utf-8")
    assert changed_code(before, CODE) == [f"tasks/work/{file}"]


def test_every_byte_of_a_template_matters(project: Path) -> None:
    before = CODE.digests()
    (project / "page.html").write_text("<p> ", encoding="utf-8")
    assert changed_code(before, CODE) == ["tasks/work/page.html"]


def test_how_lines_end_does_not_matter_as_checkouts_change_it(project: Path) -> None:
    (project / "page.html").write_bytes(b"<p>\n</p>\n")
    before = CODE.digests()
    for file in project.parent.rglob("*.*"):
        file.write_bytes(file.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    after = CODE.digests()
    assert before != after  # the bytes are others
    assert meanings(before) == meanings(after)
    assert changed_code(before, CODE) == []


def test_every_byte_of_a_file_that_is_no_text_matters(project: Path) -> None:
    (project / "page.html").write_bytes(b"\0\n\r\n")
    before = CODE.digests()
    (project / "page.html").write_bytes(b"\0\r\n\n")
    assert changed_code(before, CODE) == ["tasks/work/page.html"]


def test_a_module_that_is_not_used_does_not_matter(project: Path) -> None:
    before = CODE.digests()
    (project / "other.py").write_text("x = 2\n", encoding="utf-8")
    assert changed_code(before, CODE) == []


def test_nothing_is_parsed_while_the_bytes_are_the_same(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = CODE.digests()
    monkeypatch.setattr(Code, "digests", lambda code: pytest.fail("parsed"))
    assert changed_code(before, CODE) == []
