"""The one error class for what the user can put right."""


class UserError(Exception):
    """A mistake in a setting or an input. Its text names it, says what is wrong, and what to do.

    The command line prints the text alone, without a traceback.
    """
