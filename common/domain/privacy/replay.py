"""Erases again, after a backup was restored, whom it brought back: before anybody is served.

Who was erased stands in a bucket that no restore brings back, by a hash of their id. The first walk is taken before the
start; the second comes later, as ever: tokens from before the restore are still good for a while. An erasure that the
backup found under way goes on by its own messages.
"""

from datetime import datetime

from common.domain.accounts.models import Account
from common.domain.accounts.users import USERS
from common.domain.privacy import receipt
from common.domain.privacy.erasure_models import Erasure, Erasures, mark_of
from common.ports import Cursor, Files, StoreReader

PAGE = 500


def outstanding(erased: Files[Erasures], store: StoreReader) -> dict[str, str]:
    """Mark -> request of the erasures that this database knows nothing of. Costs a read each."""
    names: list[str] = []
    while found := erased.list("", limit=PAGE, after=names[-1] if names else None):
        names += [one.name for one in found]
    requests = {name.rpartition(".")[0]: name.rpartition(".")[2] for name in names}
    known = {one.request_id for page in _paged(list(requests)) for one in store.get_many(Erasure, page)}
    return {mark: request_id for request_id, mark in requests.items() if request_id not in known}


def brought_back(
    marks: dict[str, str], store: StoreReader, after: Cursor | None
) -> tuple[list[tuple[Account, str]], Cursor | None]:
    """Of a page of accounts, those whose mark is among these, with their requests; and where the next page begins.

    Costs a read an account: a mark leads to nobody, so all of them are looked at.
    """
    accounts = store.query(USERS, {}, limit=PAGE, after=after)
    found = [(one, marks[mark]) for one in accounts if (mark := mark_of(one.user_id)) in marks]
    return found, Cursor.at(USERS, accounts[-1]) if len(accounts) == PAGE else None


def prune(erased: Files[Erasures], now: datetime) -> int:
    """Forget marks that are older than any backup; how many of the first thousand."""
    old = [one.name for one in erased.list("", limit=1000) if now - one.created_at > receipt.KEPT]
    return sum(erased.delete(name) for name in old)


def _paged(ids: list[str]) -> list[list[str]]:
    return [ids[begin : begin + PAGE] for begin in range(0, len(ids), PAGE)]
