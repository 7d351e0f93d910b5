import numpy as np
import pytest
from scipy.stats import bootstrap

from tasks.report.results import Result, bootstrap_interval, metrics_table


def test_the_table_has_the_best_first_and_baselines_without_times(results: list[Result]) -> None:
    table = metrics_table(results)
    assert list(table["name"]) == ["fast", "plain", "slow"]
    assert table["training_seconds"].isna().tolist() == [False, True, False]
    assert table.loc[0, "training_seconds"] == 5
    assert table.loc[0, "precision"] == "bfloat16"
    assert table["precision"].isna().tolist() == [False, True, False]
    for metric in ("psnr", "ssim"):
        assert (table[f"{metric}_low"] < table[metric]).all()
        assert (table[metric] < table[f"{metric}_high"]).all()
    assert "rmse_low" not in table


def test_it_is_about_that_of_the_normal_distribution_for_many_values() -> None:
    values = np.random.default_rng(1).normal(0.9, 0.05, 300)
    low, high = bootstrap_interval(values)
    half = 1.96 * values.std(ddof=1) / np.sqrt(300)
    assert low == pytest.approx(values.mean() - half, abs=0.1 * half)
    assert high == pytest.approx(values.mean() + half, abs=0.1 * half)


@pytest.mark.parametrize("count", [2, 300, 3000])  # the last takes more than one round of draws
def test_it_is_that_of_scipy(count: int) -> None:
    values = np.random.default_rng(count).random(count)
    found = bootstrap(
        (values,),
        np.mean,
        n_resamples=2000,
        batch=2_000_000 // count,
        method="percentile",
        rng=np.random.default_rng(0),
    )
    assert bootstrap_interval(values) == pytest.approx(tuple(found.confidence_interval), rel=1e-12)


def test_the_same_values_give_the_same_interval() -> None:
    values = np.random.default_rng(2).random(20)
    assert bootstrap_interval(values) == bootstrap_interval(values)


@pytest.mark.parametrize("values", [[0.7], [0.7, 0.7, 0.7]])
def test_where_nothing_varies_it_has_no_width(values: list[float]) -> None:
    assert bootstrap_interval(np.array(values)) == pytest.approx((0.7, 0.7))
