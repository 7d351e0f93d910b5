"""The project's commands, the same on every system: `python make.py` lists them.

The Makefile hands its targets to this file. It needs nothing but Python. One that is too old for the libraries can
read it too, so that it can say so.
"""

from __future__ import annotations

import itertools
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).absolute().parent
ENVIRONMENT = ROOT / ".venv"
INSTALLED = ENVIRONMENT / "installed"
"""An empty file that says that the environment is complete."""
LOCK = ROOT / "requirements.lock"
PROJECT = ROOT / "pyproject.toml"
HEADER = "# What make.py install sets up on every system, with Python 3.11 to 3.13; made by make.py lock."
UV = (
    "pip compile --quiet --upgrade --universal --python-version 3.11 --fork-strategy fewest "
    "--extra dev --extra s3 --extra dask --no-header --no-annotate"
)


def program(name: str, environment: Path = ENVIRONMENT, system: str = os.name) -> Path:
    """Return the file of a program in an environment."""
    return environment / "Scripts" / f"{name}.exe" if system == "nt" else environment / "bin" / name


def check_python(version: tuple[int, int] = sys.version_info[:2], system: str = os.name) -> None:
    """Exit with a message if the libraries do not support this version of Python."""
    if not (3, 11) <= version < (3, 14):
        other = (
            "py -3.12 make.py ..." if system == "nt" else "python3.12 make.py ..., or make PYTHON=python3.12 ..."
        )
        sys.exit(f"Python 3.11 to 3.13 is needed, this is {version[0]}.{version[1]}; give another: {other}")


def is_fresh() -> bool:
    """Return whether the environment is complete, and no older than the files that say what is in it."""
    made_from = max(path.stat().st_mtime_ns for path in (LOCK, PROJECT))
    return INSTALLED.exists() and INSTALLED.stat().st_mtime_ns >= made_from


def run(*arguments: str | Path, variables: Mapping[str, str] | None = None) -> None:
    """Run a program in the project's folder, and exit with its code if it fails."""
    interrupted = False
    try:
        process = subprocess.Popen(list(map(str, arguments)), cwd=ROOT, env={**os.environ, **(variables or {})})
    except OSError as error:
        sys.exit(f"{arguments[0]} does not start ({error.strerror}). Remove the environment: make.py clean")
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    while process.returncode is None:
        try:
            process.wait()
        except KeyboardInterrupt:
            interrupted = True  # The program gets Ctrl-C as well: it tidies up, and says what there is to say.
    code = 130 if interrupted else process.returncode
    if code:
        sys.exit(code if code > 0 else 128 - code)


def run_line(line: str) -> None:
    """Run a program of the environment, as a shell would: variables, then the program, then its arguments."""
    words = shlex.split(line)
    variables = dict(word.split("=") for word in itertools.takewhile(lambda word: "=" in word, words))
    name, *arguments = words[len(variables) :]
    print(line.replace(name, str(program(name).relative_to(ROOT)), 1), flush=True)
    run(program(name), *arguments, variables=variables)


def show_commands() -> None:
    """Print what each command is for."""
    for name, (purpose, _) in COMMANDS.items():
        print(f"  make.py {name:<11} {purpose}")


def install() -> None:
    """Set up the environment, unless it is fresh."""
    if is_fresh():
        return
    check_python()
    print("Installing the libraries into .venv, once: 2 minutes on two cores, more on a slow connection.", end=" ")
    print("It takes 3 GB.", flush=True)
    if not program("pip").exists():  # Windows cannot write the environment's Python again while it runs.
        run(sys.executable, "-m", "venv", ENVIRONMENT)
    pip = (program("python"), "-m", "pip", "install", "--quiet")
    run(*pip, "-r", LOCK.name)
    run(*pip, "--no-deps", "--editable", ".")
    INSTALLED.touch()
    print("Installed.", flush=True)


def lock() -> None:
    """Write requirements.lock, which names for each system and version of Python what it needs."""
    check_python()
    with tempfile.TemporaryDirectory() as folder:
        pins = Path(folder, "pins")
        run(sys.executable, "-m", "venv", folder)
        run(program("python", Path(folder)), "-m", "pip", "install", "--quiet", "uv")
        run(program("uv", Path(folder)), *UV.split(), "--output-file", pins, PROJECT.name)
        LOCK.write_text(f"{HEADER}\n{pins.read_text(encoding='utf-8')}", encoding="utf-8", newline="\n")


def clean() -> None:
    """Remove the environment and what tools keep, or exit with a message that names what cannot be removed."""
    if ENVIRONMENT.exists() and ENVIRONMENT.samefile(sys.prefix):
        sys.exit("make.py runs in the Python of .venv, which clean removes: deactivate, or give another Python")
    for pattern in (".venv", ".mypy_cache", ".ruff_cache", ".pytest_cache", "*.egg-info"):
        for path in ROOT.glob(pattern):
            try:
                path.unlink() if path.is_symlink() else shutil.rmtree(path)
            except OSError as error:
                sys.exit(f"{path}: cannot be removed ({error}); close the programs that use it")


CHECK = (install, "ruff format --check .", "ruff check .", "mypy")
PYTEST = "python -m pytest --numprocesses 2"
COMMANDS: dict[str, tuple[str, tuple[Callable[[], None] | str, ...]]] = {
    "help": ("list these commands", (show_commands,)),
    "install": ("set up the environment in .venv", (install,)),
    "evaluate": (
        "run the whole pipeline, to data/report/index.html",
        (install, "luigi --module pipeline EvaluateAll"),
    ),
    "test-fast": (
        "run the tests that build no network and start no command",
        (install, f"{PYTEST} -m 'not runs and not slow'"),
    ),
    "test": ("check style and types, and run all tests but the slow ones", (*CHECK, f"{PYTEST} -m 'not slow'")),
    "test-all": (
        "check style and types, and run all tests; CI does this",
        (*CHECK, f"FUZZ_EXAMPLES=500 {PYTEST}"),
    ),
    "attack": (
        "attack the pipeline, as docs/security.md describes; takes an hour or two",
        (install, "python -m tests.attack"),
    ),
    "check": ("check style and types", CHECK),
    "format": ("format the code", (install, "ruff format .", "ruff check --fix .")),
    "lock": ("pin the newest versions that pyproject.toml allows", (lock,)),
    "clean": ("remove the environment and the caches of tools; data/ stays", (clean,)),
}
"""What each command is for, and its steps: functions, and programs of the environment."""


def main(names: Sequence[str]) -> None:
    """Run the steps of these commands, each once; exit with the code of the first that fails."""
    for name in names:
        if name not in COMMANDS:
            sys.exit(f"make.py has no command {name}; without one it lists those that it has")
    for step in dict.fromkeys(step for name in names or ["help"] for step in COMMANDS[name][1]):
        if isinstance(step, str):
            run_line(step)
        else:
            step()


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
