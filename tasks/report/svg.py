"""Figures as SVG, the same text for the same data."""

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LEFT, RIGHT, BOTTOM, TOP = 0.7, 0.1, 0.45, 0.3
"""Room around the panels of a figure, for what is written there, inches."""
BETWEEN, BELOW = 0.35, 0.8
"""Room from one panel to the next beside it, and to the next below, inches."""


def svg_figure(name: str, width: float, height: float, draw: "Callable[[Figure], None]") -> str:
    """Return the SVG of a figure (sizes in inches) whose panels, of one size, `draw` has drawn.

    `name` sets its ids apart.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    # Without a fixed salt, two runs would give other ids to the same shapes.
    style = {"svg.fonttype": "none", "font.size": 9, "font.family": "sans-serif", "svg.hashsalt": name}
    with mpl.rc_context(style):  # type: ignore[arg-type]
        figure = Figure(figsize=(width, height))
        draw(figure)
        _make_room(figure)
        _label_plainly(figure)
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None})
    svg = text.getvalue()
    return svg[svg.index("<svg") :]


def _make_room(figure: "Figure") -> None:
    # Matplotlib's own layouts measure each label, which takes as long as all the drawing.
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
    """Write 0.01 where Matplotlib sets a formula, ten to the power of -2, which takes it long."""
    from matplotlib.ticker import LogFormatter

    class Plain(LogFormatter):
        def __call__(self, x: float, pos: int | None = None) -> str:
            return f"{x:g}" if super().__call__(x, pos) else ""

    for panel in figure.axes:
        if panel.get_yscale() == "log":
            panel.yaxis.set_major_formatter(Plain())
            panel.yaxis.set_minor_formatter(Plain())
