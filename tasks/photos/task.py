"""`ApplyToPhotos`: the trained models on photos of one's own; and `ApplyToPhoto`, the stage for each of them."""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import luigi

from tasks.core.data_folder import data_root, data_store, shown_root
from tasks.core.errors import UserError
from tasks.core.freshness.code import code_digests, meanings
from tasks.core.freshness.digest import file_sha256, text_sha256
from tasks.core.freshness.failure import explain
from tasks.core.freshness.plan import CURRENT_RUN
from tasks.core.freshness.record import read_record
from tasks.core.freshness.task import FreshTask
from tasks.core.freshness.verdict import Read, judge
from tasks.core.progress import console_track, say
from tasks.core.tensorflow_start import import_tensorflow
from tasks.experiments import EXPERIMENTS
from tasks.training.task import ModelTask, model_task

if TYPE_CHECKING:
    from tasks.photos.network import SizedNetwork

FOLDER = "photos"
SHEET = "contact_sheet.png"


class PhotoOptions(luigi.Task):
    """What is to be made of each photo."""

    mask_only = luigi.BoolParameter(description="write the mattes alone")
    background = luigi.Parameter(default="", description="colour or picture to put the person in front of, too")
    gray = luigi.ChoiceParameter(
        default="gray-simple-3-tuned",
        choices=[name for name, row in EXPERIMENTS.items() if row.target == "gray"],
        description="the experiment whose model makes the gray pictures",
    )
    matte = luigi.ChoiceParameter(
        default="matte-unet",
        choices=[name for name, row in EXPERIMENTS.items() if row.target == "matte"],
        description="the experiment whose model finds the person",
    )

    def models(self) -> dict[str, ModelTask]:
        """Return the models that are needed, by target."""
        matte = {"matte": model_task(self.matte)}
        return matte if self.mask_only else matte | {"gray": model_task(self.gray)}

    def results(self) -> tuple[str, ...]:
        """Return the names of the files that are made of a photo; the last is what most would want."""
        if self.mask_only:
            return ("matte.png",)
        made = ("gray.png", "matte.png", "cutout.png")
        return (*made, "composite.png") if self.background else made


class ApplyToPhoto(PhotoOptions, FreshTask):
    """Makes a gray picture, a matte and a cut-out of one photo."""

    photo = luigi.Parameter(description="the photo's file")
    name = luigi.Parameter(description="the name of its results")
    modules = ("tasks.photos.results",)
    quiet = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Set which files are made."""
        super().__init__(*args, **kwargs)
        self.produces = self.results()

    @property
    def folder(self) -> str:
        """The output's folder, below the data folder."""
        return f"{FOLDER}/{self.name}"

    @property
    def title(self) -> str:
        """The stage's name for people."""
        return f"ApplyToPhoto {self.name}"

    def settings(self) -> dict[str, Any]:
        """Return what is made, with which models, and the background, by the content of its file if it is one."""
        picture = Path(self.background)
        return {
            "photos.mask_only": self.mask_only,
            "photos.background": file_sha256(picture) if picture.is_file() else self.background,
            "photos.models": {target: model.experiment for target, model in self.models().items()},
        }

    def reads(self) -> Mapping[str, Read]:
        """Return the models."""
        return {target: Read(model, "model.keras") for target, model in self.models().items()}

    def outside(self, output: Path) -> str:
        """Return the digest of the photo."""
        return file_sha256(Path(self.photo))

    def outside_changes(self, output: Path) -> str:
        """Say that it is another photo now."""
        return "the photo changed"

    def build(self, folder: Path, inputs: Mapping[str, Path]) -> None:
        """Write the results."""
        import_tensorflow()
        from tasks.photos.results import open_background, write_results

        networks = {target: _network(self.models()[target].experiment, path) for target, path in inputs.items()}
        background = open_background(self.background) if self.background else None
        write_results(folder, Path(self.photo), networks["matte"], networks.get("gray"), background)


