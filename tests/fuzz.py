"""Mutations of real files, for the tests that feed them to the readers."""

import os

from hypothesis import strategies as st

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "300"))
"""How many mutated files each fuzz test tries; `make test-all` asks for more."""

Changes = tuple[list[tuple[float, int]], float]

changes = st.tuples(
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=8), st.floats(0.5, 1)
)
"""Which bytes are overwritten (position 0..1, value), and which share of the file is kept."""


def mutated(content: bytes, changed: Changes) -> bytes:
    """Overwrite bytes and cut the end off."""
    values, kept = bytearray(content), changed[1]
    for position, value in changed[0]:
        values[int(position * (len(values) - 1))] = value
    return bytes(values[: max(1, round(kept * len(values)))])
