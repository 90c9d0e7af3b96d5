"""A learner at a glance: where they stand, what is due, and what they do best now. Nothing of it is stored twice."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from common.domain.assessment.models import LearnerRecord, Quiz
from common.domain.progress import feed, mastery, standings, study_plan
from common.domain.progress.local_days import number
from common.domain.progress.mastery import Mastery
from common.domain.progress.models import Standing
from common.domain.progress.own_progress import OWN as OWN_PROGRESS
from common.domain.progress.plan_bodies import PlannedItem, PlannedKind
from common.domain.progress.planning import DAYS_AHEAD, review_minutes
from common.domain.reporting.bodies import ActiveDay, LearnerDashboard, NextKind, NextStep, Standpoint, TopicLevel
from common.domain.review.day_queue import due_ahead
from common.domain.rewards.models import EVERYBODY, LearnerWeek, learner_week_id
from common.domain.rewards.weeks import week_of
from common.ports import Caller, Clock, StoreReader

DAYS, MOST_TOPICS, LATEST = 28, 30, 10
RECENT_CONCEPTS = 5
"""Concepts among which one that is not completed is looked for."""
ENOUGH = 3.0
"""Answers that must tell of a topic before it is called weak."""
PLANNED: Mapping[PlannedKind, NextKind] = {"learn": "learn", "practise": "practise"}
"""What of a day's plan is a next step; its reviews are known without it."""


def show(caller: Caller, store: StoreReader, clock: Clock) -> LearnerDashboard:
    """The caller's dashboard.

    Costs at most 35 reads: the standing, the desk, what is known of topics, two weeks and ten activities; for the next
    step the record of quizzes and, until one is found, a quiz, the plan with at most ten concepts, five concepts.
    """
    now = clock.now()
    standing = store.get(Standing, caller.user_id)
    today = standings.today_of(caller.user_id, store, now)
    ahead = due_ahead(caller, store, clock, DAYS_AHEAD)
    topics = mastery.all_mastery_of(caller.user_id, store, now)
    return LearnerDashboard(
        as_of=now,
        standing=_standpoint(standing, now),
        due_reviews=ahead[0],
        next_step=next(_steps(caller, ahead, topics, store, clock)),
        topics=_levels(topics),
        days=tuple(_days(caller.user_id, standing, today, store)),
        history=feed.own(caller, store, page_size=LATEST, page_token=None).items,
    )


def _standpoint(standing: Standing | None, now: datetime) -> Standpoint:
    if standing is None:
        return Standpoint(streak=0, longest_streak=0, is_active_today=False, may_rest=False, points=0)
    held = standings.streak_of(standing, now)
    return Standpoint(
        streak=held.current,
        longest_streak=held.longest,
        is_active_today=held.is_active_today,
        may_rest=held.may_rest,
        points=standing.total_points,
    )


def _steps(
    caller: Caller, ahead: Sequence[int], topics: list[Mastery], store: StoreReader, clock: Clock
) -> Iterator[NextStep]:
    """What there is to do, the most urgent first: what ends soon, what is due, what was planned or begun."""
    now = clock.now()
    yield from _open_quiz(caller.user_id, store, now)
    if ahead[0]:
        yield NextStep(kind="review", cards=ahead[0], minutes=review_minutes(ahead)[0])
    yield from _planned(caller, ahead, store, clock)
    begun = store.query(OWN_PROGRESS, {"user_id": caller.user_id}, limit=RECENT_CONCEPTS)
    for one in begun:
        if one.completed_at is None:
            yield NextStep(kind="learn", title=one.title, concept_id=one.concept_id)
    for weak in sorted(topics, key=lambda one: (one.level, one.topic)):
        if not weak.is_mastered and weak.evidence >= ENOUGH:
            yield NextStep(kind="practise", title=weak.topic, topic=weak.topic)
    yield NextStep(kind="ask")


def _open_quiz(user_id: str, store: StoreReader, now: datetime) -> Iterator[NextStep]:
    record = store.get(LearnerRecord, user_id)
    going_on = [one for one in record.open if one.expires_at > now] if record else []
    if going_on:
        ends_first = min(going_on, key=lambda one: one.expires_at)
        quiz = store.get(Quiz, ends_first.quiz_id)
        if quiz is not None and quiz.status == "ready":
            yield NextStep(kind="finish_quiz", title=quiz.title, quiz_id=quiz.quiz_id, expires_at=ends_first.expires_at)


def _planned(caller: Caller, ahead: Sequence[int], store: StoreReader, clock: Clock) -> Iterator[NextStep]:
    """Today's first item of the plan that is learned or practised."""
    try:
        plan = study_plan.show(caller, ahead, store, clock)
    except study_plan.NoStudyPlan:
        return
    items: tuple[PlannedItem, ...] = plan.days[0].items if plan.days else ()
    for one in items:
        kind = PLANNED.get(one.kind)
        if kind is not None:
            yield NextStep(kind=kind, title=one.title, concept_id=one.concept_id, topic=one.topic, minutes=one.minutes)


def _levels(topics: list[Mastery]) -> tuple[TopicLevel, ...]:
    known = sorted(topics, key=lambda one: (-one.evidence, one.topic))[:MOST_TOPICS]
    best = sorted(known, key=lambda one: (-one.level, one.topic))
    return tuple(TopicLevel(topic=one.topic, level=round(one.level, 3), is_mastered=one.is_mastered) for one in best)


def _days(user_id: str, standing: Standing | None, today: date, store: StoreReader) -> Iterator[ActiveDay]:
    """The last days; how much was done is told by the weeks of this week and the last one."""
    last_monday = today - timedelta(days=today.weekday() + 7)
    weeks = [learner_week_id(EVERYBODY, week_of(day), user_id) for day in (last_monday, today)]
    counts: dict[tuple[str, int], int] = {}
    for week in store.get_many(LearnerWeek, weeks):
        for tally in week.tallies:
            key = (week.week, tally.day)
            counts[key] = counts.get(key, 0) + tally.count
    learned = standing.active_days if standing else 0
    for back in reversed(range(DAYS)):
        day = today - timedelta(days=back)
        done = counts.get((week_of(day), day.isoweekday()), 0) if day >= last_monday else None
        yield ActiveDay(date=day, is_active=bool(learned >> number(day) & 1), activities=done)
