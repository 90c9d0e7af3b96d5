"""Those who teach and those who run it: what they see is right, what they do takes effect, and everybody can use it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_FILE_PATH  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Locator, expect

from tests.browser import crowd
from tests.browser.conftest import SETTINGS
from tests.browser.test_for_everybody import WIDER, judged, shown
from tests.browser.visit import DESKTOP, DESKTOP_DARK, PASSWORD, PHONE, PHONE_DARK, Screen, Visit
from tests.e2e.local_server import ROOT, LocalServer

DASHBOARD = "/v1/dashboard/admin"
PLACES = {"/teaching/:id": f"/teaching/{crowd.COURSE}"}


def pages_of(role: str) -> list[str]:
    """The patterns of all pages that a role sees and the one below it does not."""
    source = (ROOT / "common" / "assets" / "console" / "pages.js").read_text(encoding="utf-8")
    return re.findall(rf'path: "([^"]+)", role: "{role}"', source)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServer]:
    """A server of their own: what an admin sees is counted over everybody."""
    with LocalServer(tmp_path_factory.mktemp("school") / "data", environment=SETTINGS) as running:
        yield running


@pytest.fixture(scope="module")
def school(server: LocalServer) -> LocalServer:
    """A school that has been at work for a month, counted once."""
    crowd.fill(server.data)
    return server


def counted(visit: Visit) -> None:
    """The numbers are there: for the first visitor of all, as soon as they have asked for them."""
    visit.expected[DASHBOARD] = 404
    page = visit.go("/overview", "Overview")
    begin, numbers = page.get_by_role("button", name="Count now"), page.get_by_text("Courses with the most learners")
    expect(begin.or_(numbers).first).to_be_visible()
    if not numbers.is_visible():
        begin.click()
    expect(numbers).to_be_visible()


def row(visit: Visit, words: str) -> Locator:
    return visit.page.get_by_role("row").filter(has_text=words)


@pytest.fixture(scope="module", params=[DESKTOP, DESKTOP_DARK, PHONE, PHONE_DARK], ids=lambda screen: screen.name)
def everywhere(request: pytest.FixtureRequest) -> Screen:
    """Both themes, on a desktop and on a phone."""
    found: Screen = request.param
    return found


@pytest.mark.parametrize(("who", "role"), [("toni", "teacher"), ("root", "admin")])
def test_their_pages_have_no_serious_fault_and_fit_their_screen(
    chromium: Browser, school: LocalServer, everywhere: Screen, who: str, role: str
) -> None:
    assert pages_of(role)
    with Visit(chromium, school.url, everywhere) as visit:
        visit.page.add_init_script(path=AXE_FILE_PATH)
        visit.log_in(who)
        if role == "admin":
            counted(visit)
        for pattern in pages_of(role):
            shown(visit, PLACES.get(pattern, pattern))
            assert judged(visit) == [], pattern
            assert visit.page.evaluate(WIDER) <= 0, pattern
            visit.picture(pattern.strip("/").replace("/:id", "-one"))
        assert (visit.faults, visit.strangers) == ([], set())


def test_an_admin_sees_everything_at_a_glance(visit: Visit, school: LocalServer) -> None:
    visit.log_in("root")
    counted(visit)
    page = visit.page
    users = page.locator(".stat").filter(has_text="Users")
    expect(users).to_contain_text("124")  # with the two samples
    expect(page.locator(".stat").filter(has_text="Purchases")).to_contain_text("billing is off")
    expect(page.get_by_role("group", name="Risk of failing")).to_contain_text("High")
    expect(page.get_by_role("link", name=crowd.TITLE)).to_be_visible()
    page.get_by_role("button", name="31 days").click()
    expect(page.get_by_role("table", name="Activity").get_by_role("row")).to_have_count(31)
    visit.go("/operations", "Queue health")
    expect(row(visit, "MailRequested")).to_contain_text("1")
    visit.go("/ai", "AI use and cost")
    expect(row(visit, "Tutor")).to_contain_text("$")


@pytest.fixture
def visit_of_two(chromium: Browser, school: LocalServer) -> Iterator[tuple[Visit, Visit]]:
    """An admin and somebody else, each with a browser of their own."""
    with Visit(chromium, school.url) as admin, Visit(chromium, school.url) as other:
        yield admin, other
        assert (admin.faults, admin.strangers) == ([], set())


def test_a_role_that_an_admin_gives_and_takes_shows_at_once(visit_of_two: tuple[Visit, Visit]) -> None:
    admin, other = visit_of_two
    other.log_in("learner-118")
    other.go("/teaching", "Not found")
    admin.log_in("root")
    page = admin.go("/users", "Users")
    page.get_by_role("button", name="Change Grete Sørensen 118").click()
    dialog = page.get_by_role("dialog", name="Grete Sørensen 118")
    dialog.get_by_label("Role").select_option("teacher")
    dialog.get_by_role("button", name="Save").click()
    expect(row(admin, "learner-118").first).to_contain_text("Teacher")
    other.expected["/v1/me"] = other.expected["/v1/login/refresh"] = 401
    other.page.context.clear_cookies()
    other.page.reload()
    other.log_in("learner-118")
    other.go("/teaching", "Your courses")


def test_whoever_is_deactivated_cannot_log_in(visit: Visit, school: LocalServer) -> None:
    visit.log_in("root")
    page = visit.go("/users", "Users")
    page.get_by_role("button", name="Change Hana Sato 119").click()
    dialog = page.get_by_role("dialog", name="Hana Sato 119")
    dialog.get_by_label("May log in").uncheck()
    dialog.get_by_role("button", name="Save").click()
    expect(row(visit, "learner-119")).to_contain_text("Deactivated")
    page.get_by_role("button", name="Deactivated").click()
    expect(row(visit, "learner-119")).to_be_visible()
    answer = school.client.post("/v1/login", {"username": "learner-119", "password": PASSWORD})
    assert (answer.status, answer.body["code"]) == (401, "wrong_credentials")


def test_nobody_changes_their_own_account(visit: Visit, school: LocalServer) -> None:
    visit.log_in("root")
    page = visit.go("/users", "Users")
    page.get_by_role("button", name="Admins").click()
    expect(row(visit, "Rosa Root")).to_contain_text("You")
    expect(row(visit, "Rosa Root").get_by_role("button")).to_have_count(0)


def test_a_teacher_sees_who_is_at_risk_and_why_and_nudges_them(visit: Visit, school: LocalServer) -> None:
    visit.log_in("toni")
    page = visit.go("/teaching", "Your courses")
    page.get_by_role("link", name=crowd.TITLE).click()
    expect(visit.heading).to_have_text(crowd.TITLE)
    first = page.locator("li.learner").first
    expect(first).to_contain_text("Ada Byron")
    expect(first).to_contain_text("High · 86%")
    expect(first).to_contain_text("Has not handed in the last 3 quizzes")
    expect(page.get_by_text("44 began, ").first).to_be_visible()
    expect(row(visit, "What keeps a left pedal from loosening")).to_contain_text("17%")
    first.get_by_role("button", name="Nudge Ada Byron").click()
    dialog = page.get_by_role("dialog", name="Nudge Ada Byron")
    dialog.get_by_label("A word from you").fill("The brakes come next: shall we look at them together?")
    dialog.get_by_role("button", name="Nudge", exact=True).click()
    expect(page.get_by_text("A nudge for Ada Byron is on its way.")).to_be_visible()
    expect(dialog).to_have_count(0)


def test_an_arm_that_an_admin_stops_is_stopped(visit: Visit, school: LocalServer) -> None:
    visit.log_in("root")
    page = visit.go("/experiments", "Experiments")
    card = page.locator("section.card").filter(has_text="When the reminder comes")
    expect(card).to_contain_text("+5.3 points, between +2.8 and +7.8")
    expect(card.locator(".interval-point.interval-good")).to_have_count(1)
    card.get_by_role("button", name="Stop “late-evening”").click()
    page.get_by_role("dialog").get_by_role("button", name="Stop", exact=True).click()
    expect(card.get_by_text("stopped", exact=True)).to_be_visible()
    expect(card.get_by_role("button", name="Stop “late-evening”")).to_have_count(0)


def test_a_moderator_decides_and_what_was_written_is_text(visit: Visit, school: LocalServer) -> None:
    visit.log_in("root")
    page = visit.go("/moderation", "Moderation")
    spam = page.locator("section.card").filter(has_text="Cheap watches here")
    expect(spam).to_contain_text("<script>alert('posted')</script>")
    expect(spam).to_contain_text("Spam · 4")
    spam.get_by_role("button", name="Take it off").click()
    expect(page.get_by_text("It is taken off.")).to_be_visible()
    expect(spam).to_have_count(0)
    page.get_by_role("button", name="Let it stand").click()
    expect(page.get_by_text("Nothing waits")).to_be_visible()


def test_a_learner_finds_none_of_it(visit: Visit, school: LocalServer) -> None:
    visit.log_in("learner-3")
    for place in ("/teaching", "/overview", "/users", "/ai", f"/teaching/{crowd.COURSE}"):
        visit.go(place, "Not found")
    expect(visit.page.get_by_role("navigation", name="All pages")).not_to_contain_text("Overview")
