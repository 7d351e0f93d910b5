"""Figures as SVG: how the experiments learned, and the style that all figures share."""

import io
import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from tasks.gray.luma import REC_709
from tasks.report.results import Result
from tasks.training.channel_weights import COLOUR_CHANNELS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LEFT, RIGHT, BOTTOM, TOP = 0.7, 0.1, 0.45, 0.3
"""Margins of a figure, for labels and titles, inches."""
BETWEEN, BELOW = 0.35, 0.8
"""Gaps between panels, horizontal and vertical, inches."""
LINE_COLOURS = ("#c03a2b", "#2f8f4e", "#2a6fb0")
"""For red, green and blue."""
PANEL_WIDTH, PANEL_HEIGHT = 3.4, 2.5
"""Size of a panel, inches."""


def learning_curves(trained: list[Result]) -> str:
    """Return a panel per experiment, training and test loss by epoch, and one with all test losses.

    A diamond is the finished model's test loss: its running statistics may have been recalibrated, and its forward
    pass may differ from training (test-time augmentation).
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
    return svg_figure(name, PANEL_WIDTH * columns, PANEL_HEIGHT * rows, draw)


def weight_curves(results: list[Result]) -> str:
    """Return a panel per experiment: the weights of red, green and blue by epoch, those of `rgb2gray` dashed."""
    columns = min(3, len(results))
    rows = math.ceil(len(results) / columns)

    def draw(figure: "Figure") -> None:
        axes = list(figure.subplots(rows, columns, squeeze=False, sharey=True).flat)
        for panel, result in zip(axes, results, strict=False):
            for channel, colour, luma in zip(COLOUR_CHANNELS, LINE_COLOURS, REC_709, strict=True):
                _line(panel, result, channel, color=colour, label=channel)
                panel.axhline(luma, color=colour, linestyle="--", linewidth=1)
            _finish(panel, result.name, "weight", yscale="linear")
        axes[0].legend()
        for panel in axes[len(results) :]:
            panel.set_axis_off()

    return svg_figure("weights", PANEL_WIDTH * columns, PANEL_HEIGHT * rows, draw)


def _line(panel: "Axes", result: Result, column: str, label: str, color: str | None = None) -> None:
    if result.history is not None:
        panel.plot(result.history["epoch"], result.history[column], marker=".", label=label, color=color)


def _finish(panel: "Axes", title: str, quantity: str, yscale: str = "log") -> None:
    from matplotlib.ticker import MaxNLocator

    panel.set(title=title, yscale=yscale, xlabel="epoch", ylabel=quantity)
    panel.xaxis.set_major_locator(MaxNLocator(integer=True))
    panel.grid(alpha=0.3)


def svg_figure(name: str, width: float, height: float, draw: "Callable[[Figure], None]") -> str:
    """Return the SVG of a figure (width and height in inches), whose panels `draw` adds, all of one size.

    The same data give the same text. `name` makes the figure's ids differ from those of other figures.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    # Without a fixed salt, two runs would give other ids to the same shapes.
    style = {"svg.fonttype": "none", "font.size": 9, "font.family": "sans-serif", "svg.hashsalt": name}
    with mpl.rc_context(style):  # type: ignore[arg-type]
        figure = Figure(figsize=(width, height))
        draw(figure)
        _set_margins(figure)
        _label_plainly(figure)
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None})
    svg = text.getvalue()
    return svg[svg.index("<svg") :]


def _set_margins(figure: "Figure") -> None:
    # layout="constrained" measures every label, which adds 2 to 3 s to the 4 that the report's figures take.
    width, height = figure.get_size_inches()
    grid = figure.axes[0].get_gridspec()
    rows, columns = grid.get_geometry() if grid else (1, 1)
    panel_width = (width - LEFT - RIGHT - (columns - 1) * BETWEEN) / columns
    panel_height = (height - TOP - BOTTOM - (rows - 1) * BELOW) / rows
    figure.subplots_adjust(
        left=LEFT / width,
        right=1 - RIGHT / width,
        bottom=BOTTOM / height,
        top=1 - TOP / height,
        wspace=BETWEEN / panel_width,
        hspace=BELOW / panel_height,
    )


def _label_plainly(figure: "Figure") -> None:
    """Write 0.01 on logarithmic axes, where Matplotlib's formatters write 1e-02 or a power of ten."""
    from matplotlib.ticker import LogFormatter

    class Plain(LogFormatter):
        def __call__(self, x: float, pos: int | None = None) -> str:
            return f"{x:g}" if super().__call__(x, pos) else ""

    for panel in figure.axes:
        if panel.get_yscale() == "log":
            panel.yaxis.set_major_formatter(Plain())
            panel.yaxis.set_minor_formatter(Plain())
