"""The setting `originals.person_labels`."""

import re

from tasks.core.errors import UserError

SOFT = "soft"
"""What it says if the values are the matte itself."""


def parse_labels(text: str) -> tuple[int, ...]:
    """Return the labels in a text such as "15", "1-18", "1,2,5" or "#ff0000,#00ff00".

    Raises `UserError` for any other text.
    """
    labels: list[int] = []
    for part in text.replace(" ", "").split(","):
        if re.fullmatch(r"#[0-9a-fA-F]{6}", part):
            labels.append(int(part[1:], 16))
        elif (found := re.fullmatch(r"(\d{1,5})(?:-(\d{1,5}))?", part)) and "#" not in text:
            labels += range(int(found[1]), int(found[2] or found[1]) + 1)
        else:
            labels = []
            break
    if not labels:
        raise UserError(
            f"originals.person_labels: {text!r} is not understood; give labels (15 or 1-18 or 1,2,5), colours "
            f"('#ff0000,#00ff00'), or {SOFT} if the values are the matte itself."
        )
    return tuple(sorted(set(labels)))