class ApplyToPhotos(PhotoOptions):
    """Makes gray pictures, mattes and cut-outs of photos, and a contact sheet of all."""

    photos = luigi.Parameter(description="a photo, or a folder of photos")
    output = luigi.Parameter(default="", description="folder that the cut-outs are copied to, as NAME.png")
    rerun = luigi.BoolParameter(significant=False, description="make the results again, whatever their state")
    done = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Tell that there are no photos before models are trained for them."""
        super().__init__(*args, **kwargs)
        if not Path(self.photos).expanduser().exists():
            raise UserError(f"--photos '{self.photos}': there is no such file or folder")

    def requires(self) -> list[ModelTask]:
        """Return the models."""
        return list(self.models().values())

    def complete(self) -> bool:
        """Return whether it was done in this run; each result by itself tells whether it still counts."""
        CURRENT_RUN.ask([model for model in self.requires() if not judge(model).complete], lambda _: [])
        return self.done

    def run(self) -> None:
        """Make the results of each photo; bad ones are told at the end."""
        try:
            self._run()
        except OSError as error:
            raise UserError(explain(error, self.get_task_family())) from None

    def _run(self) -> None:
        from tasks.photos.files import check_output, deliver, find_photos
        from tasks.photos.results import open_background

        source, output = Path(self.photos).expanduser(), Path(self.output).expanduser() if self.output else None
        found = find_photos(source, not_below=data_root())
        if output:
            check_output(output, source)
        if self.background and not self.mask_only:
            open_background(self.background)  # a mistake in it is told before any work
        if found.passed_over:
            say(f"{self.get_task_family()}: passed over, without a picture's suffix: {len(found.passed_over)}")
        track = console_track(self.get_task_family(), self._notify)
        good, bad = {}, []
        for name, photo in track(found.photos.items(), len(found.photos), "photo"):
            try:
                good[name] = self._apply(name, photo)
                if output:
                    deliver(good[name].path / self.results()[-1], output / f"{name}.png")
            except UserError as error:
                bad.append(str(error))
        if good:
            self._write_sheet(good)
        say(f"{self.get_task_family()}: {len(good)} of {len(found.photos)} photos, in {shown_root()}/{FOLDER}")
        if bad:
            raise UserError(f"{len(bad)} of {len(found.photos)} photos could not be used:\n  " + "\n  ".join(bad))
        self.done = True

    def _apply(self, name: str, photo: Path) -> ApplyToPhoto:
        options = {
            option: getattr(self, option) for option in ("mask_only", "background", "gray", "matte", "rerun")
        }
        stage = ApplyToPhoto(name=name, photo=str(photo.absolute()), **options)
        stage.run()
        stage.bring()
        return stage

    def _write_sheet(self, good: Mapping[str, ApplyToPhoto]) -> None:
        from tasks.photos.sheet import write_sheet

        records = {name: read_record(stage.path) for name, stage in good.items()}
        files = {name: record.files for name, record in records.items() if record}
        digests = {name: {file: of.sha256 for file, of in found.items()} for name, found in files.items()}
        code = meanings(code_digests("tasks.photos.sheet", (), ()))
        pictures = {name: [stage.path / file for file in stage.produces] for name, stage in good.items()}
        made_of = text_sha256(json.dumps([digests, code], sort_keys=True))
        write_sheet(data_root() / FOLDER / SHEET, pictures, made_of)
        if store := data_store():
            store.put({f"{FOLDER}/{SHEET}": data_root() / FOLDER / SHEET})

    def _notify(self, share: float, text: str) -> None:
        self.set_status_message(text)
        self.set_progress_percentage(round(share * 100))


@lru_cache(maxsize=2)
def _loaded(experiment: str, model: Path, digest: str) -> "SizedNetwork":
    from tasks.photos.network import SizedNetwork

    row = EXPERIMENTS[experiment]
    return SizedNetwork(model, row.network, row.options)


def _network(experiment: str, model: Path) -> "SizedNetwork":
    return _loaded(experiment, model, file_sha256(model))
