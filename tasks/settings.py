"""The settings of luigi.cfg, one class per section; each is also an option (--originals-source, ...)."""

from pathlib import Path

import luigi


class data(luigi.Config):  # noqa: N801 (the class name is the section's and the option's name)
    """Section [data]."""

    root = luigi.Parameter(default="data", description="folder that all outputs go to")


class originals(luigi.Config):  # noqa: N801
    """Section [originals]."""

    source = luigi.Parameter(default="sample", description="'sample', or a folder in the PFCN layout")
    on_bad = luigi.ChoiceParameter(
        default="fail", choices=("fail", "skip"), description="what to do about pairs that cannot be used"
    )
    testing_share = luigi.FloatParameter(default=0.15, description="share for testing, where there is no split")
    split_seed = luigi.IntParameter(default=0, description="seed that a missing split is drawn from")
    sample_training = luigi.IntParameter(default=200, description="rendered portraits for training")
    sample_testing = luigi.IntParameter(default=40, description="rendered portraits for testing")
    sample_seed = luigi.IntParameter(default=0, description="seed the sample is drawn from")


class small(luigi.Config):  # noqa: N801
    """Section [small]."""

    height = luigi.IntParameter(default=100, description="height of the small images, pixels")
    width = luigi.IntParameter(default=75, description="width of the small images, pixels")
    dtype = luigi.ChoiceParameter(
        default="uint8", choices=("uint8", "float32"), description="uint8 holds 0..255, float32 0..1"
    )


class training(luigi.Config):  # noqa: N801
    """Section [training]."""

    epochs = luigi.OptionalIntParameter(default=None, description="epochs instead of each experiment's own")
    seed = luigi.IntParameter(default=0, description="seed of start weights, image order and dropout")
    precision = luigi.ChoiceParameter(
        default="float32",
        choices=("float32", "mixed_bfloat16"),
        description="number format that networks compute in while they train",
    )


def data_root() -> Path:
    """Return the absolute path of the folder that all outputs go to."""
    return Path(data().root).expanduser().absolute()
