"""POST /v1/nudges/simulate"""

from common.domain.engagement import simulating
from common.domain.engagement.simulation_bodies import NewSimulation, SimulationResult
from common.errors import NotFound
from common.ports import Caller, Clock, StoreReader
from common.triggers import http


@http.post(
    "/v1/nudges/simulate",
    role="teacher",
    rate_limit="30/minute",
    max_body=8192,
    raises=(simulating.CourseNeeded, NotFound),
)
def nudge_simulate(caller: Caller, wished: NewSimulation, store: StoreReader, clock: Clock) -> SimulationResult:
    """Play a policy forward over real or synthetic learners: who would be nudged when. Nothing is sent."""
    return simulating.simulate(caller, wished, store, clock)
