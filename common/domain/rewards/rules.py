"""The rules of points, levels and badges: data, read by the code that awards them and shown by GET /v1/badges.

Whatever an activity is worth follows from it alone, and a day's points of one kind have a cap; so the points of a day
are the same in whatever order its activities become known, and nobody earns more by repeating what is easy. Badges
rest on numbers that only grow, so one that was awarded is never taken back, and none is awarded twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from common.domain.progress.messages import ActivityHappened, ActivityKind


@dataclass(frozen=True, slots=True)
class PointRule:
    """What an activity of one kind is worth."""

    points: int = 0
    """For each."""
    for_score: int = 0
    """Besides, for a score of 1; in proportion for a lower one."""
    per_ten_minutes: int = 0
    """Besides, for each ten minutes that it took."""
    daily_cap: int = 0
    """The most that a learner earns by this kind in a local day."""

    def worth(self, happened: ActivityHappened) -> int:
        """The points of one activity, before the day's cap."""
        by_score = int(self.for_score * (happened.score or 0) + 0.5)
        return self.points + by_score + self.per_ten_minutes * (happened.seconds // 600)


POINTS: Mapping[ActivityKind, PointRule] = {
    "quiz_submitted": PointRule(points=5, for_score=25, daily_cap=300),
    "card_reviewed": PointRule(points=1, daily_cap=100),
    "lesson_completed": PointRule(points=20, daily_cap=200),
    "concept_progressed": PointRule(points=10, daily_cap=100),
    "question_asked": PointRule(points=2, daily_cap=20),
    "session_ended": PointRule(per_ten_minutes=3, daily_cap=30),
    "post_created": PointRule(points=5, daily_cap=15),
}

LEVELS: tuple[int, ...] = (
    0, 100, 250, 500, 850, 1_300, 1_900, 2_700, 3_700, 5_000, 6_600, 8_600, 11_000, 14_000, 17_500, 22_000, 27_500,
    34_000, 42_000, 52_000,
)  # fmt: skip
"""The points at which each level begins; the first level is 1."""

Measure = ActivityKind | Literal["perfect_quizzes", "longest_streak", "active_days", "total_points"]
"""What a badge counts: activities of a kind, or one of the totals. None of them ever falls."""


@dataclass(frozen=True, slots=True)
class BadgeRule:
    """A badge: awarded once, when its measure has reached the goal."""

    badge_id: str
    title: str
    description: str
    measure: Measure
    goal: int


BADGES: tuple[BadgeRule, ...] = (
    BadgeRule("first_quiz", "First quiz", "Hand in a quiz.", "quiz_submitted", 1),
    BadgeRule("quizzes_25", "Quiz regular", "Hand in 25 quizzes.", "quiz_submitted", 25),
    BadgeRule("quizzes_100", "Quiz veteran", "Hand in 100 quizzes.", "quiz_submitted", 100),
    BadgeRule("perfect_1", "Flawless", "Answer every question of a quiz right.", "perfect_quizzes", 1),
    BadgeRule("perfect_10", "Flawless ten", "Answer every question right in ten quizzes.", "perfect_quizzes", 10),
    BadgeRule("first_review", "First card", "Review a flashcard.", "card_reviewed", 1),
    BadgeRule("reviews_100", "Hundred cards", "Review 100 flashcards.", "card_reviewed", 100),
    BadgeRule("reviews_1000", "Thousand cards", "Review 1,000 flashcards.", "card_reviewed", 1_000),
    BadgeRule("first_lesson", "First lesson", "Complete a lesson.", "lesson_completed", 1),
    BadgeRule("lessons_50", "Fifty lessons", "Complete 50 lessons.", "lesson_completed", 50),
    BadgeRule("first_question", "Curious", "Ask the tutor a question.", "question_asked", 1),
    BadgeRule("questions_100", "Inquisitive", "Ask the tutor 100 questions.", "question_asked", 100),
    BadgeRule("first_post", "First word", "Write a post for the community.", "post_created", 1),
    BadgeRule("streak_3", "Three in a row", "Keep a streak of 3 days.", "longest_streak", 3),
    BadgeRule("streak_7", "A week's streak", "Keep a streak of 7 days.", "longest_streak", 7),
    BadgeRule("streak_30", "A month's streak", "Keep a streak of 30 days.", "longest_streak", 30),
    BadgeRule("streak_100", "A hundred days' streak", "Keep a streak of 100 days.", "longest_streak", 100),
    BadgeRule("days_50", "Fifty days", "Learn on 50 days.", "active_days", 50),
    BadgeRule("points_1000", "Thousand points", "Earn 1,000 points.", "total_points", 1_000),
    BadgeRule("points_10000", "Ten thousand points", "Earn 10,000 points.", "total_points", 10_000),
)


def level_at(points: int) -> int:
    """The level that a number of points reaches, from 1 to len(LEVELS)."""
    return sum(1 for begins in LEVELS if begins <= points)
