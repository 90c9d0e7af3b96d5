"""Whatever somebody writes, what others are shown is text, a few elements, and links to the web and to mail."""

import time
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.domain.community import markdown
from common.domain.community.bodies import LONGEST_POST

ALLOWED = {"a": {"href", "title", "rel"}, "ol": {"start"}}
MILLISECONDS_A_THOUSAND = 100
"""Characters; some six times what was measured, as others use the machine too."""


class Inert(HTMLParser):
    """Reads HTML as a browser would, and notes whatever could do something."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.links: list[str] = []
        self.depth = self.deepest = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in markdown.ELEMENTS:
            self.faults.append(tag)
        if tag not in ("br", "hr"):
            self.depth += 1
            self.deepest = max(self.deepest, self.depth)
        for name, value in attrs:
            if name not in ALLOWED.get(tag, set()):
                self.faults.append(f"{tag} {name}")
            if name == "href":
                self.links.append(value or "")
                if not (value or "").startswith(("http://", "https://", "mailto:")):
                    self.faults.append(f"link to {value}")

    def handle_endtag(self, tag: str) -> None:
        self.depth -= 1

    def handle_comment(self, data: str) -> None:
        self.faults.append("comment")

    def handle_decl(self, decl: str) -> None:
        self.faults.append("declaration")

    def handle_pi(self, data: str) -> None:
        self.faults.append("instruction")


def read(text: str) -> Inert:
    parser = Inert()
    parser.feed(markdown.to_html(text))
    parser.close()
    return parser


ATTACKS = {
    "script": "<script>alert(1)</script>",
    "script in capitals and pieces": "<ScRiPt\n src=//evil.example></sCrIpT>",
    "script in a script": "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "an event handler": '<img src=x onerror="alert(1)">',
    "a handler in a link": '<a href="https://a.example" onclick=alert(1)>x</a>',
    "a handler out of a title": '[x](https://a.example "y\\" onmouseover=alert(1) z=\\"")',
    "a handler out of an address": '[x](https://a.example/"onmouseover="alert(1))',
    "a link to code": "[x](javascript:alert(1))",
    "a link to code, in disguise": "[x](JaVa&#x53;cript:alert(1)) [y](java\tscript:alert(1)) [z](&#106;avascript:a)",
    "a link to code, with what is not seen": "[x](java\u200bscript:a) [y](\u2060javascript:a) [z](\x01javascript:a)",
    "a link to data": "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "a link to a file, to code of another kind": "[x](file:///etc/passwd) [y](vbscript:a) [z](blob:https://a.example/1)",
    "a link in angles": "<javascript:alert(1)> <data:text/html,x>",
    "a reference to code": "[x][1]\n\n[1]: javascript:alert(1)",
    "an image of code": "![x](javascript:alert(1)) ![y](data:image/svg+xml;base64,PHN2Zy8+)",
    "a drawing": "<svg><script>alert(1)</script><animate onbegin=alert(1)></svg>",
    "a drawing of formulas": "<math><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=a>\">",
    "a frame, an object, a form": "<iframe srcdoc='<script>a</script>'></iframe><object data=x><form action=//e>",
    "styles": "<style>*{background:url(//e)}</style><p style='position:fixed'>x</p><link rel=stylesheet href=x>",
    "a document": "<!DOCTYPE html><html><base href=//evil.example><meta http-equiv=refresh content=0>",
    "comments and instructions": "<!--[if IE]><script>a</script><![endif]--> <?php echo 1 ?> <![CDATA[<script>]]>",
    "a fence that ends early": "```\"><script>alert(1)</script>\nx\n```",
    "the language of a fence": "```js\" onclick=\"alert(1)\nx\n```",
    "a cell": "|a|\n|-|\n|<img src=x onerror=a>|",
    "noscript": "<noscript><p title=\"</noscript><img src=x onerror=a>\">",
    "a relative link": "[x](/v1/me) [y](//evil.example) [z](#top)",
}  # fmt: skip


@pytest.mark.parametrize("case", ATTACKS)
def test_an_attack_comes_out_inert(case: str):
    assert read(ATTACKS[case]).faults == []


def test_what_looks_like_html_is_shown_as_it_was_written():
    assert markdown.to_html("a <b>bold</b> idea & more") == "<p>a &lt;b&gt;bold&lt;/b&gt; idea &amp; more</p>\n"


def test_markdown_is_rendered():
    text = "# Title\n\n**bold** *it* ~~gone~~ `code`\n\n1. one\n2. two\n\n> said\n\n|a|b|\n|-|-|\n|1|2|\n"
    shown = markdown.to_html(text)
    for element in ("h1", "strong", "em", "del", "code", "ol", "li", "blockquote", "table", "th", "td"):
        assert f"<{element}>" in shown, element


def test_links_lead_to_the_web_and_lend_it_nothing():
    shown = markdown.to_html('[x](https://a.example/b?c=1&d=2 "t") <mailto:ada@a.example>')
    assert 'rel="nofollow noopener noreferrer ugc"' in shown
    assert read("[x](https://a.example) <mailto:ada@a.example>").links == ["https://a.example", "mailto:ada@a.example"]


def test_an_image_is_a_link_so_that_nobody_is_told_who_reads():
    parser = read("![a ring](https://a.example/ring.png)")
    assert (parser.faults, parser.links) == ([], ["https://a.example/ring.png"])


UNSEEN = "\u200b\u2060\ufeff\u00ad\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\U000e0041"


@pytest.mark.parametrize("hidden", UNSEEN)
def test_what_is_not_seen_and_what_turns_a_text_is_left_out(hidden: str):
    shown = markdown.to_html(f"pay{hidden}pal [bank{hidden}](https://a.example/{hidden}x) `{hidden}` &#{ord(hidden)};")
    assert hidden not in shown
    assert "paypal" in shown
    assert hidden not in markdown.excerpt(f"a{hidden}b &#{ord(hidden)};")


@pytest.mark.parametrize("text", ['[a](https://a.example "{}b")', '[a]\n\n[a]: https://a.example "{}b"'])
def test_what_is_not_seen_is_left_out_where_it_is_named_by_its_number(text: str):
    shown = markdown.to_html(text.format("&#8238;"))
    assert 'title="b"' in shown
    assert "\u202e" not in shown


PERSIAN = "\u0645\u06cc\u200c\u062e\u0648\u0631\u0645"


def test_words_that_need_joiners_keep_them():
    assert PERSIAN in markdown.to_html(PERSIAN)
    assert "👩\u200d🔬" in markdown.to_html("👩\u200d🔬")


PIECES = [
    *"*_`[]()!<>~|#-+1.\\&:\"'\n \t", "a", "**", "__", "](", "](<", "![", "<a ", "http:", "- ", "> ", "1. ", "| ", "|-",
    "\n\n", "```", "~~", "&#", "[a]:", "[a]: b\n", "\n    ", "  \n", "_a*b", "<!--", "<![CDATA[", "> - ", "|a", "\n+",
    "[*",
]  # fmt: skip
DEEP = {
    "lists": "\n".join("  " * level + "- x" for level in range(1000)),
    "lists in one line": "- " * 1000 + "x",
    "numbered lists": "1. " * 1000 + "x",
    "quotes": ">" * 1000 + " x",
    "quotes of lists": "> - " * 1000 + "x",
    "brackets": "[" * 1000 + "x" + "](https://a.example)" * 1000,
    "emphasis": "*_" * 1000 + "x" + "_*" * 1000,
    "elements": "<div>" * 1000 + "x",
}


def timed(text: str) -> float:
    """Seconds of this process; the fastest of two, as others use the machine too."""
    taken = []
    for _ in range(2):
        markdown.to_html.cache_clear()
        began = time.process_time()
        markdown.to_html(text)
        taken.append(time.process_time() - began)
    return min(taken)


@pytest.mark.parametrize("case", DEEP)
def test_what_is_nested_a_thousand_deep_comes_out_shallow_and_soon(case: str):
    text = DEEP[case]
    parser = read(text)
    assert parser.faults == []
    assert parser.deepest <= 20
    assert timed(text[:LONGEST_POST]) < max(1, len(text) / 1000) * MILLISECONDS_A_THOUSAND / 1000


@pytest.mark.parametrize("piece", PIECES)
def test_the_longest_post_of_one_mark_repeated_is_shown_in_a_time_bound_by_its_length(piece: str):
    text = (piece * LONGEST_POST)[:LONGEST_POST]
    assert timed(text) < LONGEST_POST / 1000 * MILLISECONDS_A_THOUSAND / 1000


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(st.lists(st.sampled_from([*PIECES, *ATTACKS.values()]) | st.text(max_size=8), max_size=30).map("".join))
def test_whatever_is_joined_comes_out_inert(text: str):
    assert read(text).faults == []
    plain = markdown.excerpt(text)
    assert len(plain) <= markdown.LONGEST_EXCERPT
    assert "\n" not in plain


def test_an_excerpt_is_the_beginning_as_plain_text():
    assert markdown.excerpt("# A *ring*\n\nis <b>x</b> & [y](https://a.example)") == "A ring is <b>x</b> & y"
    long = markdown.excerpt("word " * 200)
    assert len(long) <= markdown.LONGEST_EXCERPT
    assert long.endswith(" word…")
