"""`ApplyToPhotos`: the models on photos of one's own, each an output with a record of its own."""

import json
import os
from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import luigi

from tasks.core.data_folder import data_root, data_store
from tasks.core.errors import UserError
from tasks.core.freshness.code import Code, meanings
from tasks.core.freshness.description import Description, Input, Watched
from tasks.core.freshness.digest import file_sha256, text_sha256
from tasks.core.freshness.failure import explain
from tasks.core.freshness.location import location_of
from tasks.core.freshness.make import bring_up_to_date, fetch_output
from tasks.core.freshness.plan import CURRENT_RUN
from tasks.core.freshness.record import needed_record
from tasks.core.freshness.verdict import Verdict, judge
from tasks.core.names import printable
from tasks.core.progress import console_track, say
from tasks.core.spawned import Sendable
from tasks.core.storage.address import local_path
from tasks.core.words import words
from tasks.experiments import EXPERIMENTS
from tasks.training.task import MODEL, ModelStage, model_stage
from tasks.training.tensorflow_start import import_tensorflow

if TYPE_CHECKING:
    from PIL.Image import Image

    from tasks.photos.matte import MatteNetwork
    from tasks.photos.network import SizedNetwork

FOLDER = "photos"
SHEET = "contact_sheet.png"
SHIPPED = "shipped"
"""The choice of the matte model that comes with the package."""
EXACT = "exact"
"""The choice of the formula for gray in place of a model."""
CODE = ("tasks.photos.results", "tasks.photos.network", "tasks.training.tensorflow_start")
CODE_OF_SHIPPED = ("tasks.shipped.network", "tasks/shipped/matte.keras")


