"""A learner's whole way through the console, on a desktop and a phone, by day and by night."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.visit import DESKTOP, PHONE_DARK, Screen, Visit


@pytest.fixture(params=[DESKTOP, PHONE_DARK], ids=lambda screen: screen.name)
def screen(request: pytest.FixtureRequest) -> Screen:
    chosen: Screen = request.param
    return chosen


def journey(visit: Visit, name: str) -> None:
    """Register, upload the sample, ask, see the cited page, take a quiz, review a card, see the streak."""
    visit.go("/", "Welcome back")
    visit.picture("login")
    visit.register(name)
    expect(visit.page.get_by_text("Begin with something to learn from")).to_be_visible()
    visit.upload()
    the_tutor_answers_and_cites_a_page(visit)
    what_is_cited_is_shown_where_it_stands(visit)
    a_quiz_is_taken_against_the_clock(visit)
    a_card_is_reviewed_with_the_keyboard(visit)
    visit.go("/progress", "Progress")
    streak = visit.page.locator(".stat-flame dd").first
    expect(streak).to_have_text("1")
    expect(visit.page.get_by_text("bicycle-repair")).to_be_visible()
    visit.picture("progress")
    visit.go("/", f"Hello, {name}")
    expect(visit.page.locator(".stat-flame dd").first).to_have_text("1")
    visit.picture("today")


def the_tutor_answers_and_cites_a_page(visit: Visit) -> None:
    visit.page.get_by_role("link", name="bicycle-repair").click()
    visit.page.get_by_role("link", name="Ask about it").click()
    expect(visit.page.get_by_text("About “bicycle-repair”")).to_be_visible()
    answer = visit.ask("What torque do pedals need?")
    expect(answer).to_contain_text("Pedals 30 to 40 Nm")
    visit.picture("tutor")


def what_is_cited_is_shown_where_it_stands(visit: Visit) -> None:
    page = visit.page
    page.get_by_role("button", name="bicycle-repair, page 4").first.click()
    expect(page.get_by_role("dialog").get_by_role("blockquote")).to_have_text("Pedals 30 to 40 Nm")
    page.get_by_role("link", name="Open the page").click()
    expect(page.get_by_role("heading", name="Page 4 of 4")).to_be_visible()
    expect(page.locator("mark")).to_have_text("Pedals 30 to 40 Nm")
    expect(page.locator("mark")).to_be_in_viewport()
    visit.picture("cited-page")


def a_quiz_is_taken_against_the_clock(visit: Visit) -> None:
    page = visit.page
    page.get_by_role("link", name="Make a quiz").click()
    expect(visit.heading).to_have_text("Quizzes")
    page.get_by_label("Time limit").select_option("5")
    page.get_by_role("button", name="Begin").click()
    timer = page.get_by_role("timer", name="Time left")
    expect(timer).to_have_text(re.compile(r"[4-6]:\d\d"))  # from a document it begins when the quiz is fetched
    for question in page.locator("fieldset.question").all():
        if question.get_by_role("textbox").count():
            question.get_by_role("textbox").fill("a guess")
        else:
            question.locator("label.option").last.click()
    visit.picture("quiz")
    page.get_by_role("button", name="Hand in").click()
    expect(visit.heading).to_have_text("Result")
    expect(page.get_by_text("Right answer").first).to_be_visible()
    visit.picture("result")


def a_card_is_reviewed_with_the_keyboard(visit: Visit) -> None:
    page = visit.go("/cards", "All cards")
    page.get_by_role("button", name="New card").click()
    page.get_by_label("Question").fill("How tight are pedals?")
    page.get_by_label("Answer").fill("30 to 40 Nm")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    visit.go("/review", "Review")
    card = page.get_by_role("article", name="Flashcard")
    expect(card).to_contain_text("How tight are pedals?")
    expect(card).not_to_contain_text("30 to 40 Nm")
    page.keyboard.press("Space")
    expect(card).to_contain_text("30 to 40 Nm")
    visit.picture("review")
    page.keyboard.press("3")
    expect(page.get_by_text("Done for now")).to_be_visible()


def test_a_learner_finds_their_way_from_registering_to_their_streak(visit: Visit):
    journey(visit, "noor" if visit.screen.is_phone else "ada")


def test_a_session_lives_on_in_the_browser_and_ends_with_logging_out(visit: Visit):
    name = f"grace-{visit.screen.name}"
    visit.register(name)
    visit.page.reload()
    expect(visit.heading).to_have_text(f"Hello, {name}")
    second = visit.open_page()
    second.goto(f"{visit.url}/#/progress")
    expect(second.locator("h1")).to_have_text("Progress")
    second.close()
    visit.go("/settings", "Settings")
    visit.page.locator("main").get_by_role("button", name="Log out").click()
    expect(visit.heading).to_have_text("Welcome back")
    visit.page.reload()
    expect(visit.heading).to_have_text("Welcome back")
