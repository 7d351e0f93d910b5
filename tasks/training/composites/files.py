"""The files of a renders folder."""

from pathlib import Path

KINDS = {"people": "*.png", "backgrounds": "*.jpg", "things": "*.png"}
"""The subfolders, and the pattern of the pictures in each."""
NEEDED = ("people", "backgrounds")
"""The kinds that no composite can do without."""


def render_files(folder: Path) -> dict[str, list[Path]]:
    """Return the pictures of each kind, sorted by name; an empty list for a kind that is not there."""
    # By name: Windows sorts paths without case, and the order decides what is drawn.
    return {
        kind: sorted((folder / kind).glob(pattern), key=lambda path: path.name) for kind, pattern in KINDS.items()
    }
