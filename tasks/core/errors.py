"""The one error class for what the user can put right, and a way to report several at once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class UserError(Exception):
    """A mistake in a setting or an input. Its text names it, says what is wrong, and what to do.

    The command line prints the text alone, without a traceback.
    """


@contextmanager
def added_to(problems: list[str], shown: Callable[[str], str] = str) -> Iterator[None]:
    """Add the text of a `UserError`, as `shown` makes it, to the problems, and continue after the block."""
    try:
        yield
    except UserError as error:
        problems.append(shown(str(error)))
