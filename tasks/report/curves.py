"""Learning curves as SVG."""

import io
import math

from tasks.report.collect import Result


def learning_curves(trained: list[Result]) -> str:
    """Return a picture with a panel per trained experiment: training and validation loss by epoch, log scale."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    columns = min(3, len(trained))
    rows = math.ceil(len(trained) / columns)
    # Without a fixed salt, two runs would give other ids to the same shapes.
    with mpl.rc_context(
        {"svg.hashsalt": "curves", "svg.fonttype": "none", "font.size": 9, "font.family": "sans-serif"}
    ):
        figure = Figure(figsize=(3.4 * columns, 2.5 * rows), layout="constrained")
        panels = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).flat
        for panel, result in zip(panels, trained, strict=False):
            history = result.history
            if history is None:
                continue
            panel.plot(history["epoch"], history["loss"], color="#2a6fb0", marker=".", label="training")
            panel.plot(
                history["epoch"], history["validation_loss"], color="#d1601f", marker=".", label="validation"
            )
            panel.set(title=result.name, yscale="log", xlabel="epoch", ylabel="loss")
            panel.grid(alpha=0.3)
        for panel in list(panels):
            panel.set_axis_off()
        figure.axes[0].legend()
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None})
    svg = text.getvalue()
    return svg[svg.index("<svg") :]
