"""The `luigi` command of this project's environment: Luigi's own, once luigi.cfg was found readable.

Luigi reads the file while it is imported, and shows a traceback where it cannot.
"""

import sys

from tasks.core.stop import STOPPED, Stop, is_stopping, stop_at_once

UNREADABLE = 40
"""Exit code for these mistakes: [retcode] unhandled_exception, which cannot always be read then."""


def main() -> None:
    """Run Luigi with the command line's arguments."""
    stop_at_once()  # before anything else is imported, so that Ctrl-C never shows where it was
    stop_for_mistakes()
    from tasks.core.settings_file import read_as_utf8

    with read_as_utf8():
        from luigi.cmdline import luigi_run

    try:
        luigi_run(sys.argv[1:])
    finally:
        stop_at_once()
        if is_stopping():
            raise Stop(STOPPED)


def stop_for_mistakes() -> None:
    """Exit with a message that says what is wrong in luigi.cfg or on the command line, if anything is."""
    from tasks.core.arguments import check_patterns, check_secrets
    from tasks.core.errors import UserError
    from tasks.core.names import printable_lines
    from tasks.core.settings_file import check_settings_files

    try:
        check_settings_files()
        check_patterns(sys.argv)
        check_secrets(sys.argv)
    except UserError as error:
        print(printable_lines(str(error)), file=sys.stderr)
        sys.exit(UNREADABLE)
