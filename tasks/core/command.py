"""The `luigi` command of this project's environment: Luigi's own, once luigi.cfg was found readable.

Luigi reads the file while it is imported, and shows a traceback where it cannot.
"""

import sys
from collections.abc import Sequence
from itertools import takewhile

from tasks.core.stop import STOPPED, Stop, is_stopping, stop_at_once

UNREADABLE = 40
"""Exit code for these mistakes: [retcode] unhandled_exception, which cannot always be read then."""
WITH_PATTERNS = ("--photos", "--originals-photos", "--originals-mattes")
"""The options that take a pattern of files."""


def main() -> None:
    """Run Luigi with the command line's arguments."""
    stop_at_once()  # before anything else is imported, so that Ctrl-C never shows where it was
    stop_for_mistakes()
    from luigi.cmdline import luigi_run

    try:
        luigi_run(sys.argv[1:])
    finally:
        stop_at_once()
        if is_stopping():
            raise Stop(STOPPED)


def stop_for_mistakes() -> None:
    """Exit with a message that says what is wrong in luigi.cfg or in a pattern for photos, if anything is."""
    from tasks.core.errors import UserError
    from tasks.core.settings_file import check_settings_files

    try:
        check_settings_files()
        check_patterns(sys.argv)
    except UserError as error:
        print(error, file=sys.stderr)
        sys.exit(UNREADABLE)


def check_patterns(arguments: Sequence[str]) -> None:
    """Raise `UserError` if the shell replaced a pattern behind an option by all the files that it matches."""
    from tasks.core.errors import UserError

    for option in WITH_PATTERNS:
        behind = arguments[arguments.index(option) + 1 :] if option in arguments else ()
        values = list(takewhile(lambda argument: not argument.startswith("--"), behind))
        if len(values) > 1:
            raise UserError(
                f"{option} takes one path or pattern, and there are {len(values)}; put the pattern in quotes: "
                f"{option} 'photos/*.jpg'"
            )
