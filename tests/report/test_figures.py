from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest

from tasks.report.figures import learning_curves, weight_curves
from tasks.report.results import Result


def result(name: str, epochs: int = 3) -> Result:
    rows = range(1, epochs + 1)
    losses = {column: [1 / (row + 1) for row in rows] for column in ("loss", "test_loss")}
    weights = {channel: [0.3] * epochs for channel in ("red", "green", "blue")}
    history = pd.DataFrame({"epoch": list(rows), **losses, **weights})
    return Result({"name": name, "target": "gray"}, pd.DataFrame(), history, {}, None, Path())


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize(("count", "panels"), [(1, 1), (2, 3), (5, 6)])
def test_a_panel_for_each_and_one_to_compare_them(count: int, panels: int) -> None:
    found = texts(learning_curves([result(f"experiment {number}", number + 1) for number in range(count)]))
    assert found.count("epoch") == panels
    assert found.count("test, all") == (count > 1)
    for number in range(count):
        assert found.count(f"experiment {number}") == 1 + (count > 1)  # its title, and in the comparison's legend


@pytest.mark.parametrize(("losses", "shown"), [([0.5, 0.3], "0.4"), ([0.5, 1e-5], "0.0001")])
def test_losses_are_plain_numbers(losses: list[float], shown: str) -> None:
    history = pd.DataFrame({"epoch": [1, 2], "loss": losses, "test_loss": losses})
    trained = Result({"name": "one", "target": "gray"}, pd.DataFrame(), history, {}, None, Path())
    assert shown in texts(learning_curves([trained]))


def test_weights_have_a_line_each() -> None:
    found = texts(weight_curves([result("one"), result("two")]))
    assert [found.count(text) for text in ("one", "two", "red", "green", "blue")] == [1] * 5


def test_the_same_history_gives_the_same_figure() -> None:
    assert learning_curves([result("a"), result("b")]) == learning_curves([result("a"), result("b")])
    assert weight_curves([result("a")]) == weight_curves([result("a")])
