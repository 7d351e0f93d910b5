from pathlib import Path

import pytest

from tasks.recipe import Precision
from tasks.training import precision
from tasks.training.precision import chosen_precision, has_bfloat16

FAST = "processor : 0\nflags\t\t: fpu avx512f avx512_bf16 amx_tile\n"
SLOW = "processor : 0\nmodel name : avx512_bf16\nflags\t\t: fpu avx512f avx512_vnni\n"


@pytest.fixture(params=[FAST, SLOW])
def processor(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    text: str = request.param
    (tmp_path / "cpuinfo").write_text(text, encoding="utf-8")
    monkeypatch.setattr(precision, "PROCESSOR", tmp_path / "cpuinfo")
    return text


def test_a_processor_has_bfloat16_if_its_flags_say_so(processor: str) -> None:
    assert has_bfloat16(precision.PROCESSOR) == (processor == FAST)


def test_a_system_without_the_file_has_none(tmp_path: Path) -> None:
    assert not has_bfloat16(tmp_path / "none")


def test_auto_is_the_experiments_own_where_the_processor_has_it(processor: str) -> None:
    assert chosen_precision("auto", "float32") == "float32"
    assert chosen_precision("auto", "mixed_bfloat16") == ("mixed_bfloat16" if processor == FAST else "float32")


@pytest.mark.parametrize("asked", ["float32", "mixed_bfloat16"])
@pytest.mark.parametrize("own", ["float32", "mixed_bfloat16"])
def test_what_is_asked_for_is_used(asked: Precision, own: Precision, processor: str) -> None:
    assert chosen_precision(asked, own) == asked


def test_a_gpu_is_given_float32(processor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tensorflow.config.list_physical_devices", lambda kind: [kind])
    assert chosen_precision("auto", "mixed_bfloat16") == "float32"
