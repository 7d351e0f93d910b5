"""What a failure of the file system means to the user."""

import errno

from tasks.core.machine import ON_WINDOWS

RESUMES = "Finished work is kept: run the same command again to resume."

LONGEST_PATH = 247
"""How many characters the path of a folder may have on Windows, unless it is set otherwise; of a file 259."""
_ADVICE = {
    errno.ENOSPC: "The disk is full: make room",
    errno.EDQUOT: "Your share of the disk is full: make room",
    errno.EFBIG: "The system limits the size of files to less than is needed: raise the limit (ulimit -f)",
    errno.EROFS: "The folder is read-only: choose another with --data-root",
    errno.EACCES: "You have no permission here: change it, or choose another folder with --data-root",
    errno.EPERM: "You have no permission here: change it, or choose another folder with --data-root",
    errno.ENOENT: "It was removed while it was needed",
    errno.ENOTDIR: "There is a file where a folder is needed: move it away, or choose another with --data-root",
    errno.EEXIST: "There is a file where a folder is needed: move it away, or choose another with --data-root",
    errno.EISDIR: "There is a folder where a file is needed: move it away, or choose another with --data-root",
    errno.ENAMETOOLONG: "The system does not allow such a long name: choose another folder with --data-root",
    errno.ELOOP: "Its links lead in a circle: remove one, or choose another folder with --data-root",
    errno.EIO: "The disk failed: if it does so again, choose a folder on another with --data-root",
}
_OPEN_ELSEWHERE = "Another program, such as a spreadsheet, has a file here open: close it"
_ADVICE_ON_WINDOWS = {
    5: f"{_OPEN_ELSEWHERE}. Or you have no permission here: choose another folder with --data-root",
    32: _OPEN_ELSEWHERE,
    33: _OPEN_ELSEWHERE,
}
"""By Windows' own numbers, which tell more than `errno`."""


def explain(error: OSError, title: str) -> str:
    """Return one message for an operating system error in a stage: what happened, where, and what to do."""
    where = f" ({error.filename})" if error.filename else ""
    what = _ADVICE_ON_WINDOWS.get(getattr(error, "winerror", None) or 0) or _ADVICE.get(error.errno or 0)
    said = error.strerror or str(error)
    # Of too long a path, Windows says that it is not there.
    length = max(len(str(name)) for name in (error.filename, error.filename2))
    if ON_WINDOWS and isinstance(error, FileNotFoundError) and length > LONGEST_PATH:
        said = f"the path has {length} characters, which is too long"
        what = "Choose a shorter folder with --data-root, or turn long paths on in Windows (LongPathsEnabled)"
    return f"{title}: {said}{where}. {what + '. ' if what else ''}{RESUMES}"
