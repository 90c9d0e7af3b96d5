"""What people and documents wrote does nothing in the page, and no script in the page gets hold of a session."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Response, expect

from tests.browser.visit import PASSWORD, Visit
from tests.e2e.client import Client
from tests.e2e.local_server import LocalServer

SCRIPT = "<script>window.wasRun = 1</script>"
IMAGE = "<img src=/v1/status onerror='window.wasRun = 2'>"
LINK = "[press me](javascript:window.wasRun=3)"
HOSTILE = f"{SCRIPT} {IMAGE} {LINK}"
ATTACK = """async () => {
  const body = document.body;
  const element = (name, values) => Object.assign(document.createElement(name), values);
  const loads = (one) => new Promise((resolve) => {
    one.onload = () => resolve("loaded");
    one.onerror = () => resolve("refused");
    body.append(one);
  });
  const tries = [
    () => { body.insertAdjacentHTML("beforeend", "<img src=x onerror='window.wasRun = 1'>") },
    () => { body.append(element("script", { textContent: "window.wasRun = 2" })) },
    () => { element("img").setAttribute("onerror", "window.wasRun = 3") },
    () => loads(element("img", { src: "https://elsewhere.example/x.png" })),
    () => fetch("https://elsewhere.example/").then(() => "loaded", () => "refused"),
  ];
  const ends = [];
  for (const one of tries) {
    try { ends.push(await one() ?? "done") } catch (thrown) { ends.push(thrown.name) }
  }
  return ends;
}"""
GATHER = """async () => {
  const found = { cookie: document.cookie, local: { ...localStorage }, session: { ...sessionStorage }, answers: [] };
  found.databases = (await indexedDB.databases()).map((one) => one.name);
  found.caches = await caches.keys();
  const tries = [
    ["POST", "/v1/login/refresh", {}],
    ["POST", "/v1/login/refresh", { refresh_token: null }],
    ["POST", "/v1/logout", { refresh_token: "x" }],
    ["GET", "/v1/me"],
    ["GET", "/v1/login"],
    ["OPTIONS", "/v1/login"],
  ];
  const headers = { "Content-Type": "application/json" };
  for (const [method, path, body] of tries) {
    const answer = await fetch(path, { method, body: body && JSON.stringify(body), headers });
    found.answers.push({ path, status: answer.status, headers: [...answer.headers], text: await answer.text() });
  }
  found.store = (await cookieStore.getAll()).map((one) => [one.name, one.value]);
  return found;
}"""


@pytest.fixture
def signed_in(server: LocalServer) -> Client:
    """Mallory, over the API: what a form would refuse is worth trying."""
    client = server.client
    client.post("/v1/users", {"username": "mallory", "email": "mallory@example.org", "password": PASSWORD})
    tokens = client.post("/v1/login", {"username": "mallory", "password": PASSWORD}).body
    return client.with_token(tokens["access_token"])


def nothing_was_run(visit: Visit) -> None:
    visit.page.wait_for_load_state("networkidle")
    assert visit.page.evaluate("window.wasRun") is None
    assert visit.page.locator("main img, main script, a[href^=javascript]").count() == 0


def test_markup_in_a_document_a_name_a_post_and_a_card_is_text(visit: Visit, signed_in: Client, tmp_path: Path):
    named = signed_in.patch("/v1/me", {"display_name": "Mal <b>lory</b>"})
    name = "Mal <b>lory</b>" if named.status == 200 else "mallory"
    body = {"title": f"Look {SCRIPT}", "body": f"{HOSTILE}\n\n**bold**", "tags": []}
    post = signed_in.post("/v1/posts", body).body
    signed_in.post("/v1/flashcards", {"front": f"{IMAGE} <b>bold</b>", "back": HOSTILE, "html": True})
    signed_in.post("/v1/flashcards", {"front": HOSTILE, "back": HOSTILE})

    visit.log_in("mallory")
    expect(visit.heading).to_have_text(f"Hello, {name}")
    nothing_was_run(visit)
    visit.go(f"/community/{post['post_id']}", f"Look {SCRIPT}")
    expect(visit.page.locator(".prose strong")).to_have_text("bold")
    expect(visit.page.locator(".prose")).to_contain_text("press me")
    nothing_was_run(visit)
    visit.go("/community", "Community")
    nothing_was_run(visit)
    visit.go("/cards", "All cards")
    expect(visit.page.locator("li b")).to_have_text("bold")
    expect(visit.page.get_by_text(HOSTILE).first).to_be_visible()
    nothing_was_run(visit)

    file = tmp_path / "marmalade.md"
    file.write_text(f"# Marmalade\n\nMarmalade is boiled for 40 minutes {SCRIPT} {IMAGE} and then it rests.\n")
    visit.upload(file)
    visit.page.get_by_role("link", name="marmalade").click()
    expect(visit.page.locator(".leaf")).to_contain_text("Marmalade is boiled for 40 minutes")
    nothing_was_run(visit)
    visit.page.get_by_role("link", name="Ask about it").click()
    expect(visit.ask("How long is marmalade boiled?")).to_contain_text("40 minutes")
    nothing_was_run(visit)
    # Where the card's HTML was parsed, the browser says that it ran no handler: that, and no more, went wrong.
    assert [one for one in visit.faults if not one.startswith("error: Executing inline event handler violates")] == []
    visit.faults.clear()


def test_the_page_itself_refuses_a_script_that_got_into_it(visit: Visit):
    page = visit.go("/login", "Welcome back")
    assert page.evaluate(ATTACK) == ["TypeError", "TypeError", "TypeError", "refused", "refused"]
    assert page.evaluate("window.wasRun") is None
    assert len(visit.faults) >= 5, "the browser tells of each refusal"
    visit.faults.clear()
    visit.strangers.discard("https://elsewhere.example/x.png")  # asked for, and refused before it left


def test_a_script_in_the_page_finds_no_refresh_token_anywhere(visit: Visit, server: LocalServer):
    heard: list[str] = []

    def listen(response: Response) -> None:
        if "/v1/" in response.url and response.status == 200:
            heard.append(response.text())

    visit.page.on("response", listen)
    visit.register("trent")
    visit.expected = {"/v1/logout": 401, "/v1/login": 405, "/v1/me": 401}
    before = session_cookie(visit)
    found: dict[str, Any] = visit.page.evaluate(GATHER)
    tokens = {before["value"], session_cookie(visit)["value"]}
    assert len(tokens) == 2, "the cookie was exchanged, and by a script: its answer is what is searched"
    assert (before["httpOnly"], before["sameSite"], before["path"]) == (True, "Strict", "/v1/login")
    everything = json.dumps(found) + "".join(heard)
    assert [token for token in tokens if token in everything] == []
    renewed = [json.loads(one["text"]) for one in found["answers"] if one["path"] == "/v1/login/refresh"]
    assert [one["refresh_token"] for one in renewed] == [None, None]
    assert (found["cookie"], found["session"], found["databases"], found["caches"], found["store"]) == (
        "",
        {},
        [],
        [],
        [],
    )
    assert set(found["local"]) <= {"scholium.session", "scholium.theme", "scholium.language"}
    assert not any(name in ("set-cookie", "set-cookie2") for one in found["answers"] for name, _ in one["headers"])


def session_cookie(visit: Visit) -> dict[str, Any]:
    """What the browser keeps and no page sees."""
    (kept,) = visit.context.cookies(f"{visit.url}/v1/login")
    return dict(kept)
