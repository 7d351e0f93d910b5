from pathlib import Path

import pytest

from tasks.core import machine

OLD = "processor\t: 0\nmodel name\t: Intel(R) Core(TM)2 Duo CPU\nflags\t\t: fpu sse sse2 ssse3 sse4_1\n"
NEW = OLD.replace("Core(TM)2 Duo CPU", "Core(TM) i5-2400").replace("sse4_1", "sse4_1 avx")


@pytest.fixture
def processor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file in which Linux would describe the processor."""
    monkeypatch.setattr(machine, "PROCESSOR", tmp_path / "cpuinfo")
    return tmp_path / "cpuinfo"


def test_a_processor_without_avx_is_known_by_its_flags(processor: Path) -> None:
    processor.write_text(OLD, encoding="utf-8")
    assert machine.lacks_avx()
    processor.write_text(NEW, encoding="utf-8")
    assert not machine.lacks_avx()


@pytest.mark.parametrize("described", [None, "", "Processor\t: ARMv8\nFeatures\t: fp asimd\n"])
def test_what_is_not_described_lacks_nothing(processor: Path, described: str | None) -> None:
    if described is not None:
        processor.write_text(described, encoding="utf-8")
    assert not machine.lacks_avx()
    assert machine.this_machine()


def test_the_machine_is_named_with_its_processor(processor: Path) -> None:
    processor.write_text(NEW, encoding="utf-8")
    assert machine.this_machine().endswith(", Intel(R) Core(TM) i5-2400")
