import time

import pytest

from tasks.recipe import Recipe
from tasks.training.progress import EpochProgress

EPOCH = {"loss": 0.5, "test_loss": 0.25, "seconds": 2.0, "images_per_second": 10.0}


def said_of(capfd: pytest.CaptureFixture[str], seconds: float, numbers: range, clock: list[float]) -> list[str]:
    """The lines for epochs that take so many seconds each."""
    with EpochProgress("Train", Recipe(epochs=6), 20, lambda share, text: None) as shown:
        for number in numbers:
            clock[0] += seconds
            shown.after_epoch({"epoch": number, **EPOCH})
    return capfd.readouterr().err.splitlines()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def test_slow_epochs_have_a_line_each(capfd: pytest.CaptureFixture[str], clock: list[float]) -> None:
    lines = said_of(capfd, 6, range(1, 7), clock)
    assert len(lines) == 6
    assert lines[1].startswith(
        "Train: epoch 2 of 6, loss 0.50000, test loss 0.25000, 10 images a second, 8 s left"
    )


def test_short_epochs_share_a_line(capfd: pytest.CaptureFixture[str], clock: list[float]) -> None:
    assert [line.split()[2] for line in said_of(capfd, 2, range(1, 7), clock)] == ["3", "6"]


def test_a_training_of_a_few_seconds_has_no_line(capfd: pytest.CaptureFixture[str], clock: list[float]) -> None:
    assert said_of(capfd, 0.5, range(1, 7), clock) == []


def test_a_resumed_training_says_after_which_epoch(capfd: pytest.CaptureFixture[str], clock: list[float]) -> None:
    assert said_of(capfd, 0.5, range(4, 7), clock) == ["Train: resumed after epoch 3 of 6"]
