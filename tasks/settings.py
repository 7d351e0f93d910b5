"""The stages' settings in luigi.cfg, one class per section; each is also an option (--originals-source, ...)."""

from pathlib import Path

import luigi

from tasks.core.address import WEB, parse_address, shown_address
from tasks.core.storage.address import path_at

ARCHIVE_SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
"""Suffixes of archives."""
SAMPLE = "sample"
"""The source that is in the package."""
SAMPLE_ARCHIVE = Path(__file__).parent / "originals" / "sample.zip"
"""The sample: portraits with mattes, in the PFCN layout."""


class originals(luigi.Config):  # noqa: N801
    """Section [originals]."""

    source = luigi.Parameter(default=SAMPLE, description="'sample', or where portraits are")
    on_bad = luigi.ChoiceParameter(
        default="fail", choices=("fail", "skip"), description="what to do with pairs that cannot be used"
    )
    testing_share = luigi.FloatParameter(
        default=0.15, description="share used for testing, for originals without a split"
    )
    split_seed = luigi.IntParameter(default=0, description="seed of the split, for originals without one")
    person_labels = luigi.Parameter(
        default="",
        description="labels of the person in masks that hold labels (15 or 1-18 or 1,2); empty to find out",
    )
    photos = luigi.Parameter(default="", description="pattern of the photos' paths below the source")
    mattes = luigi.Parameter(
        default="", description="pattern of the mattes' paths below the source, or none for photos without mattes"
    )
    sha256 = luigi.Parameter(default="", description="SHA-256 that a downloaded archive must have")
    archive_pictures = luigi.IntParameter(default=100_000, description="most pictures in an archive")
    archive_gigabytes = luigi.FloatParameter(default=50.0, description="most gigabytes in an archive, unpacked")
    archive_ratio = luigi.FloatParameter(default=100.0, description="largest ratio of unpacked to packed size")

    @property
    def path(self) -> Path:
        """The source as a path; for an address, an object that is used like one."""
        return SAMPLE_ARCHIVE if self.is_sample else path_at(self.source)

    @property
    def is_sample(self) -> bool:
        """Whether the source is the sample."""
        return str(self.source) == SAMPLE

    @property
    def is_on_the_web(self) -> bool:
        """Whether the source is the address of an archive."""
        address = parse_address(self.source)
        return address is not None and address.scheme in WEB

    @property
    def is_packed(self) -> bool:
        """Whether the source is an archive: the sample, or one here or on the web."""
        return self.is_on_the_web or (str(self.path).lower().endswith(ARCHIVE_SUFFIXES) and not self.path.is_dir())


class small(luigi.Config):  # noqa: N801
    """Section [small]."""

    height = luigi.IntParameter(default=100, description="height of the small images, pixels")
    width = luigi.IntParameter(default=75, description="width of the small images, pixels")
    dtype = luigi.ChoiceParameter(
        default="uint8", choices=("uint8", "float32"), description="uint8 holds 0..255, float32 0..1"
    )
    shard_size = luigi.IntParameter(default=0, description="photos per file; 0 for all in one")
    engine = luigi.ChoiceParameter(
        default="local",
        choices=("local", "dask"),
        description="what makes shards: processes of this machine, or Dask",
    )
    dask_address = luigi.Parameter(
        default="", description="address of a Dask scheduler; empty to start a cluster on this machine"
    )


class training(luigi.Config):  # noqa: N801
    """Section [training]."""

    epochs = luigi.OptionalIntParameter(default=None, description="epochs, in place of each experiment's own")
    seed = luigi.IntParameter(default=0, description="seed of initial weights, image order and dropout")
    precision = luigi.ChoiceParameter(
        default="auto",
        choices=("auto", "float32", "mixed_bfloat16"),
        description="number format while networks train; auto: each experiment's own",
    )
    replicas = luigi.IntParameter(default=1, description="GPUs of this machine that train a network together")
    renders = luigi.Parameter(
        default="", description="folder of renders whose composites matte networks also learn from; empty for none"
    )


class report(luigi.Config):  # noqa: N801
    """Section [report]."""

    experiments = luigi.Parameter(
        default="usual", description="what EvaluateAll trains: usual, all, or a comma-separated list"
    )


def changed_settings() -> dict[str, str]:
    """Return the settings that are not at their defaults, except the data folder, by command line option.

    Addresses among them are without their secrets.
    """
    changed = {}
    for section in (originals, small, training, report):
        for name, parameter in section.get_params():
            value = getattr(section(), name)
            if value != parameter._default:
                changed[f"--{section.__name__}-{name.replace('_', '-')}"] = shown_address(str(value))
    return changed
