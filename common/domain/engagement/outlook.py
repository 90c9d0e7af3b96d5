"""What is said of a learner's risks: all of it to their teacher, and to themselves a kind word that helps.

No learner is shown a number or a band: a chance that one does not understand is taken for a judgement, and some would
live up to it.
"""

from common.domain.accounts.models import Account
from common.domain.courses.models import Enrollment, enrollment_id
from common.domain.courses.rights import rights_in
from common.domain.engagement import due, lapsing, templates
from common.domain.engagement.judgement import About, Risk
from common.domain.engagement.models import RISKS_OF_LEARNER, CourseRisk, risk_id
from common.domain.engagement.outlook_bodies import (
    CourseOutlook,
    EffectOnRisk,
    FailingView,
    LapsingView,
    LearnerRisks,
    Outlook,
)
from common.domain.engagement.templates import Language
from common.domain.progress.models import Standing
from common.errors import NotFound
from common.ports import Caller, Clock, StoreReader

MOST_COURSES = 20

_WORDS: dict[About | None, dict[Language, str]] = {
    None: {
        "en": "You are well on your way here. Keep to your own pace.",
        "de": "Du bist hier gut unterwegs. Bleib bei deinem Tempo.",
        "es": "Aquí vas por buen camino. Sigue a tu ritmo.",
        "fr": "Vous êtes sur la bonne voie. Gardez votre rythme.",
    },
    "missing": {
        "en": "There are quizzes here that you have not tried yet. One of them would be a good next step.",
        "de": "Hier gibt es Quiz, die du noch nicht versucht hast. Eines davon wäre ein guter nächster Schritt.",
        "es": "Aquí hay cuestionarios que aún no has probado. Uno de ellos sería un buen siguiente paso.",
        "fr": "Il y a ici des quiz que vous n'avez pas encore essayés. L'un d'eux serait une bonne prochaine étape.",
    },
    "marks": {
        "en": "Another go at a quiz that went less well is worth it: your best result counts.",
        "de": "Ein zweiter Anlauf bei einem Quiz lohnt sich: Dein bestes Ergebnis zählt.",
        "es": "Merece la pena repetir un cuestionario que salió peor: cuenta tu mejor resultado.",
        "fr": "Refaire un quiz moins réussi en vaut la peine : c'est votre meilleur résultat qui compte.",
    },
    "pace": {
        "en": "A little more often, in smaller steps, makes the next quizzes easier.",
        "de": "Etwas öfter, in kleineren Schritten: So werden die nächsten Quiz leichter.",
        "es": "Un poco más a menudo y en pasos más pequeños: así los próximos cuestionarios serán más fáciles.",
        "fr": "Un peu plus souvent, par petites étapes : les prochains quiz en seront plus faciles.",
    },
}
"""What to do about what raises a risk most; where nothing does, or it is too early to tell, that all is well."""


def of_learner(caller: Caller, course_id: str, learner_id: str, store: StoreReader, clock: Clock) -> LearnerRisks:
    """The risks of a learner of a course, for its teacher and admins; NotFound for everybody else. Costs four reads."""
    may_see = rights_in(caller, course_id, store).may_manage
    if not may_see or store.get(Enrollment, enrollment_id(course_id, learner_id)) is None:
        raise NotFound("There is no such learner in your courses")
    failing = store.get(CourseRisk, risk_id(course_id, learner_id))
    standing = store.get(Standing, learner_id)
    habits = due.habits_of(standing) if standing else None
    return LearnerRisks(
        learner_id=learner_id,
        course_id=course_id,
        failing=_failing(failing) if failing else None,
        lapsing=_lapsing(lapsing.risk(habits, clock.now())) if habits else None,
    )


def own(caller: Caller, store: StoreReader) -> Outlook:
    """A kind word on each of the caller's courses in which they have handed something in, or others have.

    Costs a read a course, MOST_COURSES at most, and one of the account, for its language.
    """
    found = store.query(RISKS_OF_LEARNER, {"user_id": caller.user_id}, limit=MOST_COURSES)
    account = store.get(Account, caller.user_id)
    language = templates.language_of(account.language if account else None)
    return Outlook(courses=tuple(CourseOutlook(course_id=one.course_id, text=_text(one, language)) for one in found))


def _text(risk: CourseRisk, language: Language) -> str:
    if risk.band in ("low", "too_early"):
        return _WORDS[None][language]
    raising = (one.about for one in risk.reasons if one.effect == "raises" and one.about in _WORDS)
    return _WORDS[next(raising, "pace")][language]


def _failing(risk: CourseRisk) -> FailingView:
    return FailingView(
        score=risk.score,
        band=risk.band,
        evidence=risk.evidence,
        reasons=tuple(EffectOnRisk.model_validate(one.model_dump()) for one in risk.reasons),
        as_of=risk.as_of,
        model_version=risk.model_version,
    )


def _lapsing(risk: Risk) -> LapsingView:
    reasons = tuple(
        EffectOnRisk(about=one.about, effect=one.effect, strength=round(one.strength, 2), text=one.text)
        for one in risk.reasons
    )
    return LapsingView(
        score=round(risk.score, 4),
        band=risk.band,
        evidence=risk.evidence,
        reasons=reasons,
        as_of=risk.as_of,
        model_version=risk.model_version,
    )
