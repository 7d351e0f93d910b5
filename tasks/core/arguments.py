"""Finds mistakes on the command line that Luigi would not name, before it reads it."""

from collections.abc import Sequence
from itertools import pairwise, takewhile
from urllib.parse import urlsplit

from tasks.core.address import STORES, WEB, Address, parse_address
from tasks.core.errors import UserError

SEEN = "the address has a password or a token in it, which others can read in this machine's list of processes."
WITH_PATTERNS = ("--photos", "--originals-photos", "--originals-mattes")
"""The options that take a pattern of files."""


def check_patterns(arguments: Sequence[str]) -> None:
    """Raise `UserError` if the shell left quotes around a pattern, or replaced it by the files that it matches."""
    for option in WITH_PATTERNS:
        behind = arguments[arguments.index(option) + 1 :] if option in arguments else ()
        values = list(takewhile(lambda argument: not argument.startswith("--"), behind))
        if any(len(value) > 1 and value[0] == value[-1] == "'" for value in values):
            raise UserError(
                f"{option} {values[0]}: its quotes are part of it, as cmd on Windows leaves single ones there; "
                f'use double quotes: {option} "photos/*.jpg"'
            )
        if len(values) > 1:
            raise UserError(
                f"{option} takes one path or pattern, and there are {len(values)}; put the pattern in quotes: "
                f'{option} "photos/*.jpg"'
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
