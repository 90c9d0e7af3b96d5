"""How courses are found: by country, level, teacher, tag and words, in their order.

A database serves one array filter a query. Where a tag and words are given, or several words, the longest word finds
(longer words are rarer in general), and the rest is judged on what was read.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from common.domain.courses.bodies import CourseCard
from common.domain.courses.content import Described
from common.domain.courses.models import Course, Level, Status
from common.domain.language import terms
from common.domain.language.stop_words import STOP_WORDS
from common.errors import Forbidden
from common.ports import Caller, Page, Query, StoreReader, read_page
from common.ports.store import Scalar

MOST_KEYS = 200
"""Of one course: they are index entries, and are paid for."""
FILTERS = ("country", "level", "teacher_id")
COURSES = Query(Course, equal=("status",), optional=FILTERS, order=("course_order", "title"))
COURSES_WITH = Query(Course, equal=("status",), optional=FILTERS, contains="keys", order=("course_order", "title"))


def keys(described: Described, course_number: str | None) -> tuple[str, ...]:
    """By which a course is found besides its fields: its tags, and the stems of what it says of itself.

    Of more than MOST_KEYS those count that come first: number, title, tags, description. Every word is stemmed in
    each language that Scholium knows, so that a search of few words, whose language is a guess, comes to a stem that
    is there.
    """
    told = "\n".join((course_number or "", described.title, *described.tags, described.description))
    found = dict.fromkeys(_tag_key(tag) for tag in described.tags)
    for word in terms.words(told):
        if len(found) >= MOST_KEYS:
            break
        found |= dict.fromkeys(_stem_keys(word))
    return tuple(found)[:MOST_KEYS]


@dataclass(frozen=True)
class Sought:
    """What somebody looks for; None: whatever it is."""

    words: str | None
    tag: str | None
    country: str | None
    level: Level | None
    teacher_id: str | None
    status: Status


def courses(
    caller: Caller, sought: Sought, store: StoreReader, *, page_size: int, page_token: str | None
) -> Page[CourseCard]:
    """A page of courses by their order, then by title.

    Everybody finds what is published; teachers find their own drafts and withdrawn courses, admins all; Forbidden
    to others. Costs a read a course and one more, and up to five times as many where the rest of a search is judged
    on what was read: such a page may hold fewer courses than were asked for, though more follow.
    """
    where: dict[str, Scalar] = {"status": sought.status, "country": sought.country, "level": sought.level}
    where |= {"teacher_id": _whose(caller, sought)}
    wanted = [] if sought.tag is None else [_tag_key(sought.tag)]
    if sought.words is not None:
        stems = sorted(set(terms.stem_sequence(sought.words)), key=lambda stem: (-len(stem), stem))
        if not stems:
            return Page(items=(), next_page_token=None)
        wanted = [*(_word_key(stem) for stem in stems), *wanted]
    read = partial(read_page, store, page_size=page_size, page_token=page_token, show=CourseCard.of)
    if not wanted:
        return read(COURSES, where)
    first, *rest = wanted
    return read(COURSES_WITH, where | {"keys": first}, keep=_holds(rest) if rest else None)


def _whose(caller: Caller, sought: Sought) -> str | None:
    if sought.status == "published" or caller.is_at_least("admin"):
        return sought.teacher_id
    if not caller.is_at_least("teacher") or sought.teacher_id not in (None, caller.user_id):
        raise Forbidden("Only its teacher and admins see what is not published")
    return caller.user_id


def _holds(keys: list[str]) -> Callable[[Course], bool]:
    return lambda course: set(keys) <= set(course.keys)


def _tag_key(tag: str) -> str:
    return f"tag:{tag}"


def _word_key(stem: str) -> str:
    return f"word:{stem}"


def _stem_keys(word: str) -> Iterator[str]:
    for language in STOP_WORDS:
        yield from map(_word_key, terms.stem_sequence(word, language))
