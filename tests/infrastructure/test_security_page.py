"""The security page names what shows its claims: every test that it names exists, and no claim is without one."""

from __future__ import annotations

import re

from infrastructure.tools.discovery import ROOT

PAGE = (ROOT / ".github" / "SECURITY.md").read_text(encoding="utf-8")


def test_every_claim_names_what_shows_it_and_every_named_test_exists():
    rows = [row for row in re.findall(r"^\| (.+) \| (.+) \|$", PAGE, re.MULTILINE) if row != ("kept", "shown by")]
    assert len(rows) > 25
    for claim, shown in rows:
        named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", shown)
        assert named or "`make check`" in shown, claim
        for file, test in named:
            assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), f"{claim}: {file}::{test}"
