"""Prompts: their versions, and who gets which."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from common.domain.tutoring import prompts
from common.domain.tutoring.prompts import FOLDER, all_versions, choose, read


@pytest.fixture(name="folder")
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of three versions of one prompt."""
    for version in (1, 2, 10):
        (tmp_path / f"tutor-{version}.md").write_text(f"---\nid: tutor\nversion: {version}\n---\nText {version}.\n")
    monkeypatch.setattr(prompts, "FOLDER", tmp_path)
    all_versions.cache_clear()
    yield tmp_path
    all_versions.cache_clear()


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.md")), ids=lambda path: path.stem)
def test_a_shipped_prompt_says_of_itself_what_its_name_says(path: Path) -> None:
    prompt = read(path)
    assert choose(prompt.prompt_id, "ada", {prompt.prompt_id: str(prompt.version)}) == prompt
    assert prompt.cache_key == f"{path.stem}-{prompt.digest}"
    assert len(prompt.text) > 100


def test_there_are_prompts_for_answers_and_for_small_talk() -> None:
    assert "[1]" in choose("answer", "ada", {}).text
    assert choose("general", "ada", {}).version >= 1


@pytest.mark.usefixtures("folder")
def test_the_newest_is_used_unless_a_setting_rolls_back() -> None:
    assert choose("tutor", "ada", {}).version == 10
    assert choose("tutor", "ada", {"other": "1"}).version == 10
    rolled_back = choose("tutor", "ada", {"tutor": "2"})
    assert (rolled_back.version, rolled_back.text) == (2, "Text 2.")
    assert rolled_back.digest != choose("tutor", "ada", {}).digest


@pytest.mark.usefixtures("folder")
def test_shares_of_the_learners_are_kept_and_each_learner_keeps_theirs() -> None:
    setting = {"tutor": "1:75 10:25"}
    first = [choose("tutor", f"learner-{n}", setting).version for n in range(2_000)]
    assert first == [choose("tutor", f"learner-{n}", setting).version for n in range(2_000)]
    counted = Counter(first)
    assert set(counted) == {1, 10}
    assert 0.71 < counted[1] / 2_000 < 0.79
    more = [choose("tutor", f"learner-{n}", {"tutor": "1:50 10:50"}).version for n in range(2_000)]
    assert all(later == 10 for earlier, later in zip(first, more, strict=True) if earlier == 10)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("setting", ["7", "1:50 7:50"])
def test_a_version_that_there_is_not_is_an_error_and_no_other_is_used(setting: str) -> None:
    with pytest.raises(LookupError, match="no version 7 of the prompt 'tutor'"):
        [choose("tutor", f"{n}", {"tutor": setting}) for n in range(50)]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("setting", ["", "newest", "1:0", "0", "1 2", "1:50,2:50", "-1", "1:50  2:50"])
def test_a_setting_that_says_no_version_is_an_error(setting: str) -> None:
    with pytest.raises(ValueError, match="neither a version"):
        choose("tutor", "ada", {"tutor": setting})


def test_a_prompt_that_there_is_not_is_an_error() -> None:
    with pytest.raises(LookupError):
        choose("nothing", "ada", {})


@pytest.mark.parametrize(
    "text", ["Text.", "---\nid: tutor\nversion: 2\n---\nText.", "---\nid: x\nversion: 1\n---\nText."]
)
def test_a_file_that_is_not_what_its_name_says_is_refused(folder: Path, text: str) -> None:
    wrong = folder / "tutor-1.md"
    wrong.write_text(text)
    with pytest.raises(ValueError, match=r"tutor-1\.md"):
        read(wrong)