class ApplyToPhotos(Sendable, luigi.Task):
    """Makes gray pictures, mattes and cut-outs of photos, and a contact sheet of all."""

    photos = luigi.Parameter(description='a photo, a folder of photos, or a pattern in quotes: "photos/*.jpg"')
    output = luigi.Parameter(default="", description="folder that the cut-outs are copied to, as NAME.png")
    mask_only = luigi.BoolParameter(description="write the mattes alone")
    background = luigi.Parameter(default="", description="colour or picture to put the person in front of, too")
    gray = luigi.ChoiceParameter(
        default=EXACT,
        choices=[EXACT, *(name for name, row in EXPERIMENTS.items() if row.target == "gray")],
        description="exact, or the experiment whose model makes the gray pictures",
    )
    matte = luigi.ChoiceParameter(
        default=SHIPPED,
        choices=[SHIPPED, *(name for name, row in EXPERIMENTS.items() if row.target == "matte")],
        description="shipped, or the experiment whose model finds the person",
    )
    max_megapixels = luigi.FloatParameter(
        default=128, description="larger photos are read at reduced scale if they are JPEG, else refused"
    )
    rerun = luigi.BoolParameter(significant=False, description="rebuild the results even if they are up to date")
    done = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Report that there are no photos, or a path that is none, before models are trained for them."""
        super().__init__(*args, **kwargs)
        from tasks.photos.files import matching

        photos, *_ = (local_path(path) for path in (self.photos, self.output, self.background))
        try:
            found = matching(photos)
        except OSError as error:
            raise UserError(printable(explain(error, self.get_task_family()))) from None
        if not found:
            raise UserError(f"--photos '{printable(str(photos))}': there is no such file or folder")

    def chosen(self) -> dict[str, str]:
        """Return what was chosen for each target that is needed."""
        return {"matte": self.matte} if self.mask_only else {"matte": self.matte, "gray": self.gray}

    def models(self) -> dict[str, ModelStage]:
        """Return the trained models that are needed, by target."""
        return {target: model_stage(name) for target, name in self.chosen().items() if name in EXPERIMENTS}

    def results(self) -> tuple[str, ...]:
        """Return the names of the files that are made of a photo; the last is what most users want."""
        if self.mask_only:
            return ("matte.png",)
        made = ("gray.png", "matte.png", "cutout.png")
        return (*made, "composite.png") if self.background else made

    def requires(self) -> list[ModelStage]:
        """Return the trained models."""
        return list(self.models().values())

    def complete(self) -> bool:
        """Return whether it was done in this run; the record of each result says whether it is up to date."""
        if not self.done:
            models = [model.description() for model in self.requires()]
            CURRENT_RUN.ask([model for model in models if not judge(model).complete], lambda _: [])
        return self.done

    def run(self) -> None:
        """Make the results of each photo; photos that cannot be used are reported at the end."""
        try:
            self._run()
        except OSError as error:
            raise UserError(explain(error, self.get_task_family())) from None

    def _run(self) -> None:
        # The products of matrices in the shipped network are small: threads would wait for each other.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # NumPy reads it when it is imported
        from tasks.photos.files import check_output, deliver, find_photos, listed
        from tasks.photos.results import open_background

        source, output = local_path(self.photos), local_path(self.output) if self.output else None
        found = find_photos(source, not_below=data_root(), taken=(SHEET,))
        if output:
            check_output(output, source)
        if self.background and not self.mask_only:
            open_background(self.background)  # a mistake in it is reported before any work
        if found.passed_over:
            files = listed(found.passed_over)
            say(f"{self.get_task_family()}: passed over, as they do not have the suffix of a picture: {files}")
        track = console_track(self.get_task_family(), self._notify)
        good, bad = {}, []
        for name, photo in track(found.photos.items(), len(found.photos), "photo"):
            try:
                good[name] = self._apply(name, photo.absolute())
                if output:
                    deliver(good[name].path / self.results()[-1], output / f"{name}.png")
            except UserError as error:
                bad.append(printable(str(error)))
        if good:
            self._write_sheet(good)
        say(f"{self.get_task_family()}: {len(good)} of {len(found.photos)} photos, in {location_of(FOLDER).shown}")
        if bad:
            raise UserError(f"{len(bad)} of {len(found.photos)} photos could not be used:\n  " + "\n  ".join(bad))
        self.done = True

    def _apply(self, name: str, photo: Path) -> Description:
        """Bring the results of one photo up to date, and return their description."""
        output = self._description(name, photo)

        def build(folder: Path, inputs: Mapping[str, Path], partial: Path) -> None:
            from tasks.photos.results import open_background, write_results

            matte = self._matte(inputs.get("matte"))
            gray = None if self.mask_only else self._gray(inputs.get("gray"))
            background = open_background(self.background) if self.background else None
            write_results(folder, photo, matte, gray, background, self.max_megapixels)

        def starting(verdict: Verdict) -> None:
            if verdict.is_damaged:
                say(f"warning: {output.title}: {'; '.join(verdict.reasons)}; rebuilding")

        bring_up_to_date(lambda: self._description(name, photo), build, starting, force=self.rerun)
        fetch_output(output)
        return output

    def _matte(self, model: Path | None) -> "MatteNetwork":
        """Return what finds the person: the trained model, or without one the shipped model."""
        return _trained(self.matte, model) if model else _shipped()

    def _gray(self, model: Path | None) -> Callable[["Image"], "Image"]:
        """Return what makes a photo gray: the trained model, or without one the formula."""
        from tasks.photos.gray import exact_gray, gray_photo

        return partial(gray_photo, network=_trained(self.gray, model)) if model else exact_gray

    def _description(self, name: str, photo: Path) -> Description:
        folder, models = f"{FOLDER}/{name}", self._model_descriptions
        picture = local_path(self.background)
        return Description(
            title=f"{self.get_task_family()} {name}",
            folder=folder,
            location=location_of(folder),
            produces=self.results(),
            code=Code(__name__, CODE + CODE_OF_SHIPPED if self.matte == SHIPPED else CODE),
            settings={
                "photos.mask_only": self.mask_only,
                "photos.background": file_sha256(picture) if picture.is_file() else self.background,
                "photos.models": self.chosen(),
                "photos.max_megapixels": self.max_megapixels,
            },
            inputs={target: Input(model, MODEL) for target, model in models.items()},
            requires=tuple(models.values()),
            watch=lambda: Watched(_photo_digest(photo), words("the photo changed")),
        )

    @cached_property
    def _model_descriptions(self) -> dict[str, Description]:
        known: dict[str, Description] = {}
        return {target: model.description(known) for target, model in self.models().items()}

    def _write_sheet(self, good: Mapping[str, Description]) -> None:
        from tasks.photos.sheet import write_sheet

        records = {name: needed_record(output.path) for name, output in good.items()}
        digests = {
            name: {file: of.sha256 for file, of in record.files.items()} for name, record in records.items()
        }
        code = meanings(Code("tasks.photos.sheet").digests())
        pictures = {name: [output.path / file for file in output.produces] for name, output in good.items()}
        made_of = text_sha256(json.dumps([digests, code], sort_keys=True))
        write_sheet(data_root() / FOLDER / SHEET, pictures, made_of)
        if store := data_store():
            store.put({f"{FOLDER}/{SHEET}": data_root() / FOLDER / SHEET})

    def _notify(self, share: float, text: str) -> None:
        self.set_status_message(text)
        self.set_progress_percentage(round(share * 100))


def _photo_digest(photo: Path) -> str:
    try:
        return file_sha256(photo)
    except OSError as error:
        raise UserError(f"{photo}: cannot be read ({error.strerror})") from None


@lru_cache(maxsize=1)
def _shipped() -> "MatteNetwork":
    from tasks.shipped.model import MATTE
    from tasks.shipped.network import SavedNetwork

    return SavedNetwork(MATTE.path)


def _trained(experiment: str, model: Path) -> "SizedNetwork":
    return _loaded(experiment, model, file_sha256(model))


@lru_cache(maxsize=2)
def _loaded(experiment: str, model: Path, digest: str) -> "SizedNetwork":
    import_tensorflow()
    from tasks.photos.network import SizedNetwork

    row = EXPERIMENTS[experiment]
    return SizedNetwork(model, row.network, row.options)
