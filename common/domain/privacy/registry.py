"""Every place that holds a learner's data, in the order in which an erasure walks it.

What is added here is exported and erased from then on; what holds a learner's data and is not here fails a test
(tests/house/test_personal_data.py). Messages come first: a task whose message is gone commits nothing, so what
was in flight cannot bring back what is erased behind it.
"""

from collections.abc import Mapping
from typing import Any

from common.domain.accounts import personal as accounts
from common.domain.accounts.models import Revocations
from common.domain.assessment import personal as assessment
from common.domain.assessment.models import Catalogue, StatisticsCursor
from common.domain.community import personal as community
from common.domain.courses import personal as courses
from common.domain.courses.models import CourseNumber, CoursePlaces
from common.domain.courses.versions import CourseDraft
from common.domain.documents import personal as documents
from common.domain.engagement import personal as engagement
from common.domain.engagement.experiment_models import RunningExperiment
from common.domain.engagement.models import CourseCohortWork
from common.domain.holdings.declaration import FileHolding, Holding
from common.domain.privacy.analytics_models import AnalyticsWeek
from common.domain.privacy.erasure_models import Erasure, Erasures
from common.domain.privacy.export_models import Exports, LearnerExport
from common.domain.progress import personal as progress
from common.domain.reporting import personal as reporting
from common.domain.reporting.models import AnswersCursor, CourseQuestion, CourseSnapshot, DayOfUse
from common.domain.review import personal as review
from common.domain.rewards import personal as rewards
from common.domain.tutoring import personal as tutoring
from common.ports import Bucket, Document
from common.ports.queue import MessageRecord
from common.ports.records import BudgetDay, ClaimRecord, OutsideNote, RateBucket

MESSAGES = Holding(MessageRecord, not_shown="it is work that is under way, or was done in the last days")
EDGE = (
    MESSAGES,
    Holding(ClaimRecord, not_shown="it is a copy of an answer, kept for a day to be repeated"),
    Holding(LearnerExport, not_shown="it says where this export is"),
)

HOLDINGS: tuple[Holding[Any], ...] = (
    *EDGE,
    *accounts.HOLDINGS,
    *courses.HOLDINGS,
    *documents.HOLDINGS,
    *tutoring.HOLDINGS,
    *assessment.HOLDINGS,
    *review.HOLDINGS,
    *progress.HOLDINGS,
    *rewards.HOLDINGS,
    *community.HOLDINGS,
    *engagement.HOLDINGS,
    *reporting.HOLDINGS,
)

FILES: tuple[FileHolding, ...] = (
    *documents.FILES,
    FileHolding(Exports, "exports/{user_id}/", not_shown="they are exports, this one among them"),
)

NO_LEARNERS_FILES: Mapping[type[Bucket], str] = {Erasures: "hashes of the ids of who was erased"}
"""Buckets that hold no learner's data, each with the reason."""

NOT_PERSONAL: Mapping[type[Document], str] = {
    Catalogue: "numbers of questions",
    StatisticsCursor: "how far answers were counted: the random id of a submission",
    CourseNumber: "of a course",
    CoursePlaces: "numbers of learners",
    CourseDraft: "what a teacher writes for a course is the course's",
    RateBucket: "a count under a hash, for an hour or a day",
    BudgetDay: "a sum under a hash, for two days",
    AnalyticsWeek: "counts with a floor: no row is one person",
    AnswersCursor: "how far answers were counted: the random id of a submission",
    CourseQuestion: "sums over the learners of a course",
    CourseSnapshot: "sums over the learners of a course",
    DayOfUse: "sums over everybody",
    CourseCohortWork: "sums over the learners of a course",
    RunningExperiment: "the id of an experiment",
    OutsideNote: "the random id of an e-mail that was sent",
    Erasure: "one that is under way names its learner, and forgets them when it is done",
    Revocations: "an erasure leaves a learner in it until their last token has expired, and then takes them out",
}
"""Documents that no learner's data is found in, each with the reason."""
