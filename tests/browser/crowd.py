"""A school that has been at work for a month, written into the folder of a running server: for the pages of those who
teach and run it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from common.adapters import World
from common.domain.accounts import passwords, registration
from common.domain.community.models import ModerationCase, Post, PostCard
from common.domain.courses.models import Course, CoursePlaces, Enrollment, LearnerCourses, enrollment_id
from common.domain.courses.versions import CourseVersion, version_id
from common.domain.engagement.experiment_models import Arm, Experiment, Tally
from common.domain.engagement.judgement import band
from common.domain.engagement.models import CourseRisk, Nudge, StoredReason, risk_id
from common.domain.progress.models import Activity, ConceptProgress, progress_id
from common.domain.reporting.models import CourseQuestion, course_question_id
from common.domain.rewards.models import EVERYBODY, LearnerWeek, learner_week_id
from common.domain.rewards.weeks import week_of
from common.domain.tutoring.ledger import AiCall
from common.domain.tutoring.models import ChatMessage, ChatSession
from common.ports import Document, Role
from common.ports.database import Write
from common.ports.queue import MessageRecord
from common.settings import parse
from common.triggers.unit_of_work import UnitOfWork
from tests.browser.visit import PASSWORD

COURSE, TITLE = "bicycles", "Bicycle repair for beginners"
MODULES = (
    "Tools and how to hold them", "Tyres, tubes and rims", "Brakes", "Chains and sprockets", "Bearings",
    "Wheels: truing and tensioning",
)  # fmt: skip
NAMES = (
    "Ada Byron", "Bruno Kessler", "Chiara Conti", "Dmitri Orlov", "Emeka Okafor", "Fatima Haddad", "Grete Sørensen",
    "Hana Sato", "Ivan Petrov", "Jun Park", "Kofi Mensah", "Lena Fischer", "María-José de la Fuente y Villanueva",
    "Noor Ali", "Omar Rahman", "Priya Natarajan",
)  # fmt: skip
QUESTIONS = (
    ("What keeps a left pedal from loosening as you ride?", "Pedals", 64, 11),
    ("To how many newton metres is the rear axle nut tightened?", "Wheels", 58, 17),
    ("Which tool opens a quick link of a nine-speed chain?", "Chains", 71, 33),
    ("Why is a wheel trued before its spokes are tensioned?", "Wheels", 40, 21),
    ("How far may a brake shoe stand from the rim?", "Brakes", 66, 45),
)


def fill(data: Path, learners: int = 120) -> None:
    """The course, its teacher `toni`, the admin `root`, learners, and what they did; all have PASSWORD."""
    world = World(parse({"SCHOLIUM_ADAPTERS": "local", "SCHOLIUM_DATA": str(data)}))
    now, chance = world.clock.now(), random.Random(3)
    hashed = passwords.hashed(PASSWORD)
    people: list[tuple[str, str, Role]] = [("toni", "Toni Teacher", "teacher"), ("root", "Rosa Root", "admin")]
    people += [
        (f"learner-{at}", f"{NAMES[at % len(NAMES)]}{'' if at < len(NAMES) else f' {at}'}", "learner")
        for at in range(learners)
    ]
    for at, (name, shown, role) in enumerate(people):
        unit, joined = UnitOfWork(world.database), now - timedelta(days=29, minutes=7) + timedelta(hours=6 * at)
        account = registration.new_account(name, name, f"{name}@example.org", hashed, min(joined, now), role=role)
        registration.stage(account.model_copy(update={"display_name": shown, "active": at % 23 != 9}), unit)
        unit.commit(world.patience())
    documents = [
        *_course(now),
        *_learning(learners, now, chance),
        *_month(learners, now, chance),
        *_engaged(now),
        *_board(now),
    ]
    for first in range(0, len(documents), 400):
        some = documents[first : first + 400]
        world.database.commit([Write("set", type(one), one.stored_id, document=one) for one in some])


def _course(now: datetime) -> Iterator[Document]:
    facts = {"course_id": COURSE, "teacher_id": "toni", "title": TITLE, "created_by": "toni", "level": "beginner"}
    times = {"created_at": now, "updated_at": now, "published_at": now}
    yield Course.model_validate(
        {**facts, **times, "status": "published", "version": 1, "capacity": 60, "keys": ["bicycle"]}
    )
    modules = [
        {
            "module_id": f"m{at}",
            "title": title,
            "topics": [{"topic_id": f"m{at}t{one}", "title": f"Lesson {one + 1}"} for one in range(3)],
        }
        for at, title in enumerate(MODULES)
    ]
    content = {"title": TITLE, "sections": [{"section_id": "all", "title": "All", "modules": modules}]}
    version = {"version_id": version_id(COURSE, 1), "course_id": COURSE, "version": 1, "content": content}
    yield CourseVersion.model_validate({**version, "published_by": "toni", "published_at": now})
    yield CoursePlaces(course_id=COURSE, taken=44, paid=0)
    yield LearnerCourses(user_id="toni", teaching=(COURSE,))
    for at, (prompt, topic, answers, right) in enumerate(QUESTIONS):
        yield CourseQuestion(
            course_question_id=course_question_id(COURSE, f"q{at}"), course_id=COURSE, question_id=f"q{at}",
            prompt=prompt, topic=topic, answers=answers, right=right, at_most=0.1 + at / 10,
        )  # fmt: skip


def _learning(learners: int, now: datetime, chance: random.Random) -> Iterator[Document]:
    """Who is enrolled, how far they have come, and how likely they fail."""
    for at in range(44):
        who, joined = f"learner-{at}", now - timedelta(days=25 - at / 3)
        yield Enrollment(
            enrollment_id=enrollment_id(COURSE, who), course_id=COURSE, user_id=who, payment="free", enrolled_at=joined
        )  # fmt: skip
        yield LearnerCourses(user_id=who, enrolled=(COURSE,))
        reached = min(len(MODULES), chance.randrange(1, 8))
        for one in range(reached):
            is_done = one < reached - 1 or reached == len(MODULES)
            yield ConceptProgress(
                progress_id=progress_id(who, f"{COURSE}~m{one}"), user_id=who, concept_id=f"{COURSE}~m{one}",
                course_id=COURSE, title=MODULES[one], section_count=3, completed=("a", "b", "c")[: 3 if is_done else 1],
                started_at=joined, updated_at=now, completed_at=now if is_done else None,
            )  # fmt: skip
        score = (0.86, 0.71, 0.58, 0.44, 0.37, 0.29)[at] if at < 6 else 0.02 + at / 250
        told = [
            StoredReason(
                about="missing",
                effect="raises",
                strength=1.4,
                text="Has not handed in the last 3 quizzes, which most others have.",
            ),
            StoredReason(
                about="marks", effect="raises", strength=0.8, text="The last marks are well below those of the course."
            ),
            StoredReason(about="carried", effect="lowers", strength=0.3, text="Did well in the first weeks."),
        ][: 3 - at % 2]
        yield CourseRisk(
            risk_id=risk_id(COURSE, who), course_id=COURSE, user_id=who, score=score,
            band="too_early" if at > 38 else band(score), evidence=4, reasons=tuple(told), as_of=now, model_version="1",
            joined_at=joined,
        )  # fmt: skip


def _month(learners: int, now: datetime, chance: random.Random) -> Iterator[Document]:
    """What happened on each of the last 30 days: less at weekends, a little more each week."""
    weeks: dict[tuple[str, str], set[int]] = {}
    for back in range(30):
        at = now - timedelta(days=back, minutes=1)
        quiet = 0.35 if at.isoweekday() > 5 else 1
        for one in range(int(quiet * (46 - back) * (0.8 + 0.4 * chance.random()))):
            who, key = f"learner-{(one * 7 + back) % learners}", f"d{back}-{one}"
            weeks.setdefault((who, week_of(at.date())), set()).add(at.isoweekday())
            yield Activity(activity_id=key, user_id=who, kind="question_asked", subject_id=key, at=at)
            if one % 3 == 2:
                continue  # learned, and asked the tutor nothing
            yield ChatSession(session_id=key, user_id=who, status="ended", started_at=at, last_active_at=at)
            for role in ("user", "assistant"):
                said = {"message_id": f"{key}-{role}", "session_id": key, "user_id": who, "role": role, "at": at}
                yield ChatMessage.model_validate({**said, "message_type": "message", "text": "How tight are pedals?"})
            yield from _calls(key, who, at, chance)
    for (who, week), days in weeks.items():
        enrolled = int(who.removeprefix("learner-")) < 44
        for board in (EVERYBODY, COURSE) if enrolled else (EVERYBODY,):
            yield LearnerWeek(
                learner_week_id=learner_week_id(board, week, who), board=board, week=week, user_id=who, is_listed=True,
                days=tuple(sorted(days)), expires_at=now + timedelta(days=400),
            )  # fmt: skip


def _calls(key: str, who: str, at: datetime, chance: random.Random) -> Iterator[Document]:
    for purpose, micros in (("embed", 20), ("chat", 1800), *((("quiz", 5200),) if chance.random() < 0.2 else ())):
        served = chance.choice(["model", "model", "model", "cache", "offline"])
        is_model = served == "model"
        yield AiCall.model_validate(
            {
                "call_id": f"{key}-{purpose}", "user_id": who, "purpose": purpose, "prompt_id": None,
                "prompt_version": None, "prompt_digest": None, "model": "gpt" if is_model else None,
                "input_tokens": 1400 * is_model, "cached_input_tokens": 0, "output_tokens": 180 * is_model,
                "cost_micros": micros if is_model else 0, "latency_ms": 900, "served_by": served, "outcome": "answered",
                "at": at, "expires_at": at + timedelta(days=400),
            }
        )  # fmt: skip


def _engaged(now: datetime) -> Iterator[Document]:
    """Nudges of the last weeks, and two experiments with them."""
    for at in range(60):
        planned = now - timedelta(days=at / 3, hours=1)
        yield Nudge(
            nudge_id=f"n{at}", user_id=f"learner-{at}", origin="lapse", status="sent", reached=True, planned_at=planned,
            sent_at=planned, opened_at=planned if at % 2 else None, acted_at=planned if at % 4 == 1 else None,
            came_back_at=planned + timedelta(hours=1) if at % 5 == 1 else None,
        )  # fmt: skip
    shared = {
        "salt": "s",
        "smallest_effect": 0.03,
        "created_by": "root",
        "counted_until": (now - timedelta(days=5)).date().isoformat(),
    }
    yield Experiment.model_validate(
        {
            **shared, "experiment_id": "e2", "name": "When the reminder comes", "holdout_percent": 20,
            "arms": [Arm(arm="morning", percent=40, send_hour=8), Arm(arm="late-evening", percent=40, send_hour=20)],
            "started_at": now - timedelta(days=24),
            "tallies": {
                "holdout": Tally(learners=1510, returned=290), "morning": Tally(learners=3020, returned=741),
                "late-evening": Tally(learners=2985, returned=590),
            },
            "controls": {name: Tally(learners=1510, returned=290) for name in ("morning", "late-evening")},
        }
    )  # fmt: skip
    ended = now - timedelta(days=40)
    yield Experiment.model_validate(
        {
            **shared, "experiment_id": "e1", "name": "Plain words against a story", "holdout_percent": 50,
            "arms": [Arm(arm="story", percent=50, template="small_step", stopped_at=ended, stopped_because="harmful")],
            "started_at": now - timedelta(days=70), "is_running": False, "is_followed": False,
            "stopped_at": ended, "stopped_because": "by_hand",
            "tallies": {"holdout": Tally(learners=800, returned=200), "story": Tally(learners=790, returned=140)},
            "controls": {"story": Tally(learners=800, returned=200)},
        }
    )  # fmt: skip


def _board(now: datetime) -> Iterator[Document]:
    """What waits for a moderator, and a message that was given up."""
    texts = (
        (
            "Cheap watches here",
            "Buy now at my shop!\n<script>alert('posted')</script> Only today.",
            ("spam",),
            {"spam": 4},
        ),
        (
            "Is this exam question right?",
            "You are all stupid if you believe the answer.",
            (),
            {"harassment": 2, "other": 1},
        ),
    )
    for at, (title, body, categories, reasons) in enumerate(texts):
        who = f"learner-{at + 9}"
        yield Post(
            post_id=f"p{at}", board="everybody", user_id=who, author_name=NAMES[at + 9], title=title, body=body,
            status="shown", created_at=now - timedelta(hours=5 + at),
        )  # fmt: skip
        yield PostCard(
            post_id=f"p{at}", listed_in="everybody", user_id=who, author_name=NAMES[at + 9], title=title,
            excerpt=body[:40], created_at=now - timedelta(hours=5 + at),
        )  # fmt: skip
        yield ModerationCase.model_validate(
            {
                "text_id": f"p{at}", "post_id": f"p{at}", "is_comment": False, "board": "everybody",
                "queue": "everybody", "user_id": who,
                "categories": categories, "opened_at": now - timedelta(hours=3 + at),
                "reasons": [{"reason": one, "count": count} for one, count in reasons.items()],
            }
        )  # fmt: skip
    yield MessageRecord(
        message_id="dead", kind="MailRequested", payload="{}", status="DEAD", created_at=now, due_at=now,
        check_at=datetime(2099, 1, 1, tzinfo=UTC), last_error="SMTPServerDisconnected",
    )  # fmt: skip
