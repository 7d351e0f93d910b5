"""Warnings about the originals, which did not stop the run: for the console and the report."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

FINDINGS = "findings.json"
SHOWN = 5
"""How many lines the console shows; the file and the report have all."""


@dataclass(frozen=True)
class Findings:
    """Pairs that were left out, with the reason, and warnings about pairs that were kept; a line each."""

    left_out: Sequence[str] = ()
    warnings: Sequence[str] = ()

    def lines(self, file: Path) -> list[str]:
        """Return what the console shows; `file` is where all of it can be read."""
        told: list[str] = []
        for what, found in (("left out", self.left_out), ("warning", self.warnings)):
            told += [f"{what}: {line}" for line in found[:SHOWN]]
            if len(found) > SHOWN:
                told.append(f"{what}: {len(found) - SHOWN} more, in {file}")
        return told


def write_findings(path: Path, findings: Findings) -> None:
    """Write the findings as JSON."""
    path.write_text(json.dumps(asdict(findings), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_findings(path: Path) -> Findings:
    """Read the findings back."""
    return Findings(**json.loads(path.read_text(encoding="utf-8")))
