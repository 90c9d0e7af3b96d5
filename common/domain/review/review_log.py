"""What a card's log comes to: the same rows give the same standing, to the last bit, in any process."""

from collections.abc import Iterable

from common.domain.review import schedule
from common.domain.review.models import ReviewRow, Standing, band_of
from common.ports import Query

LOG = Query(ReviewRow, equal=("log_id",), order=("number",))


def standing_of(rows: Iterable[ReviewRow]) -> Standing:
    """Where a card stands after its whole log, in order."""
    past: list[Standing] = []
    now = Standing()
    for row in rows:
        if row.kind == "undo":
            now = past.pop()
        else:
            past.append(now)
            now = after(now, row)
    return now


def after(before: Standing, row: ReviewRow) -> Standing:
    """Where a card stands after one review: FSRS computes the memory anew, and the row holds what was chosen."""
    assert row.rating is not None
    assert row.retention is not None
    assert row.parameters is not None
    memory, _ = schedule.after(before.memory, row.rating, row.reviewed_at, row.retention, row.parameters)
    return Standing(
        memory=memory,
        pile="review" if memory.state == "review" else "learning",
        due_at=row.due_at,
        due_day=row.due_day,
        band=band_of(row.interval_days or 0),
        reviews=before.reviews + 1,
        lapses=before.lapses + (before.pile == "review" and row.rating == "again"),
    )
