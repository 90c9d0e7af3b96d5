"""Prompts are files of a version each: prompts/<id>-<version>.md. A version, once deployed, is never changed.

The setting `prompts` rolls one back ({"answer": "1"}), or tries one on some of the learners ({"answer": "1:90 2:10"}):
a learner gets the same version every time. Without a setting the newest is used.
"""

import bisect
import functools
import hashlib
import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "prompts"
_FILE = re.compile(r"---\nid: (?P<id>[a-z_]+)\nversion: (?P<version>[1-9]\d*)\n---\n(?P<text>.+)", re.DOTALL)
_CHOICE = re.compile(r"[1-9]\d*(:[1-9]\d*( [1-9]\d*:[1-9]\d*)*)?")


@dataclass(frozen=True)
class Prompt:
    """One version of one prompt; `digest` tells it from what a file of the same version may once have said."""

    prompt_id: str
    version: int
    text: str
    digest: str

    @property
    def cache_key(self) -> str:
        """Shared by requests that begin with it."""
        return f"{self.prompt_id}-{self.version}-{self.digest}"


def choose(prompt_id: str, learner: str, setting: Mapping[str, str]) -> Prompt:
    """The version that this learner gets; LookupError when there is none, ValueError for a setting that says none."""
    versions = all_versions(prompt_id)
    chosen = setting.get(prompt_id)
    version = max(versions, default=0) if chosen is None else _assigned(f"{prompt_id}\x1f{learner}", chosen)
    if version not in versions:
        raise LookupError(f"there is no version {version} of the prompt {prompt_id!r}")
    return versions[version]


@functools.cache
def all_versions(prompt_id: str) -> Mapping[int, Prompt]:
    """Every version of a prompt; none of a prompt that there is not."""
    found = [read(path) for path in FOLDER.glob("*.md") if path.stem.rpartition("-")[0] == prompt_id]
    return {prompt.version: prompt for prompt in found}


def read(path: Path) -> Prompt:
    """The prompt of a file; ValueError when its front matter and its name do not say the same."""
    parts = _FILE.fullmatch(path.read_text(encoding="utf-8"))
    if parts is None or path.stem != f"{parts['id']}-{parts['version']}":
        raise ValueError(f"{path.name}: a prompt begins with its id and version, as its name says them")
    text = parts["text"].strip()
    return Prompt(parts["id"], int(parts["version"]), text, hashlib.sha256(text.encode()).hexdigest()[:12])


def _assigned(who: str, setting: str) -> int:
    """The version by the learner's place among the shares."""
    if not _CHOICE.fullmatch(setting):
        raise ValueError(f'{setting!r} is neither a version ("2") nor shares of learners ("1:90 2:10")')
    versions, shares = zip(*(map(int, f"{one}:1".split(":")[:2]) for one in setting.split()), strict=True)
    bounds = list(itertools.accumulate(shares))
    place = int(hashlib.sha256(who.encode()).hexdigest(), 16) % bounds[-1]
    return int(versions[bisect.bisect_right(bounds, place)])
