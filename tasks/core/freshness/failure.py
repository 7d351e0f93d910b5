"""What a failure of the file system means to the user."""

import errno

GOES_ON = "What is finished stays; the same command goes on from there."

_ADVICE = {
    errno.ENOSPC: "The disk is full: make room",
    errno.EDQUOT: "Your share of the disk is full: make room",
    errno.EFBIG: "The system limits the size of files to less than is needed: raise the limit (ulimit -f)",
    errno.EROFS: "The folder can only be read: choose another with --data-root",
    errno.EACCES: "You may not do this here: change the permissions, or choose another folder with --data-root",
    errno.EPERM: "You may not do this here: change the permissions, or choose another folder with --data-root",
    errno.ENOENT: "It was removed while it was needed",
}


def explain(error: OSError, title: str) -> str:
    """Return one message for an operating system error in a stage: what happened, where, and what to do."""
    where = f" ({error.filename})" if error.filename else ""
    what = _ADVICE.get(error.errno or 0)
    said = error.strerror or str(error)
    return f"{title}: {said}{where}. {what + '. ' if what else ''}{GOES_ON}"
