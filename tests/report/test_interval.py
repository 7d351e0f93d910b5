import numpy as np
import pytest

from tasks.report.interval import bootstrap_interval


def test_it_is_about_that_of_the_normal_distribution_for_many_values() -> None:
    values = np.random.default_rng(1).normal(0.9, 0.05, 300)
    low, high = bootstrap_interval(values)
    half = 1.96 * values.std(ddof=1) / np.sqrt(300)
    assert low == pytest.approx(values.mean() - half, abs=0.1 * half)
    assert high == pytest.approx(values.mean() + half, abs=0.1 * half)


def test_the_same_values_give_the_same_interval() -> None:
    values = np.random.default_rng(2).random(20)
    assert bootstrap_interval(values) == bootstrap_interval(values)


@pytest.mark.parametrize("values", [[0.7], [0.7, 0.7, 0.7]])
def test_where_nothing_varies_it_has_no_width(values: list[float]) -> None:
    assert bootstrap_interval(np.array(values)) == pytest.approx((0.7, 0.7))
