"""The commands of make.py and the Makefile, in a small project of its own whose folder has an awkward name."""

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
import venv
from pathlib import Path
from types import ModuleType

import pytest

import make
from tests.world import ROOT

needs_make = pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")
posix_alone = pytest.mark.skipif(os.name == "nt", reason="Windows has no signals")
Calls = list[tuple[str, ...]]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project without libraries, whose environment is fresh and has a Python."""
    folder = tmp_path / "내 과제 1"
    folder.mkdir()
    for name in ("make.py", "Makefile"):
        shutil.copy(ROOT / name, folder)
    for name in ("requirements.lock", "pyproject.toml"):
        (folder / name).touch()
        os.utime(folder / name, (1000, 1000))
    venv.create(folder / ".venv", with_pip=False, symlinks=os.name != "nt")
    (folder / ".venv" / "installed").touch()
    return folder


@pytest.fixture
def commands(project: Path) -> ModuleType:
    """make.py of this project, as a module."""
    specification = importlib.util.spec_from_file_location("make_here", project / "make.py")
    assert specification
    assert specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture
def calls(commands: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Calls:
    """The programs that make.py would start, none of which is started."""
    found: Calls = []

    def run(*arguments: str | Path, variables: dict[str, str] | None = None) -> None:
        settings = [f"{name}={value}" for name, value in (variables or {}).items()]
        program, *others = arguments
        found.append((*settings, Path(program).stem, *(str(each) for each in others)))

    monkeypatch.setattr(commands, "run", run)
    return found


def start(project: Path, *names: str, python: str | Path = sys.executable) -> subprocess.CompletedProcess[str]:
    """Run make.py from another folder, with the console of a Korean Windows."""
    return subprocess.run(
        [python, project / "make.py", *names],
        cwd=project.parent,
        env={**os.environ, "PYTHONIOENCODING": "cp949"},
        capture_output=True,
        encoding="cp949",
        check=False,
    )


def test_the_makefile_has_every_command_and_no_rule_but_one() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    names = re.search(r"^COMMANDS := (.*)$", text, re.MULTILINE)
    assert names
    assert names[1].split() == list(make.COMMANDS)
    assert re.findall(r"^\t(.*)$", text, re.MULTILINE) == ['@"$(PYTHON)" make.py $@']


@needs_make
@pytest.mark.runs
def test_make_alone_lists_the_commands_and_takes_another_python(project: Path) -> None:
    listed = subprocess.check_output(
        ["make", "--no-print-directory", f"PYTHON={sys.executable}"], cwd=project, encoding="utf-8"
    )
    assert listed == start(project).stdout
    dry = subprocess.check_output(
        ["make", "--no-print-directory", "-n", "PYTHON=python3.12", "install", "test"],
        cwd=project,
        encoding="utf-8",
    )
    assert dry.splitlines() == ['"python3.12" make.py install', '"python3.12" make.py test']


def test_the_commands_are_listed_with_what_they_are_for(
    commands: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    commands.main([])
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines] == list(make.COMMANDS)
    assert "  make.py check       check style and types" in lines


def test_programs_are_where_each_system_has_them() -> None:
    environment = Path(".venv")
    assert make.program("luigi", environment, "posix") == environment / "bin" / "luigi"
    assert make.program("luigi", environment, "nt") == environment / "Scripts" / "luigi.exe"
    assert make.program("python", Path(sys.prefix)).exists()


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13)])
def test_supported_versions_of_python_are_taken(version: tuple[int, int]) -> None:
    make.check_python(version)


@pytest.mark.parametrize(
    ("version", "system", "advice"), [((3, 9), "posix", "make PYTHON="), ((3, 14), "nt", "py -3")]
)
def test_other_versions_are_refused_with_a_way_to_give_another(
    version: tuple[int, int], system: str, advice: str
) -> None:
    with pytest.raises(SystemExit, match=rf"3\.11 to 3\.13 is needed, this is 3\.{version[1]}; .*{advice}"):
        make.check_python(version, system)


def test_a_fresh_environment_is_left_as_it_is(commands: ModuleType, calls: Calls) -> None:
    commands.main(["install"])
    assert calls == []


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_an_environment_older_than_what_it_is_made_from_is_brought_up_to_date(
    commands: ModuleType, calls: Calls, project: Path, name: str
) -> None:
    later = time.time_ns() + 10**10
    os.utime(project / name, ns=(later, later))
    assert not commands.is_fresh()
    commands.main(["install"])
    assert ("python", "-m", "pip", "install", "--quiet", "-r", "requirements.lock") in calls
    os.utime(project / name, (1000, 1000))
    assert commands.is_fresh()


def test_the_environment_is_made_once(commands: ModuleType, calls: Calls, project: Path) -> None:
    for pip in ("no", "yes"):
        (project / ".venv" / "installed").unlink()
        if pip == "yes":
            commands.program("pip").touch()
        commands.main(["install"])
    made = [call[1:3] for call in calls]
    assert made == [("-m", "venv"), *[("-m", "pip")] * 4]


def test_an_environment_whose_installation_failed_is_not_fresh(
    commands: ModuleType, monkeypatch: pytest.MonkeyPatch, project: Path
) -> None:
    def fail(*_: str | Path) -> None:
        sys.exit(1)

    monkeypatch.setattr(commands, "run", fail)
    (project / ".venv" / "installed").unlink()
    with pytest.raises(SystemExit):
        commands.main(["install"])
    assert not commands.is_fresh()


def test_several_commands_run_each_step_once_and_in_order(commands: ModuleType, calls: Calls) -> None:
    commands.main(["install", "check", "test-all", "evaluate"])
    assert [call[:2] for call in calls] == [
        ("ruff", "format"),
        ("ruff", "check"),
        ("mypy",),
        ("FUZZ_EXAMPLES=500", "python"),
        ("luigi", "--module"),
    ]


def test_tests_are_chosen_by_one_argument(commands: ModuleType, calls: Calls) -> None:
    commands.main(["test-fast"])
    assert calls == [("python", "-m", "pytest", "--numprocesses", "2", "-m", "not runs and not slow")]


def test_an_unknown_command_stops_before_anything_runs(commands: ModuleType, calls: Calls) -> None:
    with pytest.raises(SystemExit, match="no command tset"):
        commands.main(["check", "tset"])
    assert calls == []


@pytest.mark.runs
def test_the_exit_code_of_a_failed_step_is_that_of_the_command(project: Path) -> None:
    (project / "pytest.py").write_text(
        "import os, sys; print(os.getcwd() == sys.argv[0][:-10]); sys.exit(7)", encoding="utf-8"
    )
    run = start(project, "test-fast", "evaluate")
    assert run.returncode == 7
    assert run.stdout.splitlines()[-1] == "True"
    assert "python -m pytest --numprocesses 2" in run.stdout
    assert run.stderr == ""


@posix_alone
@pytest.mark.runs
def test_a_killed_step_has_the_exit_code_that_shells_give(project: Path) -> None:
    (project / "pytest.py").write_text("import os; os.kill(os.getpid(), 9)", encoding="utf-8")
    assert start(project, "test-fast").returncode == 128 + signal.SIGKILL


@posix_alone
@pytest.mark.runs
@pytest.mark.parametrize("whom", ["Ctrl-C to all", "kill of make.py"])
def test_a_stopped_step_may_tidy_up_and_leaves_no_traceback(project: Path, whom: str) -> None:
    (project / "pytest.py").write_text(
        "import signal, sys, time\n"
        "def stop(*_):\n    time.sleep(0.6); open('tidied', 'w'); sys.exit(3)\n"
        "signal.signal(signal.SIGINT, stop); signal.signal(signal.SIGTERM, stop)\n"
        "print('started', flush=True)\nwhile True:\n    time.sleep(0.05)\n",
        encoding="utf-8",
    )
    process = subprocess.Popen(
        [sys.executable, project / "make.py", "test-fast"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
        preexec_fn=lambda: signal.signal(
            signal.SIGINT, signal.SIG_DFL
        ),  # a shell's job in the background ignores it
    )
    assert process.stdout
    assert "pytest" in process.stdout.readline()
    assert process.stdout.readline() == "started\n"
    time.sleep(0.3)  # until make.py waits
    if whom == "Ctrl-C to all":
        os.killpg(process.pid, signal.SIGINT)
    else:
        process.terminate()
    assert process.wait(timeout=30) == (130 if whom == "Ctrl-C to all" else 3)
    assert (project / "tidied").exists()
    assert process.communicate() == ("", "")


@pytest.mark.runs
def test_a_missing_program_is_a_sentence(project: Path) -> None:
    run = start(project, "check")
    assert run.returncode == 1
    assert re.fullmatch(
        r".*ruff(\.exe)? does not start \(.*\)\. Remove the environment: make\.py clean\n", run.stderr
    )


@pytest.mark.runs
def test_clean_keeps_the_data_and_the_python_that_runs(project: Path) -> None:
    for name in ("data", ".mypy_cache", "portrait_pipeline.egg-info"):
        (project / name).mkdir()
    own = make.program("python", project / ".venv")
    refused = start(project, "clean", python=own)
    assert refused.returncode == 1
    assert refused.stderr.startswith("make.py runs in the Python of .venv")
    assert own.exists()
    assert start(project, "clean").returncode == 0
    assert {path.name for path in project.iterdir()} == {
        "data", "make.py", "Makefile", "requirements.lock", "pyproject.toml",
    }  # fmt: skip


@posix_alone
def test_clean_removes_a_link_to_an_environment_and_not_what_it_points_to(
    commands: ModuleType, project: Path, tmp_path: Path
) -> None:
    (project / ".venv").rename(tmp_path / "elsewhere")
    (project / ".venv").symlink_to(tmp_path / "elsewhere")
    commands.main(["clean"])
    assert not (project / ".venv").is_symlink()
    assert (tmp_path / "elsewhere" / "installed").exists()


def test_what_cannot_be_removed_is_named(commands: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(13, "Access is denied", str(path / "numpy.pyd"))

    monkeypatch.setattr(commands.shutil, "rmtree", refuse)
    with pytest.raises(SystemExit, match=r"\.venv: cannot be removed .*numpy\.pyd.*; close the programs"):
        commands.main(["clean"])


def test_lock_writes_the_same_bytes_on_every_system(
    commands: ModuleType, monkeypatch: pytest.MonkeyPatch, project: Path
) -> None:
    def run(*arguments: str | Path) -> None:
        if "--output-file" in arguments:
            assert "--universal" in arguments
            Path(arguments[-2]).write_bytes(b"numpy==2.4.6\n")

    monkeypatch.setattr(commands, "run", run)
    commands.main(["lock"])
    assert (project / "requirements.lock").read_bytes() == f"{make.HEADER}\nnumpy==2.4.6\n".encode()


def test_the_lock_pins_what_pyproject_names_and_holds_no_path_or_address() -> None:
    header, *lines = (ROOT / "requirements.lock").read_text(encoding="ascii").splitlines()
    assert header == make.HEADER
    pinned = {line.split("==")[0] for line in lines}
    for line in lines:
        assert re.fullmatch(r"[a-z0-9-]+==[a-z0-9.]+( ; [a-z_]+ [^/@]+)?", line), line
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    extras = project["optional-dependencies"]
    for requirement in (*project["dependencies"], *extras["dev"], *extras["s3"], *extras["dask"]):
        assert re.split(r"[^A-Za-z0-9_.-]", requirement)[0].replace("_", "-").lower() in pinned
    assert [line for line in lines if line.startswith("pywin32==") and line.endswith("; sys_platform == 'win32'")]
