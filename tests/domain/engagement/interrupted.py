"""A database in which something happens just before a chosen use of it, and which remembers what it was asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from common.ports.database import Committed, Database, Stored, Write
from common.ports.store import Cursor, Document, Query, Scalar

T = TypeVar("T")


class Killed(BaseException):
    """The process ends here."""


class Interrupted:
    """Hands everything on; before the use number `at` (from 0) or behind it, `happening` happens, once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.uses: list[str] = []
        self.at: int | None = None
        self.is_after = False
        self.happening: Callable[[], object] = lambda: None

    def interrupt(self, at: int | None, happening: Callable[[], object], *, is_after: bool = False) -> None:
        self.uses, self.at = [], at
        self.happening, self.is_after = happening, is_after

    def get_many(self, model: type[Document], document_ids: Sequence[str]) -> list[Stored | None]:
        return self._use(f"read {model.__name__}", lambda: self._database.get_many(model, document_ids))

    def query(self, query: Query[Any], where: Mapping[str, Scalar], limit: int, after: Cursor | None) -> list[Stored]:
        return self._use(f"query {query.model.__name__}", lambda: self._database.query(query, where, limit, after))

    def commit(self, writes: Sequence[Write], *, exact: bool = True) -> Committed:
        return self._use("commit", lambda: self._database.commit(writes, exact=exact))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    def _use(self, said: str, work: Callable[[], T]) -> T:
        is_now = len(self.uses) == self.at
        if is_now and not self.is_after:
            self._happen()
        self.uses.append(said)
        done = work()
        if is_now and self.is_after:
            self._happen()
        return done

    def _happen(self) -> None:
        """What happens uses the database too, which is not counted."""
        kept, self.uses, self.at = self.uses, [], None
        self.happening()
        self.uses = [*kept, "HAPPENING"]
