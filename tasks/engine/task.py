"""The engine of the settings, for a stage."""

from typing import TYPE_CHECKING

from tasks.freshness.task import FreshTask
from tasks.progress import say
from tasks.settings import small

if TYPE_CHECKING:
    from tasks.engine.dask import DaskEngine
    from tasks.engine.local import LocalEngine


def started_engine(stage: FreshTask) -> "LocalEngine | DaskEngine":
    """Start the engine that `small.engine` names; where Dask shows its work, the console and the scheduler say."""
    if small().engine == "local":
        from tasks.engine.local import LocalEngine

        return LocalEngine()
    from tasks.engine.dask import DaskEngine

    engine = DaskEngine(small().dask_address)
    say(f"{stage.title}: Dask's dashboard: {engine.dashboard}")
    if stage.set_tracking_url:  # which Luigi sets for a task that it runs
        stage.set_tracking_url(engine.dashboard)
    return engine
