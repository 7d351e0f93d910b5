from dataclasses import replace
from pathlib import Path

import pytest

from tasks.training.check import Check, read_check, write_check
from tasks.training.explain import LOSS_NAMES, explanation
from tasks.training.losses import CUSTOM_LOSSES

GOOD = Check("mae", 0.1, 0.09, 0.3, 0.12, 0.3)


@pytest.mark.parametrize(
    ("check", "reason", "said"),
    [
        (GOOD, None, ""),
        (replace(GOOD, train_loss=0.4, test_loss=0.5), "statistics", "0.4000 with them and 0.0900 with each"),
        (replace(GOOD, train_loss=0.2), "statistics", "running statistics lag"),
        (replace(GOOD, train_loss=0.31, train_loss_batch_statistics=0.16), "statistics", "running statistics lag"),
        (replace(GOOD, train_loss=0.4, train_loss_batch_statistics=0.31), "not learned", "has not learned yet"),
        (replace(GOOD, train_loss=0.4, train_loss_batch_statistics=None), "not learned", "0.4000"),
        (replace(GOOD, test_loss=0.4), "overfitting", "0.1000 on training images and 0.4000 on"),
        (replace(GOOD, test_loss=0.19), None, ""),
    ],
)
def test_a_reason_is_given_where_the_losses_show_one(check: Check, reason: str | None, said: str) -> None:
    assert check.reason == reason
    assert said in explanation(check)
    assert bool(explanation(check)) == (reason is not None)


def test_as_good_as_the_constant_is_behind() -> None:
    assert not GOOD.is_behind
    assert replace(GOOD, test_loss=0.3).is_behind


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    for check in (GOOD, replace(GOOD, train_loss_batch_statistics=None)):
        write_check(tmp_path / "check.json", check)
        assert read_check(tmp_path / "check.json") == check


def test_every_loss_has_a_name_in_prose() -> None:
    assert LOSS_NAMES.keys() == {"mae", "mse", *CUSTOM_LOSSES}
