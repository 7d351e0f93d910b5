"""Figures as SVG, the same text for the same data."""

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def svg_figure(name: str, width: float, height: float, draw: "Callable[[Figure], None]") -> str:
    """Return the SVG of a figure (sizes in inches) that `draw` has drawn in; `name` sets its ids apart."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    # Without a fixed salt, two runs would give other ids to the same shapes.
    style = {"svg.fonttype": "none", "font.size": 9, "font.family": "sans-serif", "svg.hashsalt": name}
    with mpl.rc_context(style):  # type: ignore[arg-type]
        figure = Figure(figsize=(width, height), layout="constrained")
        draw(figure)
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None})
    svg = text.getvalue()
    return svg[svg.index("<svg") :]
