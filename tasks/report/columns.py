"""What the report's tables show of each target."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """A metric, its name for people, how many decimals are shown, and whether it is a mean over the images."""

    metric: str
    name: str
    decimals: int
    percent: bool = False
    is_mean: bool = True
    unit: str = ""

    @property
    def heading(self) -> str:
        """The heading of its column."""
        return f"{self.name}, {self.unit}" if self.unit else self.name

    def shown(self, value: float) -> str:
        """Return the value as the tables show it."""
        return f"{100 * value:.{self.decimals}f}%" if self.percent else f"{value:.{self.decimals}f}"

    def shown_with_unit(self, value: float) -> str:
        """Return the value as sentences show it."""
        return f"{self.shown(value)} {self.unit}" if self.unit else self.shown(value)

    def difference(self, before: float, now: float) -> str:
        """Return the difference of two values as the tables show it, with its sign."""
        return f"{now - before:+.{self.decimals}f}"


@dataclass(frozen=True)
class Table:
    """The table of one target: its title, its columns, and the main one, of which more is better."""

    title: str
    columns: tuple[Column, ...]
    headline: Column


MAE = Column("mae", "MAE", 6)
PSNR = Column("psnr", "PSNR", 2, unit="dB")
IOU = Column("iou", "IoU", 4)

TABLES: dict[str, Table] = {
    "gray": Table(
        "Colour to gray",
        (
            MAE,
            Column("rmse", "RMSE", 6, is_mean=False),
            Column("max_error", "largest error", 4, is_mean=False),
            PSNR,
            Column("ssim", "SSIM", 5),
            Column("right_to_8_bits", "right to 8 bits", 1, percent=True),
        ),
        headline=PSNR,
    ),
    "matte": Table(
        "The person's matte",
        (
            IOU,
            Column("mean_iou", "mean IoU", 4),
            Column("boundary_iou", "boundary IoU", 4),
            Column("dice", "Dice", 4),
            Column("mae", "MAE", 4),
            Column("mse", "MSE", 4),
            Column("sad", "SAD", 4),
            Column("gradient_error", "gradient", 4),
            Column("connectivity_error", "connectivity", 4),
        ),
        headline=IOU,
    ),
}
"""By target, in the report's order."""
