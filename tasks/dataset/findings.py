"""What is wrong with some originals without stopping the run, for the console and the report."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tasks.core.names import printable
from tasks.core.text import write_text

FINDINGS = "findings.json"


@dataclass(frozen=True)
class Findings:
    """A line for each pair that was left out, and for each warning about the other pairs."""

    left_out: Sequence[str] = ()
    warnings: Sequence[str] = ()


def write_findings(path: Path, findings: Findings) -> None:
    """Write the findings as JSON; odd characters in the names of files become escapes."""
    lines = {kind: [printable(line) for line in found] for kind, found in asdict(findings).items()}
    write_text(path, json.dumps(lines, indent=1, ensure_ascii=False) + "\n")


def read_findings(path: Path) -> Findings:
    """Read the findings."""
    return Findings(**json.loads(path.read_text(encoding="utf-8")))
