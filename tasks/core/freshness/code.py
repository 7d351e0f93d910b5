"""Digests the code that computes an output, and nothing else.

The code of a stage is the module of its task, the modules that the stage names, and all that these import from
this project, except the machinery in `tasks/core`, which computes nothing of an output. Comments, docstrings and
formatting are left out, and so is text for people: arguments of errors, of `say` and of `words`, descriptions of
settings.
"""

import ast
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tasks.core.freshness.digest import file_sha256, text_sha256

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = "tasks"
MACHINERY = "tasks.core"

CodeDigests = dict[str, dict[str, str]]
"""For each file of the code, by its path: the digests of its `bytes` and of its `meaning`."""


@dataclass(frozen=True)
class Code:
    """The code of a stage: the module of its task, and `parts`, which compute.

    Modules are dotted names; other files, such as templates, are paths from the project's root: every byte of them
    matters.
    """

    task: str
    parts: tuple[str, ...] = ()

    def digests(self) -> CodeDigests:
        """Digest the module of the task by itself, the other modules with all they import, and other files."""
        modules = [part for part in self.parts if "/" not in part]
        digests = {_path(module): _module_digests(_file(module)) for module in {self.task, *_closure(modules)}}
        for file in (part for part in self.parts if "/" in part):
            digests[file] = {"bytes": file_sha256(ROOT / file), "meaning": _content_digest(ROOT / file)}
        return dict(sorted(digests.items()))


def changed_code(recorded: CodeDigests, code: Code) -> list[str]:
    """Name the files of the code that mean something else than when they were recorded."""
    # Parsing takes time, so the code is digested only when the bytes of some file changed.
    if recorded and all(_same_bytes(path, digests["bytes"]) for path, digests in recorded.items()):
        return []
    current = code.digests()
    return [
        path
        for path in sorted(recorded.keys() | current.keys())
        if recorded.get(path, {}).get("meaning") != current.get(path, {}).get("meaning")
    ]


def meanings(digests: CodeDigests) -> dict[str, str]:
    """Return only the digest of the meaning of each file."""
    return {path: digest["meaning"] for path, digest in digests.items()}


def _same_bytes(path: str, digest: str) -> bool:
    file = ROOT / path
    return file.is_file() and file_sha256(file) == digest


def _closure(modules: Iterable[str]) -> set[str]:
    found: set[str] = set()
    waiting = list(modules)
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting.extend(_imports(_file(module).read_text(encoding="utf-8")))
    return found


@lru_cache(maxsize=1024)
def _imports(source: str) -> list[str]:
    names: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [f"{node.module}.{alias.name}" for alias in node.names] + [node.module]
    return [
        name for name in names if name.split(".")[0] == PACKAGE and not _is_machinery(name) and _is_module(name)
    ]


def _is_machinery(name: str) -> bool:
    return f"{name}.".startswith(f"{MACHINERY}.")


@lru_cache
def _is_module(name: str) -> bool:
    path = ROOT / name.replace(".", "/")
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def _file(module: str) -> Path:
    path = ROOT / module.replace(".", "/")
    return path.with_suffix(".py") if path.with_suffix(".py").is_file() else path / "__init__.py"


def _path(module: str) -> str:
    return _file(module).relative_to(ROOT).as_posix()


def _module_digests(file: Path) -> dict[str, str]:
    return {"bytes": file_sha256(file), "meaning": _meaning(file.read_text(encoding="utf-8"))}


def _content_digest(file: Path) -> str:
    """Digest a file that is no module; how the lines of a text end does not count, as checkouts change it."""
    content = file.read_bytes()
    if b"\0" not in content:  # as Git tells texts from other files
        content = content.replace(b"\r\n", b"\n")
    return hashlib.sha256(content).hexdigest()


@lru_cache(maxsize=1024)
def _meaning(source: str) -> str:
    # unparse() rather than dump(): what dump() prints differs between versions of Python.
    return text_sha256(ast.unparse(_WhatComputes().visit(ast.parse(source))))


class _WhatComputes(ast.NodeTransformer):
    """Leaves out what never reaches an output: docstrings, and text for people."""

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        if isinstance(node.exc, ast.Call):
            node.exc = node.exc.func
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if isinstance(node.func, ast.Attribute) and node.func.attr.endswith("Parameter"):
            node.keywords = [keyword for keyword in node.keywords if keyword.arg != "description"]
        if _is_call_of(node, "words"):
            node.args, node.keywords = [], []
        return self.generic_visit(node)

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        for block in ("body", "orelse", "finalbody"):
            statements = getattr(node, block, None)
            if isinstance(statements, list):
                computing = [statement for statement in statements if not _is_only_text(statement)]
                setattr(node, block, computing or ([ast.Pass()] if block == "body" else []))
        return node


def _is_only_text(statement: ast.stmt) -> bool:
    """Return whether a statement is a docstring or a call of `say`."""
    if not isinstance(statement, ast.Expr):
        return False
    value = statement.value
    return _is_call_of(value, "say") or (isinstance(value, ast.Constant) and isinstance(value.value, str))


def _is_call_of(node: ast.expr, function: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function
