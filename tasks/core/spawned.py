"""Tasks in Luigi's worker processes, where a process does not start as a copy of its parent (Windows, macOS).

There, a worker has not read the command line, and would work with the settings of luigi.cfg alone.
"""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from luigi.cmdline_parser import CmdlineParser
from luigi.interface import core
from luigi.setup_logging import InterfaceLogging

from tasks.core.console import is_command
from tasks.core.freshness.plan import CURRENT_RUN

_AS_LONG_AS_IT_LIVES = ExitStack()


class Sendable:
    """Part of all tasks: a worker process that is sent one reads the command line first, as its parent did."""

    def __getstate__(self) -> dict[str, Any]:
        """Return what a worker is sent: the task, and the plan, in which all tick off what they begin."""
        return {**vars(self), "plan": CURRENT_RUN.plan}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take what a worker is sent."""
        follow_command_line()
        CURRENT_RUN.join(state.pop("plan"))
        vars(self).update(state)


def follow_command_line() -> None:
    """Read the command line of the luigi command that started this process, unless it has been read here."""
    if is_command(Path(sys.argv[0])) and not CmdlineParser.get_instance():
        _AS_LONG_AS_IT_LIVES.enter_context(
            CmdlineParser.global_instance(sys.argv[1:])
        )  # imports the pipeline, too
        InterfaceLogging.setup(core())
