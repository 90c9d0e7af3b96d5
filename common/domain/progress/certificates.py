"""Certificates: that somebody has completed every lesson of a course, for whoever they give the link to.

A certificate is looked up, not signed: a signature would end with its key, could not be taken back, and would go on
naming somebody who has been erased. Its id is random, so that it is found by those alone who were given it.
"""

from common.domain.accounts.models import Account
from common.domain.progress.bodies import CertificateView
from common.domain.progress.concepts import modules_of, readable_version
from common.domain.progress.models import Certificate, Concept, ConceptProgress, progress_id
from common.errors import Conflict, NotFound
from common.ports import Caller, Clock, Deployment, Ids, Page, Query, Store, StoreReader, read_page

OWN = Query(Certificate, equal=("user_id",), order=("-issued_at",))
BY_ID = Query(Certificate, equal=("certificate_id",))


class CourseNotCompleted(Conflict):
    """Lessons of the course are left."""

    code, title = "course_not_completed", "Not every lesson of the course is completed"


def issue(caller: Caller, course_id: str, store: Store, at: Deployment, clock: Clock, ids: Ids) -> CertificateView:
    """The caller's certificate of a course; the same one ever after. NotFound, CourseNotCompleted.

    Costs three reads, the course's rights, and a read for each of its modules; one write the first time.
    """
    kept = store.get(Certificate, f"{caller.user_id}.{course_id}")
    if kept is not None:
        return _shown(kept, at)
    version = readable_version(caller, course_id, store)
    modules = modules_of(version)
    keys = [progress_id(caller.user_id, one.concept_id) for one in modules]
    known = {one.concept_id: one for one in store.get_many(ConceptProgress, keys)} if keys else {}
    left = [one.title for one in modules if not _is_whole(one, known.get(one.concept_id))]
    if left or not modules:
        raise CourseNotCompleted(f"{len(left)} of {len(modules)} modules are not completed yet")
    account = store.get(Account, caller.user_id)
    now = clock.now()
    made = Certificate(
        certificate_key=f"{caller.user_id}.{course_id}",
        certificate_id=ids.new(),
        user_id=caller.user_id,
        course_id=course_id,
        course_title=version.content.title,
        version=version.version,
        display_name=account.display_name if account else "",
        completed_at=max(one.completed_at or now for one in known.values()),
        issued_at=now,
    )
    store.put(made)  # guarded by its absence: of two at once, the other one begins anew and finds this one
    return _shown(made, at)


def own(
    caller: Caller, store: StoreReader, at: Deployment, *, page_size: int, page_token: str | None
) -> Page[CertificateView]:
    """The caller's certificates, the latest first. Costs a read each, and one more."""
    where = {"user_id": caller.user_id}
    return read_page(store, OWN, where, page_size=page_size, page_token=page_token, show=lambda one: _shown(one, at))


def verified(certificate_id: str, store: StoreReader, at: Deployment) -> CertificateView:
    """A certificate as anybody sees it who was given its link; NotFound where there is none. Costs a read."""
    found = store.query(BY_ID, {"certificate_id": certificate_id}, limit=1)
    if not found:
        raise NotFound("There is no such certificate")
    return _shown(found[0], at)


def _is_whole(module: Concept, known: ConceptProgress | None) -> bool:
    return known is not None and {one.section_id for one in module.sections} <= set(known.completed)


def _shown(kept: Certificate, at: Deployment) -> CertificateView:
    return CertificateView(
        certificate_id=kept.certificate_id,
        course_id=kept.course_id,
        course_title=kept.course_title,
        course_version=kept.version,
        display_name=kept.display_name,
        completed_at=kept.completed_at,
        issued_at=kept.issued_at,
        url=f"{at.public_url.rstrip('/')}/v1/certificates/{kept.certificate_id}",
    )
