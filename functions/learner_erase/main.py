"""Task: one step of an erasure."""

from common.domain.documents.files import Uploads
from common.domain.privacy import erasure_walk
from common.domain.privacy.erasure_models import Erasures
from common.domain.privacy.export_models import Exports
from common.domain.privacy.messages import EraseLearner
from common.domain.privacy.receipt import ReceiptKey
from common.ports import Clock, Deployment, Files, Queue, Remains, Secret, Store
from common.triggers import task


@task(max_attempts=50, max_dispatches_per_second=10, max_concurrent=5)
def learner_erase(
    message: EraseLearner,
    store: Store,
    uploads: Files[Uploads],
    exports: Files[Exports],
    erased: Files[Erasures],
    remains: Remains,
    steps: Queue[EraseLearner],
    key: Secret[ReceiptKey],
    deployment: Deployment,
    clock: Clock,
) -> None:
    """Erase some of what the registry finds of a learner, and stage the next step; at last make out the receipt."""
    hands = erasure_walk.Hands(
        store=store,
        buckets={Uploads: uploads, Exports: exports},
        erased=erased,
        remains=remains,
        steps=steps,
        key=key,
        deployment=deployment,
        clock=clock,
    )
    erasure_walk.take(message, hands)
