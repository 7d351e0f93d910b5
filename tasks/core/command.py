"""The `luigi` command of this project's environment: Luigi's own, once luigi.cfg was found readable.

Luigi reads the file while it is imported, and shows a traceback where it cannot.
"""

import sys

from tasks.core.errors import UserError
from tasks.core.settings_file import check_settings_files

UNREADABLE = 40
"""Exit code for a luigi.cfg with mistakes: [retcode] unhandled_exception, which cannot be read then."""


def main() -> None:
    """Run Luigi with the command line's arguments."""
    stop_for_mistakes()
    from luigi.cmdline import luigi_run

    luigi_run(sys.argv[1:])


def stop_for_mistakes() -> None:
    """Exit with a message that says what is wrong in luigi.cfg, if anything is."""
    try:
        check_settings_files()
    except UserError as error:
        print(error, file=sys.stderr)
        sys.exit(UNREADABLE)
