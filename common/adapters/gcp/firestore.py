"""The document database of a deployment: Firestore in native mode."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeVar

from google.api_core import exceptions
from google.cloud import firestore as client_library
from google.cloud.firestore_v1.types import firestore as rpc

from common.adapters.commit_marks import TRAIL
from common.adapters.document_ids import possible
from common.adapters.gcp.firestore_batch import Batch, Revision, Verdict
from common.adapters.gcp.firestore_queries import COUNT, DISTANCE, matching, nearest_to, structured, with_sums
from common.adapters.gcp.firestore_values import decoded
from common.adapters.system import JitteredPatience
from common.ports.database import Committed, DatabaseUnavailable, GuardFailed, Stored, Write
from common.ports.store import Aggregate, Aggregated, Cursor, Document, Nearest, Query, Scalar, Span
from common.settings import Settings

R = TypeVar("R")

HIDDEN = {TRAIL, DISTANCE}
"""Fields of an answer that are no fields of the model."""

REFUSED = (exceptions.AlreadyExists, exceptions.FailedPrecondition, exceptions.NotFound)
"""Certainly not applied, by this attempt: a guard does not hold."""
NOT_NOW = (exceptions.Aborted, exceptions.ResourceExhausted)
"""Certainly not applied, by this attempt, and worth another."""
UNCERTAIN = (
    exceptions.ServiceUnavailable,
    exceptions.DeadlineExceeded,
    exceptions.InternalServerError,
    exceptions.Unknown,
    exceptions.Cancelled,
)
"""Applied or not: the answer does not say."""


class Firestore:
    """A Database (ports) over Google's client, which finds the emulator by FIRESTORE_EMULATOR_HOST itself.

    Of the client only the plain remote calls are used: its own retries repeat a commit after a lost answer and then
    report our own document as a conflict, and repeat a read for five minutes.
    """

    attempt_seconds = 5.0
    patience_seconds = 10.0

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def get_many(self, model: type[Document], document_ids: Sequence[str]) -> list[Stored | None]:
        """One entry an id, in order; None where there is none. Raises DatabaseUnavailable."""
        names = [f"{self._documents}/{model.collection}/{one}" for one in document_ids if possible(one)]
        found = self._patiently(lambda timeout: self._documents_by_name(names, timeout)) if names else {}
        by_id = {name.rpartition("/")[2]: document for name, document in found.items()}
        return [_stored(by_id[one]) if one in by_id else None for one in document_ids]

    def query(self, query: Query[Any], where: Mapping[str, Scalar], limit: int, after: Cursor | None) -> list[Stored]:
        """At most `limit` documents in the query's order. Raises DatabaseUnavailable."""
        return [_stored(found) for found in self._run(structured(query, where, limit, after, self._documents))]

    def nearest(
        self, nearest: Nearest[Any], vector: Sequence[float], where: Mapping[str, Scalar], limit: int
    ) -> list[tuple[Stored, float]]:
        """At most `limit` documents with their cosine similarity, the most similar first. DatabaseUnavailable."""
        found = self._run(nearest_to(nearest, vector, where, limit))
        return [(_stored(document), 1.0 - decoded(document.fields[DISTANCE])) for document in found]

    def _run(self, asked: Any) -> list[Any]:
        """The documents of a structured query."""
        request = _wrapped(rpc.RunQueryRequest, parent=self._documents, structured_query=asked)

        def attempt(timeout: float) -> list[Any]:
            answers = self._api.run_query(request=request, retry=None, timeout=timeout, metadata=self._metadata)
            return [answer.document for answer in _plain(answers) if answer.HasField("document")]

        return self._patiently(attempt)

    def count(self, query: Query[Any], where: Mapping[str, Scalar]) -> int:
        """How many documents match. Raises DatabaseUnavailable."""
        return int(self._totals(with_sums(structured(query, where, None, None, self._documents)))[COUNT])

    def aggregate(self, aggregate: Aggregate[Any], where: Mapping[str, Scalar], during: Span) -> Aggregated:
        """How many documents match, and their sums. Raises DatabaseUnavailable."""
        totals = self._totals(with_sums(matching(aggregate, where, during), aggregate.sums))
        return Aggregated(int(totals.pop(COUNT)), totals)

    def _totals(self, asked: Any) -> dict[str, int | float]:
        """The results of a structured aggregation, by their aliases."""
        request = _wrapped(rpc.RunAggregationQueryRequest, parent=self._documents, structured_aggregation_query=asked)

        def attempt(timeout: float) -> dict[str, int | float]:
            answers = self._api.run_aggregation_query(
                request=request, retry=None, timeout=timeout, metadata=self._metadata
            )
            (answer,) = _plain(answers)
            return {alias: decoded(value) for alias, value in answer.result.aggregate_fields.items()}

        return self._patiently(attempt)

    def commit(self, writes: Sequence[Write], *, exact: bool = True) -> Committed:
        """Apply all writes or none. Raises GuardFailed or DatabaseUnavailable.

        After any answer but success the documents are read, and tell whether this very commit was applied.
        """
        batch = Batch(writes, self._documents, exact=exact)
        request = _wrapped(rpc.CommitRequest, database=self._database, writes=batch.protos())
        patience = JitteredPatience(self.patience_seconds)
        uncertain = False
        while True:
            refused = False
            try:
                timeout = self._timeout(patience)
                answer = self._api.commit(request=request, retry=None, timeout=timeout, metadata=self._metadata)
                return batch.answered(rpc.CommitResponse.pb(answer))
            except REFUSED:
                if not batch.is_guarded:
                    raise  # no guard of ours: the database itself is not there
                refused = True
            except NOT_NOW:
                pass
            except UNCERTAIN:
                uncertain = True
            verdict = self._verdict(batch, patience)
            if verdict is Verdict.APPLIED:
                return self._recovered(batch)
            if refused and verdict is Verdict.UNKNOWN and uncertain:
                raise DatabaseUnavailable("an earlier attempt may have been applied: its documents are overwritten")
            if refused and verdict is not None:
                raise GuardFailed
            if not patience.wait():
                raise DatabaseUnavailable("the commit was not answered in its time")

    def close(self) -> None:
        """Close the channel; the next use opens another."""
        if self.__dict__.pop("_api", None) is not None:
            self.__dict__.pop("_client").close()

    def _verdict(self, batch: Batch, patience: JitteredPatience) -> Verdict | None:
        """Whether the batch was applied, as its documents tell; None when they cannot be read now."""
        try:
            return batch.judge(self._documents_by_name(batch.witnesses(), self._timeout(patience)))
        except (*NOT_NOW, *UNCERTAIN):
            return None

    def _recovered(self, batch: Batch) -> Committed:
        names = [*batch.witnesses(), *batch.written()]
        try:
            found = self._patiently(lambda timeout: self._documents_by_name(names, timeout))
        except DatabaseUnavailable:
            found = {}  # it was applied all the same; only its versions are not known
        return batch.recovered(found)

    def _documents_by_name(self, names: Sequence[str], timeout: float) -> dict[str, Any]:
        """Those documents of these full names that exist."""
        if not names:
            return {}
        request = _wrapped(rpc.BatchGetDocumentsRequest, database=self._database, documents=list(dict.fromkeys(names)))
        answers = self._api.batch_get_documents(request=request, retry=None, timeout=timeout, metadata=self._metadata)
        return {answer.found.name: answer.found for answer in _plain(answers) if answer.HasField("found")}

    def _patiently(self, attempt: Callable[[float], R]) -> R:
        """The result of a read, tried again while the database is away."""
        patience = JitteredPatience(self.patience_seconds)
        while True:
            try:
                return attempt(self._timeout(patience))
            except (*NOT_NOW, *UNCERTAIN) as error:
                if not patience.wait():
                    raise DatabaseUnavailable(type(error).__name__) from None

    def _timeout(self, patience: JitteredPatience) -> float:
        return max(0.1, min(self.attempt_seconds, patience.left()))

    @cached_property
    def _client(self) -> Any:
        """Made on first use, as a channel does not survive the fork of a worker."""
        return client_library.Client(project=self._settings.project, database=self._settings.database)

    @cached_property
    def _api(self) -> Any:
        return self._client._firestore_api

    @cached_property
    def _metadata(self) -> Any:
        return self._client._rpc_metadata

    @cached_property
    def _database(self) -> str:
        return f"projects/{self._settings.project}/databases/{self._settings.database}"

    @cached_property
    def _documents(self) -> str:
        return f"{self._database}/documents"


def _wrapped(kind: Any, **values: Any) -> Any:
    """A request, from the plain protobuf message that the client's type wraps."""
    return kind.wrap(kind.pb()(**values))


def _plain(answers: Iterable[Any]) -> Iterator[Any]:
    return (type(answer).pb(answer) for answer in answers)


def _stored(document: Any) -> Stored:
    content = {name: decoded(value) for name, value in document.fields.items() if name not in HIDDEN}
    return Stored(document.name.rpartition("/")[2], Revision.of(document), content)
