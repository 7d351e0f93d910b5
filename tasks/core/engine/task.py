"""An engine, started for a stage."""

from typing import TYPE_CHECKING

from tasks.core.freshness.stage import Stage
from tasks.core.progress import say

if TYPE_CHECKING:
    from tasks.core.engine.dask import DaskEngine
    from tasks.core.engine.local import LocalEngine


def started_engine(stage: Stage, engine: str, dask_address: str) -> "LocalEngine | DaskEngine":
    """Start the engine `local` or `dask`; where Dask shows its work, the console and the scheduler say."""
    if engine == "local":
        from tasks.core.engine.local import LocalEngine

        return LocalEngine()
    from tasks.core.engine.dask import DaskEngine

    dask = DaskEngine(dask_address)
    say(f"{stage.title}: Dask's dashboard: {dask.dashboard}")
    if stage.set_tracking_url:  # which Luigi sets for a task that it runs
        stage.set_tracking_url(dask.dashboard)
    return dask
