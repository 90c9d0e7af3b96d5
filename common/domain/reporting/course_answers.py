"""How the learners of each course do with its questions: counted behind the submissions, a page at a time.

Up to where the count came stands in one document, which changes in the batch that counts: so each submission counts
once, however many counts run at once, and whichever of them die. What is counted stays when its learner is erased: the
sums tell of nobody.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from common.domain.assessment.models import Quiz, Submission
from common.domain.assessment.statistics import BY_TIME, share_within
from common.domain.reporting.models import AnswersCursor, CourseQuestion, course_question_id
from common.ports import Cursor, Store, StoreReader

LATE = timedelta(minutes=10)
"""How long after its time a submission may come to be stored."""
SUBMISSIONS = 40
"""Of one step."""
MOST_QUESTIONS = 200
"""Of one step; each bills a read and a write."""
LONGEST_PROMPT = 300
"""Characters that are kept of a question."""
CURSOR = "courses"


@dataclass
class _Sums:
    """Answers to one question of a course, in one page."""

    quiz_id: str
    """One that holds it."""
    answers: int = 0
    right: int = 0


def count(until: datetime, store: Store) -> bool:
    """Count the next submissions; whether there may be more.

    Costs a read a submission, a read and a write for each question of a course that they answered, and, where one is
    met for the first time, a read of its quiz.
    """
    cursor = store.get(AnswersCursor, CURSOR)
    after = Cursor((cursor.submitted_at,), cursor.submission_id) if cursor else None
    page = store.query(BY_TIME, {"submitted_at": until - LATE}, limit=SUBMISSIONS, after=after)
    taken, sums = _taken(page)
    if not taken:
        return False
    _add(sums, store)
    store.put(AnswersCursor(submitted_at=taken[-1].submitted_at, submission_id=taken[-1].submission_id))
    return len(page) == SUBMISSIONS or len(taken) < len(page)


def _taken(page: Sequence[Submission]) -> tuple[Sequence[Submission], dict[tuple[str, str], _Sums]]:
    """The first submissions, with at most MOST_QUESTIONS questions between them, and what they come to."""
    sums: dict[tuple[str, str], _Sums] = {}
    for at, one in enumerate(page):
        course_id = one.subject.course_id
        asked = {*json.loads(one.answers), *one.wrong} if course_id else set()
        if at and len(sums.keys() | {(str(course_id), question_id) for question_id in asked}) > MOST_QUESTIONS:
            return page[:at], sums
        for question_id in asked:
            told = sums.setdefault((str(course_id), question_id), _Sums(one.submission_id))
            told.answers += 1
            told.right += question_id not in one.wrong
    return page, sums


def _add(sums: dict[tuple[str, str], _Sums], store: Store) -> None:
    ids = {course_question_id(*key): key for key in sums}
    known = {one.course_question_id: one for one in store.get_many(CourseQuestion, list(ids))}
    new = _met(sorted(sums[ids[one]].quiz_id for one in ids if one not in known), store)
    for identity, key in ids.items():
        found = known.get(identity) or new.get(key)
        if found is None:
            continue  # its quiz is gone, with its learner
        answers, right = found.answers + sums[key].answers, found.right + sums[key].right
        at_most = round(share_within(right, answers)[1], 4)
        store.put(found.model_copy(update={"answers": answers, "right": right, "at_most": at_most}))


def _met(quiz_ids: Sequence[str], store: StoreReader) -> dict[tuple[str, str], CourseQuestion]:
    """The questions of quizzes about courses, with nothing counted yet."""
    quizzes = store.get_many(Quiz, list(dict.fromkeys(quiz_ids)))
    return {
        (quiz.subject.course_id, one.question_id): CourseQuestion(
            course_question_id=course_question_id(quiz.subject.course_id, one.question_id),
            course_id=quiz.subject.course_id,
            question_id=one.question_id,
            prompt=one.prompt[:LONGEST_PROMPT],
            topic=one.topic,
        )
        for quiz in quizzes
        if quiz.subject.course_id is not None
        for one in quiz.questions
    }
