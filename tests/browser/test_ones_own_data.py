"""What is known of somebody is theirs: to take along in one file, and to have erased, with a receipt."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.visit import PASSWORD, Visit


def test_somebody_takes_their_data_along_and_has_their_account_erased(visit: Visit, tmp_path: Path):
    visit.register("leaver")
    page = visit.go("/settings", "Settings")
    page.get_by_role("button", name="Export my data").click()
    link = page.get_by_role("link", name="Download")
    expect(link).to_be_visible()
    with page.expect_download() as download:
        link.click()
    download.value.save_as(tmp_path / "export.zip")
    with zipfile.ZipFile(tmp_path / "export.zip") as opened:
        assert any(b"leaver@example.org" in opened.read(name) for name in opened.namelist())

    visit.expected = {"/v1/me": 422, "/v1/login": 401}
    page.get_by_role("button", name="Delete my account").click()
    dialog = page.get_by_role("dialog", name="Delete my account")
    dialog.get_by_label("Your password").fill("somebody-else-entirely")
    dialog.get_by_role("button", name="Delete everything").click()
    expect(dialog.get_by_label("Your password")).to_have_attribute("aria-invalid", "true")
    dialog.get_by_label("Your password").fill(PASSWORD)
    dialog.get_by_role("button", name="Delete everything").click()
    expect(visit.heading).to_have_text("Your account is gone")
    assert re.search(r"#/erased/[\w-]+$", page.url)
    page.reload()
    expect(page.get_by_text("is being erased").or_(page.get_by_text("Everything was erased"))).to_be_visible()
    page.goto(f"{visit.url}/#/login")
    page.get_by_label("Username or e-mail").fill("leaver")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_be_visible()
