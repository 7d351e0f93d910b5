"""The findings as the console shows them. A module of its own, so that no word of it makes an output stale."""

from pathlib import Path

from tasks.dataset.findings import Findings

LINES_SHOWN = 5
"""How many lines of each kind the console shows; the file and the report have all."""


def findings_lines(findings: Findings, file: Path) -> list[str]:
    """Return the lines for the console; the last of each kind names `file`, which has them all."""
    shown: list[str] = []
    for kind, found in (("left out", findings.left_out), ("warning", findings.warnings)):
        shown += [f"{kind}: {line}" for line in found[:LINES_SHOWN]]
        if len(found) > LINES_SHOWN:
            shown.append(f"{kind}: {len(found) - LINES_SHOWN} more, in {file}")
    return shown
