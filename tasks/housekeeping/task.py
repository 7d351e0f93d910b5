"""`Status` and `Clean`."""

from abc import abstractmethod
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime

import luigi

from tasks.core.data_folder import data_root, data_store, shown_root
from tasks.core.errors import UserError
from tasks.core.freshness.description import Description
from tasks.core.freshness.environment import library_versions
from tasks.core.freshness.failure import explain
from tasks.core.freshness.folder import kept_files
from tasks.core.freshness.lock import locked
from tasks.core.freshness.make import lock_file, lock_order, work_in_progress
from tasks.core.freshness.plan import CURRENT_RUN
from tasks.core.freshness.stage import Stage
from tasks.core.progress import say
from tasks.core.spawned import Sendable
from tasks.core.units import size
from tasks.evaluation.task import EvaluateModel
from tasks.experiments import experiments_named
from tasks.housekeeping.clean import Rubbish, leftovers, orphans, output_rubbish, remove
from tasks.housekeeping.status import status_lines
from tasks.housekeeping.survey import Surveyed, all_stages, other_versions, survey
from tasks.originals.task import has_mattes
from tasks.photos.task import FOLDER, SHEET
from tasks.report.task import Report
from tasks.settings import report
from tasks.training.task import model_stage


class Command(Sendable, luigi.Task):
    """Something to do each time it is asked for."""

    done = False

    def complete(self) -> bool:
        """Return whether it was done in this run."""
        CURRENT_RUN.ask([], lambda _: [])  # it has said all there is to say
        return self.done

    def run(self) -> None:
        """Do it."""
        try:
            self.do()
        except OSError as error:
            raise UserError(explain(error, self.get_task_family())) from None
        self.done = True

    @abstractmethod
    def do(self) -> None:
        """Do it."""


class Status(Command):
    """Shows for every stage and experiment whether its output is up to date, and what `EvaluateAll` would do."""

    def do(self) -> None:
        """Print a line for each."""
        stages = survey(*_descriptions())
        for line in status_lines(stages, "EvaluateAll", datetime.now(UTC)):
            print(line)
        for line in other_versions(stages, library_versions()):
            print(line)
        rubbish = [] if data_store() else list(_rubbish(stages))
        if rubbish:
            print(f"Clean would remove {_count(len(rubbish))}, {_size(rubbish)}.")


class Clean(Command):
    """Removes stale outputs, outputs that belong to no stage, and what stopped runs left."""

    all = luigi.BoolParameter(description="remove all outputs, fresh ones and the report's history too")
    dry_run = luigi.BoolParameter(description="only list what would be removed")

    def do(self) -> None:
        """List what can go, and remove it."""
        if data_store():
            raise UserError(
                f"Clean works on folders of this machine, and {shown_root()} is in a store: remove old outputs "
                f"with the store's own tools. The copies in {data_root()} may be removed while nothing runs."
            )
        root = data_root()
        with ExitStack() as locks:
            if not self.dry_run:
                for stage in sorted(all_stages(*_descriptions()), key=lock_order):
                    locks.enter_context(locked(lock_file(stage.folder), True, _waiting))
            # Described again: a model that was trained while this waited for the locks is not rubbish.
            rubbish = list(_rubbish(survey(*_descriptions()), everything=self.all))
            freed = _size(rubbish)
            for one in rubbish:
                print(f"{one.folder.relative_to(root)}: {one.why}, {_size([one])}")
                if not self.dry_run:
                    remove(one, root)
        print(f"{'Would remove' if self.dry_run else 'Removed'} {_count(len(rubbish))}, {freed}.")


def _descriptions() -> list[Description]:
    """Return the report, and the evaluations it does not ask for of experiments that are there all the same."""
    known: dict[str, Description] = {}
    asked = experiments_named(report().experiments, has_mattes())
    possible = experiments_named("all", has_mattes())
    rest = [EvaluateModel(experiment=name) for name in possible if name not in asked]
    there = [stage for stage in rest if _is_there(stage) or _is_there(model_stage(stage.name))]
    return [stage.description(known) for stage in (Report(), *there)]


def _is_there(stage: Stage) -> bool:
    return stage.path.is_dir() or stage.location.record() is not None


def _waiting() -> None:
    say("Clean: waiting for a run that is at work")


def _rubbish(stages: list[Surveyed], everything: bool = False) -> Iterator[Rubbish]:
    root = data_root()
    resumable = set()
    for one in stages:
        work = work_in_progress(one.stage)
        if work and not everything and not one.verdict.complete:  # else no run would continue it
            resumable.add(work)
        # An output that only waits for a stage before it may turn out up to date.
        reasons = one.verdict.damage + one.verdict.changes
        if everything or (reasons and not one.verdict.gone):
            output = output_rubbish(one.stage.path, "; ".join(reasons) or "made by the pipeline")
            if output:
                kept = kept_files(one.stage.path, one.stage.kept) if everything else ()
                yield replace(output, files=output.files + tuple(one.stage.path / file for file in kept))
    # Only the user knows whether the results of photos are still wanted; they go only with everything.
    photos = [path for path in (root / FOLDER).glob("*") if path.is_dir()]
    yield from orphans(root, {one.stage.path for one in stages} | set(() if everything else photos))
    if everything and (root / FOLDER / SHEET).is_file():
        yield Rubbish(root / FOLDER, "contact sheet", (root / FOLDER / SHEET,))
    yield from leftovers(root, resumable)


def _count(folders: int) -> str:
    return f"{folders} folder" if folders == 1 else f"{folders} folders"


def _size(rubbish: list[Rubbish]) -> str:
    return size(sum(one.bytes for one in rubbish))
