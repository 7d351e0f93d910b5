"""What the console shows of Luigi's own log: its summary, warnings, and one line for a user's mistake."""

import logging
import os
import re
import sys
import warnings
from io import TextIOWrapper
from pathlib import Path, PurePath
from typing import TextIO

from luigi.parameter import ParameterException, UnconsumedParameterWarning
from luigi.task_register import TaskClassException
from luigi.worker import TaskException

from tasks.core.address import without_secrets
from tasks.core.command import stop_for_mistakes
from tasks.core.errors import UserError
from tasks.core.freshness.failure import RESUMES, explain
from tasks.core.freshness.plan import CURRENT_RUN
from tasks.core.names import printable_lines
from tasks.core.progress import say
from tasks.core.stop import is_stopping, stop_tidily

COMMAND_LINE = "Uncaught exception in luigi"
"""Luigi's message for an error before any task has run: nearly always a setting it cannot use."""
SUMMARY = "Luigi Execution Summary"
SUCCEEDED = "This progress looks :)"
"""Luigi's summary when nothing failed and nothing was left undone."""
NOT_RUN = "Will not run "
"""Beginning of Luigi's message for a task that failed to say whether it is done."""
UNKNOWN_SETTING = re.compile(r"the parameter '(?P<name>[^']+)' .* the task '(?P<section>[^']+)'", re.DOTALL)
"""What Luigi says of a setting in luigi.cfg that no class has."""
NOT_COMPLETE = ("Unfulfilled ", "Task finished running, but")
"""How Luigi's errors begin where files change between two looks at them."""
MISTAKE = f"{UserError.__module__}.{UserError.__name__}: "
CLIENTS = ("fsspec", "gcsfs", "s3fs", "urllib3")
"""Libraries that log what they raise as well, with addresses as they are."""
PYTHONS_WARNING = warnings.showwarning
"""What Python does with a warning."""


class _ForPeople(logging.Filter):
    """Drops Luigi's chatter, and the traceback of a mistake that one sentence explains.

    Luigi's summary stays where something failed or was left to another worker; other runs end with their results.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if is_stopping():
            return False
        if SUMMARY in record.getMessage():
            record.msg, record.args = _for_people(record.getMessage()), ()
            return self._end(record.msg)
        error = record.exc_info[1] if record.exc_info else None
        error = _explained(error, record) or error
        mistakes = (UserError, ParameterException, TaskClassException)
        if isinstance(error, mistakes) or (isinstance(error, ValueError) and record.msg == COMMAND_LINE):
            record.msg, record.args = "%s", (_with_causes(error),)
            record.exc_info = record.exc_text = None
        if record.msg.startswith(NOT_RUN) and MISTAKE in record.msg:  # their text holds the traceback
            record.msg, record.args = "%s", (record.msg.rpartition(MISTAKE)[2].strip(),)
        if record.exc_info:
            record.exc_text = _for_people(logging.Formatter().formatException(record.exc_info))
        record.msg, record.args = _for_people(record.getMessage()), ()
        return record.levelno >= logging.WARNING

    def _end(self, summary: str) -> bool:
        try:
            lines = CURRENT_RUN.end()
        except (UserError, OSError, ValueError, KeyError):  # the results are there, but cannot be read
            lines = None
        if lines is None or SUCCEEDED not in summary:
            return True
        for line in lines:
            say(line)
        return False


def _explained(error: BaseException | None, record: logging.LogRecord) -> UserError | None:
    """Return the sentence for an error whose own text says nothing to users; None for others."""
    if isinstance(error, OSError) and record.msg == COMMAND_LINE:
        return UserError(explain(error, "luigi"))
    if isinstance(error, RuntimeError | TaskException) and str(error).startswith(NOT_COMPLETE):
        task = record.args[-1] if isinstance(record.args, tuple) and record.args else "luigi"
        return UserError(
            f"{getattr(task, 'title', task)}: its files, or those that it needs, were changed or removed, or "
            f"cannot be read. {RESUMES}"
        )
    return None


def _for_people(text: str) -> str:
    return printable_lines(without_secrets(text))


def _with_causes(error: BaseException) -> str:
    texts: list[str] = []
    current: BaseException | None = error
    while current is not None:
        text = str(current).replace("[args=(), kwargs={}]", "")
        if not texts or text not in texts[-1]:
            texts.append(text)
        current = current.__cause__
    return ": ".join(texts)


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    unknown = UNKNOWN_SETTING.search(str(message)) if category is UnconsumedParameterWarning else None
    if unknown:
        say(f"warning: luigi.cfg: [{unknown['section']}] has no setting {unknown['name']}; remove it")
    else:
        PYTHONS_WARNING(message, category, filename, lineno, file, line)


def is_command(program: PurePath) -> bool:
    """Return whether a program is the luigi command, or what `python -m luigi` starts."""
    return program.stem.lower() == "luigi" or program.parts[-2:] == ("luigi", "__main__.py")


def quiet_console() -> None:
    """Make the command line speak to people: no chatter, no traceback for a user's mistake."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow would report on the hardware it looks for,
    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # and on functions it traces for each new network
    if is_command(Path(sys.argv[0])):
        stop_for_mistakes()
        CURRENT_RUN.is_command = True
        warnings.showwarning = _show_warning
        stop_tidily()
    for client in CLIENTS:
        logging.getLogger(client).setLevel(logging.CRITICAL)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # for names in no encoding, or in another one
    logger = logging.getLogger("luigi-interface")
    if not any(isinstance(known, _ForPeople) for known in logger.filters):
        logger.addFilter(_ForPeople())
