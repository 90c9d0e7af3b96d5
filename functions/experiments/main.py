"""GET, POST /v1/experiments · GET /v1/experiments/{experiment_id} · POST /v1/experiments/{experiment_id}/stop"""

from common.domain.engagement import experimenting as domain
from common.domain.engagement.experiment_bodies import ExperimentReport, ExperimentStop, NewExperiment
from common.errors import NotFound
from common.ports import Caller, Clock, Ids, Page, PageSize, PageToken, Store, StoreReader
from common.triggers import Created, http

experiments = http.resource("experiments")


@experiments.post("/v1/experiments", role="admin", max_body=16384, raises=(domain.ExperimentRunning,))
def begin_experiment(
    caller: Caller, wished: NewExperiment, store: Store, clock: Clock, ids: Ids
) -> Created[ExperimentReport]:
    """Let an experiment with nudges run, from now on: its arms, its hold-out, the smallest effect of interest."""
    return Created(domain.begin(caller, wished, store, clock, ids))


@experiments.get("/v1/experiments", role="admin")
def list_experiments(
    store: StoreReader, clock: Clock, page_size: PageSize = 20, page_token: PageToken | None = None
) -> Page[ExperimentReport]:
    """Experiments with how they stand, the last one first."""
    return domain.all_of_them(store, clock, page_size=page_size, page_token=page_token)


@experiments.get("/v1/experiments/{experiment_id}", role="admin", raises=(NotFound,))
def show_experiment(experiment_id: str, store: StoreReader, clock: Clock) -> ExperimentReport:
    """How an experiment stands: lifts with their intervals, and what to know before anything is concluded."""
    return domain.show(experiment_id, store, clock)


@experiments.post("/v1/experiments/{experiment_id}/stop", role="admin", max_body=1024, raises=(NotFound,))
def stop_experiment(
    caller: Caller, experiment_id: str, wished: ExperimentStop, store: Store, clock: Clock, ids: Ids
) -> ExperimentReport:
    """Stop an experiment, or one arm of it, at once."""
    return domain.stop(caller, experiment_id, wished, store, clock, ids)
