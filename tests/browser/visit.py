"""Somebody with a browser of their own at the console: what they do there, and what went wrong in their page."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Dialog, Locator, Page, Request, expect

from tests.e2e.local_server import ROOT

SAMPLE = ROOT / "infrastructure" / "samples" / "bicycle-repair.pdf"
PASSWORD = "the-engine-weaves"
PATIENCE = 20_000
"""Milliseconds, on a machine that has much else to do."""
SCREENSHOTS = os.environ.get("SCHOLIUM_SCREENSHOTS", "")
"""A folder to write pictures into; none where it is empty."""
ANSWERED = {"/v1/study-plan": 404}
"""Path -> a refusal that the console asks for and shows as what it means: there is no plan yet."""
expect.set_options(timeout=PATIENCE)


@dataclass(frozen=True)
class Screen:
    """What a page is shown on."""

    name: str
    width: int
    height: int
    theme: Literal["light", "dark"]
    is_phone: bool = False


DESKTOP = Screen("desktop-light", 1280, 800, "light")
DESKTOP_DARK = Screen("desktop-dark", 1280, 800, "dark")
PHONE = Screen("phone-light", 360, 740, "light", is_phone=True)
PHONE_DARK = Screen("phone-dark", 360, 740, "dark", is_phone=True)


@dataclass
class Visit:
    """One visitor: `with Visit(...) as visit`. `expected` are refusals that the test provokes: path -> status."""

    browser: Browser
    url: str
    screen: Screen = DESKTOP
    faults: list[str] = field(default_factory=list)
    strangers: set[str] = field(default_factory=set)
    expected: dict[str, int] = field(default_factory=dict)

    def __enter__(self) -> Visit:
        screen = self.screen
        self.context = self.browser.new_context(
            viewport={"width": screen.width, "height": screen.height},
            color_scheme=screen.theme,
            reduced_motion="reduce",
            locale="en-GB",
            timezone_id="Europe/London",
            is_mobile=screen.is_phone,
            has_touch=screen.is_phone,
        )
        self.context.set_default_timeout(PATIENCE)
        self.page = self.open_page()
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()

    def open_page(self) -> Page:
        """Another tab, watched as the first one is."""
        page = self.context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.faults.append(f"uncaught: {error}"))
        page.on("dialog", self._spoken_to)
        page.on("request", self._asked)
        return page

    def _spoken_to(self, dialog: Dialog) -> None:
        self.faults.append(f"a dialog said {dialog.message}")
        dialog.dismiss()

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        path = urlsplit(message.location.get("url", "")).path
        refused = re.search(r"status of (\d+)", message.text)
        if refused and {**ANSWERED, **self.expected}.get(path) == int(refused[1]):
            return
        self.faults.append(f"{message.type}: {message.text} ({path})")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((f"{self.url}/", "data:", "blob:", "about:")):
            self.strangers.add(request.url)

    def go(self, place: str, heading: str | None = None) -> Page:
        """Open a page of the console by its address behind the #, and wait for its heading."""
        self.page.goto(f"{self.url}/#{place}")
        if heading:
            expect(self.heading).to_have_text(heading)
        return self.page

    @property
    def heading(self) -> Locator:
        """The heading of the page."""
        return self.page.locator("h1")

    def picture(self, name: str) -> None:
        """Write what is seen, where pictures are wanted."""
        if SCREENSHOTS:
            self.page.wait_for_load_state("networkidle")
            Path(SCREENSHOTS).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(SCREENSHOTS) / f"{name}-{self.screen.name}.png")

    def register(self, name: str, display_name: str | None = None) -> None:
        """Make an account by the form, which logs in."""
        page = self.go("/register", "Make an account")
        page.get_by_label("Username").fill(name)
        page.get_by_label("E-mail address").fill(f"{name}@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Make my account").click()
        expect(self.heading).to_have_text(f"Hello, {name}")
        if display_name:
            self.go("/settings", "Settings")
            page.get_by_label("Display name").fill(display_name)
            page.get_by_role("button", name="Save").click()
            expect(page.get_by_text("Saved.")).to_be_visible()

    def log_in(self, name: str, password: str = PASSWORD) -> None:
        """Log in by the form."""
        page = self.go("/login", "Welcome back")
        page.get_by_label("Username or e-mail").fill(name)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Log in").click()
        expect(self.heading).to_contain_text("Hello, ")

    def upload(self, file: Path = SAMPLE, title: str | None = None) -> None:
        """Add a document, and wait until it can be asked about."""
        page = self.go("/documents", "Documents")
        page.get_by_label("Choose files").set_input_files(file)
        row = page.get_by_role("listitem").filter(has_text=title or file.stem)
        expect(row.get_by_text("Ready")).to_be_visible()

    def ask(self, question: str) -> Locator:
        """Ask the tutor; the answer, once it is whole."""
        self.page.get_by_label("Your question").fill(question)
        self.page.get_by_role("button", name="Send").click()
        log = self.page.get_by_role("log")
        expect(log).to_have_attribute("aria-busy", "false")
        return log.locator(".turn-tutor").last
