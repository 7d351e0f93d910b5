"""The `luigi` command of this project's environment: Luigi's own, once luigi.cfg was found readable.

Luigi reads the file while it is imported, and shows a traceback where it cannot.
"""

import sys
from collections.abc import Sequence
from itertools import pairwise, takewhile
from urllib.parse import urlsplit

from tasks.core.address import STORES, WEB, Address, parse_address
from tasks.core.errors import UserError
from tasks.core.names import printable_lines
from tasks.core.settings_file import check_settings_files

UNREADABLE = 40
"""Exit code for these mistakes: [retcode] unhandled_exception, which cannot always be read then."""
SEEN = "the address has a password or a token in it, which others can read in this machine's list of processes."
WITH_PATTERNS = ("--photos", "--originals-photos", "--originals-mattes")
"""The options that take a pattern of files."""


def main() -> None:
    """Run Luigi with the command line's arguments."""
    stop_for_mistakes()
    from luigi.cmdline import luigi_run

    luigi_run(sys.argv[1:])


def stop_for_mistakes() -> None:
    """Exit with a message that says what is wrong in luigi.cfg or on the command line, if anything is."""
    try:
        check_settings_files()
        check_patterns(sys.argv)
        check_secrets(sys.argv)
    except UserError as error:
        print(printable_lines(str(error)), file=sys.stderr)
        sys.exit(UNREADABLE)


def check_patterns(arguments: Sequence[str]) -> None:
    """Raise `UserError` if the shell replaced a pattern behind an option by all the files that it matches."""
    for option in WITH_PATTERNS:
        behind = arguments[arguments.index(option) + 1 :] if option in arguments else ()
        values = list(takewhile(lambda argument: not argument.startswith("--"), behind))
        if len(values) > 1:
            raise UserError(
                f"{option} takes one path or pattern, and there are {len(values)}; put the pattern in quotes: "
                f"{option} 'photos/*.jpg'"
            )


def check_secrets(arguments: Sequence[str]) -> None:
    """Raise `UserError` if an address on the command line has a password or a token, which others could read."""
    for before, argument in pairwise(["", *arguments]):
        option, is_joined, value = argument.partition("=")
        if not (is_joined and option.startswith("--")):
            option, value = before, argument
        address = parse_address(value)
        if address is None or not (address.has_user or address.has_token):
            continue
        raise UserError(f"{option} {address}: {SEEN} {_another_way(address)}")


def _another_way(address: Address) -> str:
    if address.scheme in STORES:
        return "Stores take credentials from environment variables, such as AWS_PROFILE, or configuration files."
    if address.scheme not in WEB:
        return "Addresses of this kind cannot be used."
    file = "Write the address into luigi.cfg: ${NAME} there stands for an environment variable, %% for %."
    if not address.has_user:
        return file
    host = urlsplit(address.shown).hostname if address.is_valid else "HOST"
    return f"{file} Or give it without them, and put into ~/.netrc: machine {host} login NAME password PASSWORD"
