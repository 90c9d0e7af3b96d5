"""The console's sources keep its promises: every word in every language, nothing unsafe, nothing from elsewhere."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

from tests.house.tree import ROOT

FOLDER = ROOT / "common" / "assets" / "console"
OWN = sorted(path for path in FOLDER.rglob("*.js") if path.parent.name != "vendor")
SOURCES = {path: path.read_text(encoding="utf-8") for path in OWN}
TEXTS = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("text/*.json"))}
PROBLEM = "problem."
OF_THE_CLIENT = {"logged_out", "unexpected", "unreachable", "upload_refused"}
"""Codes that no answer has: the console's own client gives them."""
MOST_COMPRESSED = 150_000
"""Bytes of everything that the console may load, compressed."""
ABOVE = {"core": ("vendor",), "ui": ("core", "vendor", ""), "pages": ("ui", "core", "vendor"), "": ("ui", "core")}
"""Folder -> the folders whose modules it may import ("": beside index.html)."""


def used_keys() -> set[str]:
    """Every text in the sources that has the form of a key whose group the catalogue knows."""
    groups = {key.partition(".")[0] for key in TEXTS["en"]}
    found = {key for source in SOURCES.values() for key in re.findall(r'"([a-z_]+\.[a-z0-9_]+)"', source)}
    return {key for key in found if key.partition(".")[0] in groups}


def codes_of_the_api() -> set[str]:
    """The codes of all problems that the API documents."""
    document = json.loads((ROOT / "infrastructure" / "openapi.json").read_text(encoding="utf-8"))
    answers = [
        answer for path in document["paths"].values() for one in path.values() for answer in one["responses"].values()
    ]
    shared = document["components"]["responses"].values()
    return {code for answer in (*answers, *shared) for code in answer.get("x-codes", ())}


def placeholders(words: str | dict[str, str]) -> set[str]:
    """The names in braces, over all forms."""
    forms = [words] if isinstance(words, str) else list(words.values())
    return {name for form in forms for name in re.findall(r"\{(\w+)\}", form)}


def test_there_are_at_least_two_languages():
    named = re.search(r"LANGUAGES = \{([^}]*)\}", SOURCES[FOLDER / "core" / "i18n.js"])
    assert named
    assert set(re.findall(r"(\w+):", named[1])) == set(TEXTS) >= {"en", "de"}


@pytest.mark.parametrize("language", TEXTS)
def test_every_language_has_words_for_every_key_and_the_same_places_in_them(language: str):
    words = TEXTS[language]
    assert set(words) ^ set(TEXTS["en"]) == set()
    assert [key for key in words if placeholders(words[key]) != placeholders(TEXTS["en"][key])] == []
    assert [key for key, said in words.items() if not said] == []
    assert [key for key, said in words.items() if isinstance(said, dict) and set(said) != {"one", "other"}] == []
    assert list(words) == sorted(words)


def test_the_sources_use_every_key_and_none_that_there_is_not():
    fixed = {key for key in TEXTS["en"] if not key.startswith(PROBLEM)}
    assert used_keys() - set(TEXTS["en"]) == set()
    assert fixed - used_keys() == set()


def test_each_problem_that_is_translated_is_one_that_can_occur():
    translated = {key.removeprefix(PROBLEM) for key in TEXTS["en"] if key.startswith(PROBLEM)}
    assert translated - codes_of_the_api() - OF_THE_CLIENT == set()


def test_a_key_is_never_put_together_from_parts():
    made = {str(path.relative_to(FOLDER)) for path, source in SOURCES.items() if re.search(r"\bt\(\s*`", source)}
    assert made == set()


def test_imports_go_one_way_and_to_modules_that_exist():
    for path, source in SOURCES.items():
        folder = path.parent.relative_to(FOLDER).as_posix().replace(".", "")
        for named in re.findall(r'(?:\}|\w) from "(\.[^"]+)"|import\("([^"]+)"\)', source):
            wanted = (path.parent / "".join(named)).resolve()
            assert wanted.is_file(), f"{path}: {named}"
            other = wanted.parent.relative_to(FOLDER).as_posix().replace(".", "")
            is_table = path.name == "pages.js" and other == "pages"
            assert is_table or other == folder or other in ABOVE[folder], f"{path}: {named}"


def test_the_page_preloads_exactly_what_it_begins_with():
    page = (FOLDER / "index.html").read_text(encoding="utf-8")
    needed, waiting = set[Path](), [FOLDER / "app.js"]
    while waiting:
        path = waiting.pop()
        needed.add(path)
        imported = re.findall(r'^(?:import|export)[^;]*?from\s*"(\.[^"]+)"', path.read_text(encoding="utf-8"), re.M)
        waiting += [one for name in imported if (one := (path.parent / name).resolve()) not in needed]
    preloaded = {FOLDER / name for name in re.findall(r'modulepreload" href="/assets/\{build\}/([^"]+)"', page)}
    assert preloaded == needed - {FOLDER / "app.js"}


def test_no_source_makes_markup_of_text_or_names_another_host():
    for path, source in SOURCES.items():
        code = re.sub(r"/\*.*?\*/|^\s*//[^\n]*", "", source, flags=re.S | re.M)
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write|\beval\(|new Function",
            code,
        ), path
        assert re.findall(r"https?://(?!www\.w3\.org)[\w.]+", code) == [], path
        assert not re.search(r"refresh_token", code), path


def test_what_others_wrote_lies_in_one_folder_with_its_licences():
    vendor = FOLDER / "vendor"
    told = (vendor / "README.md").read_text(encoding="utf-8")
    for path in vendor.iterdir():
        assert path.name == "README.md" or path.name.startswith("LICENSE.") or f"`{path.name}`" in told, path
    licences = {path.suffix.removeprefix(".") for path in vendor.glob("LICENSE.*")}
    assert licences == {"htm", "preact", "uplot"}


def test_all_of_it_together_is_small():
    served = [path for path in FOLDER.rglob("*") if path.suffix in (".js", ".css", ".json", ".svg", ".html")]
    sizes = {path: len(gzip.compress(path.read_bytes(), 9)) for path in served}
    assert sum(sizes.values()) < MOST_COMPRESSED
    assert max(sizes.values()) < 30_000


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours (WCAG 2.2)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_text_can_be_read_on_every_ground_that_it_stands_on(theme: int):
    tokens = (FOLDER / "style" / "tokens.css").read_text(encoding="utf-8")
    found = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", tokens)
    colour = {name: both[theme] for name, *both in found}
    grounds = ("ground", "surface", "raised", "sunken")
    pairs = [(text, ground) for text in ("ink", "soft", "accent-ink", "bad") for ground in grounds]
    pairs += [(tone, f"{tone}-soft") for tone in ("good", "warn", "bad")]
    pairs += [("accent-ink", "accent-soft"), ("ink", "accent-soft"), ("ink", "mark"), ("on-accent", "accent")]
    pairs += [("on-accent", "accent-hover")]
    assert {
        pair: round(contrast(colour[pair[0]], colour[pair[1]]), 2)
        for pair in pairs
        if contrast(colour[pair[0]], colour[pair[1]]) < 4.5
    } == {}
    lines = {ground: round(contrast(colour["line-strong"], colour[ground]), 2) for ground in grounds}
    assert {ground: ratio for ground, ratio in lines.items() if ratio < 3.0} == {}
