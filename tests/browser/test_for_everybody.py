"""Everybody can use the console: judged by axe, by keyboard alone, on a narrow phone, offline, in their language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_FILE_PATH  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Route, expect

from tests.browser.visit import DESKTOP, PASSWORD, PHONE, PHONE_DARK, SAMPLE, Visit
from tests.e2e.local_server import ROOT, LocalServer
from tests.e2e.uploads import settled, upload

SERIOUS = ("serious", "critical")
JUDGED = "async () => (await axe.run(document, { resultTypes: ['violations'] })).violations"
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
OUTSIDE = ("/login", "/register", "/forgotten", "/reset-password?token=x")


@pytest.fixture(scope="module")
def places(server: LocalServer) -> dict[str, str]:
    """Every page of a learner who has something of everything: its address by its pattern."""
    client = server.client
    client.post("/v1/users", {"username": "hedy", "email": "hedy@example.org", "password": PASSWORD})
    me = client.with_token(client.post("/v1/login", {"username": "hedy", "password": PASSWORD}).body["access_token"])
    document_id = upload(me, SAMPLE.name, SAMPLE.read_bytes())
    settled(me, document_id)
    me.post("/v1/flashcards", {"front": "Torque of pedals?", "back": "30 to 40 Nm"})
    open_quiz = me.post("/v1/quizzes", {"category": "Biology", "question_count": 3}).body["quiz_id"]
    done = me.post("/v1/quizzes", {"category": "Biology", "question_count": 3}).body["quiz_id"]
    me.post(f"/v1/quizzes/{done}/submissions", {"answers": {}})
    answer = me.post("/v1/chat", {"message": "What torque do pedals need?"}).body
    course = me.get("/v1/course-numbers/GEO-101").body
    me.post(f"/v1/courses/{course['course_id']}/enrollments")
    lesson = course["sections"][0]["modules"][0]["topics"][0]["topic_id"]
    post = me.post("/v1/posts", {"title": "A question", "body": "How do *you* learn?", "tags": ["learning"]}).body
    me.post(f"/v1/posts/{post['post_id']}/comments", {"body": "By being asked."})
    me.request("PUT", "/v1/study-plan", {"topics": ["Biology"], "minutes_per_day": 30})
    ids = {
        "/documents/:id": f"/documents/{document_id}?page=4&start=0&end=20",
        "/chat/:id": f"/chat/{answer['session_id']}",
        "/quizzes/:id": f"/quizzes/{open_quiz}",
        "/quizzes/results/:id": f"/quizzes/results/{done}",
        "/courses/:id": f"/courses/{course['course_id']}",
        "/courses/:id/lessons/:lesson": f"/courses/{course['course_id']}/lessons/{lesson}",
        "/community/:id": f"/community/{post['post_id']}",
    }
    return {path: ids.get(path, path) for path in learners_pages()}


def learners_pages() -> list[str]:
    """The patterns of all pages that a learner sees."""
    source = (ROOT / "common" / "assets" / "console" / "pages.js").read_text(encoding="utf-8")
    found = re.findall(r'path: "([^"]+)", role: "learner"', source)
    assert len(found) > 12
    return found


@pytest.fixture(scope="module", params=[DESKTOP, PHONE_DARK], ids=lambda screen: screen.name)
def hedy(
    chromium: Browser, server: LocalServer, places: dict[str, str], request: pytest.FixtureRequest
) -> Iterator[Visit]:
    """Logged in once for all of these pages."""
    with Visit(chromium, server.url, request.param) as visiting:
        visiting.page.add_init_script(path=AXE_FILE_PATH)
        visiting.log_in("hedy")
        yield visiting


@pytest.fixture
def watched(hedy: Visit) -> Iterator[Visit]:
    """Whatever goes wrong fails the test in which it does."""
    yield hedy
    faults, strangers = list(hedy.faults), set(hedy.strangers)
    hedy.faults.clear()
    hedy.strangers.clear()
    assert (faults, strangers) == ([], set())


def judged(visit: Visit) -> list[Any]:
    """What axe finds serious: the rule, and where."""
    found = visit.page.evaluate(JUDGED)
    return [(one["id"], [node["target"] for node in one["nodes"]]) for one in found if one["impact"] in SERIOUS]


def shown(visit: Visit, place: str) -> None:
    visit.go(place)
    expect(visit.heading).not_to_be_empty()
    visit.page.wait_for_load_state("networkidle")
    expect(visit.page.locator(".waiting")).to_have_count(0)


@pytest.mark.parametrize("path", learners_pages())
def test_a_page_has_no_serious_fault_and_fits_its_screen(watched: Visit, places: dict[str, str], path: str):
    shown(watched, places[path])
    assert judged(watched) == []
    assert watched.page.evaluate(WIDER) <= 0
    assert watched.page.title() != ""


@pytest.mark.parametrize("screen", [DESKTOP, PHONE_DARK], ids=lambda screen: screen.name)
def test_the_pages_for_strangers_have_no_serious_fault(visit: Visit):
    visit.page.add_init_script(path=AXE_FILE_PATH)
    for place in OUTSIDE:
        shown(visit, place)
        visit.page.reload()
        shown(visit, place)
        assert judged(visit) == [], place
        assert visit.page.evaluate(WIDER) <= 0, place


def test_a_dialog_keeps_the_keyboard_and_gives_it_back(visit: Visit, places: dict[str, str]):
    visit.log_in("hedy")
    page = visit.go("/cards", "All cards")
    opener = page.get_by_role("button", name="New card")
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="New card")
    expect(dialog).to_be_visible()
    for _ in range(8):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(opener).to_be_focused()


def test_somebody_with_a_keyboard_alone_logs_in_skips_the_menu_and_asks(visit: Visit, places: dict[str, str]):
    page = visit.go("/login", "Welcome back")
    page.get_by_label("Username or e-mail").focus()
    page.keyboard.type("hedy")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(visit.heading).to_contain_text("Hello")
    expect(visit.heading).to_be_focused()
    visit.go("/chat", "Tutor")
    page.get_by_role("button", name="Skip to the content").focus()
    page.keyboard.press("Enter")
    expect(visit.heading).to_be_focused()
    page.get_by_label("Your question").focus()
    page.keyboard.type("What torque do pedals need?")
    page.keyboard.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("Pedals 30 to 40 Nm")
    expect(page.get_by_label("Your question")).to_be_focused()


@pytest.mark.parametrize("screen", [PHONE], ids=lambda screen: screen.name)
def test_on_a_phone_a_drawer_leads_to_every_page(visit: Visit, places: dict[str, str]):
    visit.log_in("hedy")
    page = visit.page
    page.get_by_role("navigation", name="Main pages").get_by_role("button", name="More").click()
    page.get_by_role("navigation", name="All pages").get_by_role("link", name="Courses").click()
    expect(visit.heading).to_have_text("Courses")
    expect(page.get_by_role("navigation", name="All pages")).to_have_count(0)


def test_theme_and_language_are_chosen_and_remembered(visit: Visit, places: dict[str, str]):
    visit.log_in("hedy")
    page = visit.go("/settings", "Settings")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.get_by_role("button", name="Dark").click()
    assert page.evaluate(ground) != light
    page.get_by_role("button", name="Deutsch").click()
    expect(visit.heading).to_have_text("Einstellungen")
    page.reload()
    expect(visit.heading).to_have_text("Einstellungen")
    assert page.evaluate(ground) != light
    assert page.evaluate("document.documentElement.lang") == "de"
    german = json.loads((ROOT / "common" / "assets" / "console" / "text" / "de.json").read_text(encoding="utf-8"))
    visit.go("/documents", german["documents.title"])
    assert page.title() == f"{german['documents.title']} · Scholium"


def test_offline_is_said_and_ends_with_trying_again(visit: Visit, places: dict[str, str]):
    visit.log_in("hedy")
    page = visit.page
    page.route("**/v1/**", lambda route: route.abort("internetdisconnected"))
    page.get_by_role("navigation", name="All pages").get_by_role("link", name="Documents").click()
    banner = page.locator(".offline")
    expect(banner).to_contain_text("The server cannot be reached")
    expect(page.locator(".failed")).to_contain_text("The server cannot be reached")
    page.unroute_all()
    banner.get_by_role("button", name="Try again").click()
    expect(banner).to_have_count(0)
    page.locator(".failed").get_by_role("button", name="Try again").click()
    expect(page.get_by_text("bicycle-repair")).to_be_visible()
    assert {fault.partition(" (")[0] for fault in visit.faults} == {
        "error: Failed to load resource: net::ERR_INTERNET_DISCONNECTED"
    }
    visit.faults.clear()


def test_what_a_form_refuses_is_told_at_its_field(visit: Visit, places: dict[str, str]):
    visit.expected = {"/v1/users": 422, "/v1/login": 401}
    page = visit.go("/register", "Make an account")
    page.get_by_label("Username").fill("x")
    page.get_by_label("E-mail address").fill("lovelace@example.org")
    page.get_by_label("Password").fill("password")
    for label, better in (("Username", "lovelace"), ("Password", PASSWORD)):
        page.get_by_role("button", name="Make my account").click()
        field = page.get_by_label(label)
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_be_focused()
        told = (field.get_attribute("aria-describedby") or "").split()[-1]
        assert page.locator(f"[id='{told}']").inner_text() != ""
        field.fill(better)
    visit.go("/login", "Welcome back")
    page.get_by_label("Username or e-mail").fill("hedy")
    page.get_by_label("Password").fill("not-hers-at-all")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_contain_text("The username or the password is not right.")


def test_an_answer_of_the_server_that_fails_can_be_asked_for_again(visit: Visit, places: dict[str, str]):
    visit.log_in("hedy")
    page = visit.page
    problem = {
        "type": "about:blank",
        "title": "Oh",
        "status": 500,
        "detail": "Oh",
        "code": "internal_error",
        "request_id": "r-1234567",
    }

    def fail(route: Route) -> None:
        route.fulfill(status=500, content_type="application/problem+json", body=json.dumps(problem))

    page.route("**/v1/documents?*", fail)
    visit.expected = {"/v1/documents": 500}
    page.get_by_role("navigation", name="All pages").get_by_role("link", name="Documents").click()
    expect(page.locator(".failed")).to_contain_text("Request r-1234567")
    page.unroute_all()
    page.locator(".failed").get_by_role("button", name="Try again").click()
    expect(page.get_by_text("bicycle-repair")).to_be_visible()
