"""Runs a program where the system's encoding is not UTF-8, as on Windows: `python legacy.py ENCODING PROGRAM`.

What `open` takes where no encoding is given is decided in C, by the system's languages, of which a machine may
have none but those in UTF-8. So `open` gets the encoding here. The program is `command`, which is the project's,
or the name of a module.
"""

import builtins
import io
import locale
import runpy
import sys
from typing import Any


def pretend(encoding: str) -> None:
    """Let files be opened as text in this encoding where the code does not say which."""
    real = io.open

    def opened(
        file: Any, mode: str = "r", buffering: int = -1, given: str | None = None, *more: Any, **named: Any
    ) -> Any:
        text = named.pop("encoding", given)
        text = encoding if "b" not in mode and text in (None, "locale") else text
        return real(file, mode, buffering, text, *more, **named)

    for module in (io, builtins):
        setattr(module, "open", opened)  # noqa: B010 (mypy knows it by its overloads)
    locale.getencoding = lambda: encoding


if __name__ == "__main__":
    pretend(sys.argv[1])
    del sys.argv[:2]
    if sys.argv[0] == "command":
        sys.argv[0] = "luigi"
        from tasks.core.command import main

        main()
    else:
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
