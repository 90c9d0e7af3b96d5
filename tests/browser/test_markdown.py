"""Lessons in Markdown become elements, and nothing that a text says becomes anything else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.visit import Visit
from tests.e2e.local_server import LocalServer

SHOW = """async ([build, text]) => {
  const { markdown } = await import(`/assets/${build}/core/markdown.js`);
  const { render } = await import(`/assets/${build}/vendor/preact.js`);
  const place = document.createElement("div");
  render(markdown(text), place);
  return place.innerHTML;
}"""
CASES = {
    "# One\n\ntext *so* and **so**": "<h3>One</h3><p>text <em>so</em> and <strong>so</strong></p>",
    "a\nb\n\nc  \nd": "<p>a\nb</p><p>c<br>d</p>",
    "- a\n- b\n  - c\n  - d\n- e": "<ul><li>a</li><li>b<ul><li>c</li><li>d</li></ul></li><li>e</li></ul>",
    "3. a\n4. b": '<ol start="3"><li>a</li><li>b</li></ol>',
    "> a\n> b": "<blockquote><p>a\nb</p></blockquote>",
    "```python\nif a < b:\n    **c**\n```": "<pre><code>if a &lt; b:\n    **c**</code></pre>",
    "`a*b*` and ``c`d``": "<p><code>a*b*</code> and <code>c`d</code></p>",
    "| a | b |\n|---|---|\n| 1 | *2* |": "<table><thead><tr><th>a</th><th>b</th></tr></thead>"
    "<tbody><tr><td>1</td><td><em>2</em></td></tr></tbody></table>",
    r"\*no\* 2 * 3 * 4 snake_case_name": "<p>*no* 2 * 3 * 4 snake_case_name</p>",
    "---": "<hr>",
    "<script>a</script><img onerror=y>": "<p>&lt;script&gt;a&lt;/script&gt;&lt;img onerror=y&gt;</p>",
    "[a](javascript:alert(1))": "<p><span>a</span>)</p>",
    "[a](https://e.org)": '<p><a href="https://e.org" target="_blank" rel="noopener noreferrer nofollow">a</a></p>',
    "![a](data:text/html,x)": "<p><span>a</span></p>",
    "": "",
}


@pytest.fixture(scope="module")
def shown(chromium: Browser, server: LocalServer) -> Iterator[Callable[[str], str]]:
    """What a text becomes, as HTML."""
    with Visit(chromium, server.url) as visit:
        page = visit.go("/login", "Welcome back")
        build = re.search(r"/assets/(\w+)/", page.content())
        assert build
        yield lambda text: str(page.evaluate(SHOW, [build[1], text]))


@pytest.mark.parametrize("text", CASES)
def test_markdown_becomes_elements(shown: Callable[[str], str], text: str):
    assert shown(text) == CASES[text]


@pytest.mark.parametrize("part", ["*", "_", "`", "[", "](", "> ", "- ", "**a", "~~", "\\", "|\n", "  - a\n", "<"])
def test_no_text_keeps_the_page_busy(shown: Callable[[str], str], part: str):
    assert isinstance(shown(part * (6_000 // len(part))), str)
