"""The one place where dashboards name somebody forgets whoever is erased, and no count writes them down again."""

import pytest

from common.domain.accounts.models import Account
from common.domain.reporting import personal, snapshot
from common.domain.reporting.models import ADMIN, AdminSnapshot
from common.triggers.unit_of_work import Stale, UnitOfWork
from tests.domain.reporting.school import School


def newest(school: School) -> list[str]:
    found = school.world.stored(AdminSnapshot, ADMIN)
    assert found is not None
    assert [one.user_id for one in found.recent_users] == list(found.recent_user_ids)
    return [one.display_name for one in found.recent_users]


def erase(school: School, user_id: str) -> None:
    """What an erasure does here: the account first, then whatever holds the learner."""
    (holding,) = personal.HOLDINGS
    unit = UnitOfWork(school.world.database)
    unit.delete(Account, user_id)
    unit.commit(school.world.patience())
    unit = UnitOfWork(school.world.database)
    for one in holding.find(user_id, unit, limit=10):
        holding.stage_erasure(one, user_id, unit, school.world.clock.now())
    unit.commit(school.world.patience())


@pytest.fixture
def ada(school: School) -> str:
    school.join("bob")
    ada = school.join("ada")
    school.count()
    assert set(newest(school)) == {"bob", "ada"}
    return ada


def test_whoever_is_erased_is_taken_out_of_the_newest_accounts(school: School, ada: str) -> None:
    erase(school, ada)
    assert newest(school) == ["bob"]
    school.world.clock.advance(minutes=30)
    school.count()
    assert newest(school) == ["bob"]


def test_a_count_that_read_somebody_who_is_erased_meanwhile_commits_nothing(school: School, ada: str) -> None:
    eve = school.join("eve")
    late = UnitOfWork(school.world.database)
    snapshot.show_newest(late)
    erase(school, eve)
    with pytest.raises(Stale):
        late.commit(school.world.patience())
    assert set(newest(school)) == {"bob", "ada"}


def test_a_snapshot_that_was_begun_before_an_erasure_does_not_bring_anybody_back(school: School, ada: str) -> None:
    school.world.clock.advance(minutes=30)
    late = UnitOfWork(school.world.database)
    snapshot.take(school.world.clock.now(), late)
    erase(school, ada)
    with pytest.raises(Stale):
        late.commit(school.world.patience())
    assert newest(school) == ["bob"]
