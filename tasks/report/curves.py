"""How the experiments learned, as SVG."""

import math
from typing import TYPE_CHECKING

from tasks.gray.luma import REC_709
from tasks.report.collect import Result
from tasks.report.svg import svg_figure
from tasks.training.channel_weights import COLOUR_CHANNELS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = ("#c03a2b", "#2f8f4e", "#2a6fb0")
"""Of the lines for red, green and blue."""
WIDTH, HEIGHT = 3.4, 2.5
"""Size of a panel, inches."""


def learning_curves(trained: list[Result]) -> str:
    """Return a panel per experiment, training and test loss by epoch, and one with all test losses.

    A diamond is the finished model's loss on the test images: its running statistics may have been recalibrated,
    and its forward pass may differ from training (test-time augmentation).
    """
    panels = len(trained) + (len(trained) > 1)
    columns = min(3, panels)
    rows = math.ceil(panels / columns)

    def draw(figure: "Figure") -> None:
        axes = list(figure.subplots(rows, columns, squeeze=False, sharey=True).flat)
        for panel, result in zip(axes, trained, strict=False):
            _line(panel, result, "loss", color="#2a6fb0", label="training")
            _line(panel, result, "test_loss", color="#d1601f", label="test")
            if result.history is not None and result.check is not None:
                end = result.history["epoch"].iloc[-1]
                panel.plot(end, result.check.test_loss, "D", color="#7a3508", label="finished model")
            _finish(panel, result.name, "loss")
        axes[0].legend()
        for result in trained if panels > len(trained) else ():
            _line(axes[len(trained)], result, "test_loss", label=result.name)
            _finish(axes[len(trained)], "test, all", "loss")
            axes[len(trained)].legend(fontsize=6)
        for panel in axes[panels:]:
            panel.set_axis_off()

    name = "curves of " + ", ".join(result.name for result in trained)
    return svg_figure(name, WIDTH * columns, HEIGHT * rows, draw)


def weight_curves(results: list[Result]) -> str:
    """Return a panel per experiment: the weights of red, green and blue by epoch, those of `rgb2gray` dashed."""
    columns = min(3, len(results))
    rows = math.ceil(len(results) / columns)

    def draw(figure: "Figure") -> None:
        axes = list(figure.subplots(rows, columns, squeeze=False, sharey=True).flat)
        for panel, result in zip(axes, results, strict=False):
            for channel, colour, luma in zip(COLOUR_CHANNELS, COLOURS, REC_709, strict=True):
                _line(panel, result, channel, color=colour, label=channel)
                panel.axhline(luma, color=colour, linestyle="--", linewidth=1)
            _finish(panel, result.name, "weight", yscale="linear")
        axes[0].legend()
        for panel in axes[len(results) :]:
            panel.set_axis_off()

    return svg_figure("weights", WIDTH * columns, HEIGHT * rows, draw)


def _line(panel: "Axes", result: Result, column: str, label: str, color: str | None = None) -> None:
    if result.history is not None:
        panel.plot(result.history["epoch"], result.history[column], marker=".", label=label, color=color)


def _finish(panel: "Axes", title: str, quantity: str, yscale: str = "log") -> None:
    from matplotlib.ticker import MaxNLocator

    panel.set(title=title, yscale=yscale, xlabel="epoch", ylabel=quantity)
    panel.xaxis.set_major_locator(MaxNLocator(integer=True))
    panel.grid(alpha=0.3)
