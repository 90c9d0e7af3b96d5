"""Cards come in from Anki's files and go out into them, and nothing is lost on the way."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from common.domain.review import anki_text, desks, review_log
from common.domain.review.bodies import NewCard, NewImport
from common.domain.review.cards import new_card
from common.domain.review.jobs import CardJob, ImportPart
from common.domain.review.models import Card, Desk
from common.ports import Query
from functions.flashcard_files.main import flashcard_files
from functions.flashcard_import.main import flashcard_import
from tests.domain.review.study import Study
from tests.triggers.world import START, deliver, problem

PARTS = Query(ImportPart)
FROM_ANKI = '''#separator:tab
#html:true
#guid column:1
#notetype column:2
#deck column:3
#tags column:6
B>wn;nFC^<\tBasic\tHistory::Computing\tWho wrote of the <b>engine</b>?\t"Ada
Lovelace, ""the enchantress"""\tada 1843
jR#8w\tBasic\tHistory::Computing\t"#1 of all?"\t"a\ttab"\t
'''

ODD = (*"ab \t\n,;#:|<>&'\"", "é漢\N{ZERO WIDTH JOINER}", "<br>", "&amp;", '""')
awkward = st.lists(st.sampled_from(ODD), max_size=8).map("".join)


def said(card: Card) -> tuple[Any, ...]:
    return card.guid, card.front, card.back, card.deck, card.tags, card.html


def test_a_file_of_anki_is_taken_in_as_it_stands(study: Study):
    job = study.bring(FROM_ANKI)
    assert (job["status"], job["total"], job["made"]) == ("done", 2, 2)
    one, other = study.cards()
    deck, who = "History::Computing", 'Ada\nLovelace, "the enchantress"'
    assert said(one) == ("B>wn;nFC^<", "Who wrote of the <b>engine</b>?", who, deck, ("ada", "1843"), True)
    assert said(other) == ("jR#8w", "#1 of all?", "a\ttab", deck, (), True)


@pytest.mark.parametrize(
    ("text", "cards"),
    [
        ("front\tback", [("front", "back", False)]),
        ('\ufefffront;back\r\nnext;"a;b"\r\n', [("front", "back", False), ("next", "a;b", False)]),
        ("#separator:Comma\n#html:true\na,b\n\n# a remark\nc,d\n", [("a", "b", True), ("c", "d", True)]),
        ("#separator:|\na|b|more|\n", [("a", "b\n\nmore", False)]),
        ("a, b", [("a", " b", False)]),
        ('5" disk\ta "quoted" word', [('5" disk', 'a "quoted" word', False)]),
    ],
)
def test_files_of_other_makes_are_read_too(text: str, cards: list[tuple[str, str, bool]]):
    notes, faults = anki_text.read(text, "Default")
    assert ([(note.front, note.back, note.html) for note in notes], faults) == (cards, [])


def test_what_holds_for_the_whole_file_holds_for_each_line(study: Study):
    study.bring("#separator:tab\n#deck:Latin\n#tags:verbs a1\n#tags column:3\namo\tI love\tfirst a1\n", deck="Other")
    assert [(card.deck, card.tags) for card in study.cards()] == [("Latin", ("verbs", "a1", "first"))]


@given(cards=st.lists(st.tuples(awkward, awkward, st.booleans()), max_size=6))
@settings(derandomize=True, max_examples=300, deadline=None)
def test_whatever_a_card_holds_comes_back(cards: list[tuple[str, str, bool]]):
    made: list[Card] = []
    for front, back, html in cards:
        try:
            wished = NewCard(front=front, back=back, html=html, deck="A::b c", tags=("x", "#y"))
        except ValidationError:
            continue
        made.append(new_card("ada", f"guid{len(made)}", wished, place=len(made), now=START))
    text = anki_text.head() + "".join(anki_text.line(card) for card in made)
    notes, faults = anki_text.read(text, "Default")
    if made:
        assert faults == []
    assert [(n.guid, n.front, n.back, n.deck, n.tags, n.html) for n in notes] == [said(card) for card in made]


def test_a_card_that_was_formatted_elsewhere_is_html_from_then_on():
    line = "g\tDefault\tWho &amp; <b>why</b>?\tAda\t\ttext\n"
    ((note,), _) = anki_text.read(anki_text.head() + line, "Default")
    assert (note.front, note.html) == ("Who &amp; <b>why</b>?", True)


def test_what_is_exported_and_brought_back_changes_nothing(study: Study):
    study.bring(FROM_ANKI)
    plain = study.make('Is 1 < 2 & "so"?', deck="Sums", tags=["maths"])
    study.settle(plain)
    study.review(study.make("# no remark"), "again")
    before, desk = study.cards(), study.desk()
    text = study.exported(page_size=2)
    job = study.bring(text)
    assert (job["made"], job["changed"], job["unchanged"]) == (0, 0, 4)
    assert study.cards() == before and study.desk() == desk
    for card in before:
        assert review_log.standing_of(study.rows(card.card_id)) == card.standing
    assert study.exported() == text


def test_another_learner_gets_the_same_cards_as_new_ones(study: Study):
    study.settle(study.make(tags=["a"]))
    study.bring(FROM_ANKI)
    job = study.bring(study.exported(), who="eve")
    assert job["made"] == 3
    assert [said(card) for card in study.cards("eve")] == [said(card) for card in study.cards()]
    assert {card.pile for card in study.cards("eve")} == {"new"} and study.desk("eve").new == 3


def test_a_known_guid_changes_its_card_and_leaves_it_where_it_stands(study: Study):
    study.bring(FROM_ANKI)
    card = study.cards()[0]
    study.settle(card.card_id)
    standing = study.card(card.card_id).standing
    job = study.bring(FROM_ANKI.replace("engine", "machine"))
    assert (job["made"], job["changed"], job["unchanged"]) == (0, 1, 1)
    after = study.card(card.card_id)
    assert "machine" in after.front and after.standing == standing


def test_lines_without_a_guid_are_new_cards_each_time(study: Study):
    for _ in range(2):
        assert study.bring("a\tb\n")["made"] == 1
    assert len(study.cards()) == 2


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("a\tb\nc\n", 2, "no back"),
        ('a\tb\n"c\td\n', 2, "never closed"),
        ('a\tb\n"c"d\te\nf\tg\n', 2, "behind a quotation mark"),
        ('"a\nb"\tc\n\td\n', 3, "front"),
        (f"#separator:tab\na\tb\n{'x' * 5001}\tc\n", 3, "front"),
        ("#separator:tab\n#guid column:1\ng\ta\tb\ng\tc\td\n", 4, "line 3"),
        (f"#separator:tab\n#guid column:1\n{'g' * 101}\ta\tb\n", 3, "guid"),
        ("#separator:tab\n#tags column:3\na\tb\t" + " ".join(f"t{n}" for n in range(21)), 3, "tags"),
        ("#separator:tab\n#deck column:3\na\tb\t" + "d" * 201, 3, "deck"),
        ("one word", 1, "no column"),
        ("#separator:tab\n", 2, "no card"),
        ("a\tb\x07\n", 1, "control"),
    ],
)
def test_a_line_that_is_wrong_is_named_and_nothing_is_taken_in(study: Study, text: str, line: int, word: str):
    answer = study.call("POST", "/imports", {"text": text})
    assert (answer.status_code, problem(answer)) == (422, "bad_file")
    first = answer.get_json()["errors"][0]
    assert first["pointer"] == "/text" and first["detail"].startswith(f"line {line}: ") and word in first["detail"]
    assert study.cards() == [] and study.messages() == []


def test_every_fault_is_told_up_to_a_bound():
    notes, faults = anki_text.read("a\tb\n" + "c\n" * 80, "Default")
    assert len(notes) == 1 and [fault.line for fault in faults] == list(range(2, 2 + anki_text.MOST_FAULTS))


def test_a_file_has_so_many_lines_at_most():
    row = "a\tb\n"
    assert len(anki_text.read(row * anki_text.MOST_ROWS, "D")[0]) == anki_text.MOST_ROWS
    _, faults = anki_text.read(row * (anki_text.MOST_ROWS + 1), "D")
    assert [fault.line for fault in faults] == [anki_text.MOST_ROWS + 1]


def test_a_file_too_large_for_one_batch_is_refused(study: Study):
    wide = ("\N{GRINNING FACE}" * 4_000 + "\tb\n") * 200
    assert study.call("POST", "/imports", {"text": wide}).status_code == 413
    assert study.call("POST", "/imports", {"text": "x" * 2_000_001}).status_code == 422


def test_a_large_file_goes_in_by_parts_each_once(study: Study):
    text = "".join(f"Question {number}\tAnswer\n" for number in range(450))
    job_id = study.ask("POST", "/imports", {"text": text})["job_id"]
    assert [len(part.notes) for part in study.all(PARTS)] == [200, 200, 50]
    first = study.messages()[0].message_id
    study.work()
    delivered(first)
    job = study.ask("GET", f"/jobs/{job_id}")
    assert (job["status"], job["done"], job["made"]) == ("done", 450, 450)
    assert [card.front for card in study.cards()] == [f"Question {number}" for number in range(450)]
    assert (study.desk().cards, study.desk().new, study.all(PARTS)) == (450, 450, [])


def delivered(message_id: str) -> None:
    assert deliver(flashcard_import, message_id) == 200


def test_two_imports_of_one_file_at_once_make_its_cards_once(study: Study):
    jobs = [study.ask("POST", "/imports", {"text": FROM_ANKI})["job_id"] for _ in range(2)]
    one, other = (message.message_id for message in study.messages())
    study.just_before_commit(lambda: delivered(one))
    delivered(other)
    assert sorted(study.ask("GET", f"/jobs/{job_id}")["made"] for job_id in jobs) == [0, 2]
    assert (len(study.cards()), study.desk().cards) == (2, 2)


def test_where_there_is_no_room_an_import_stops_and_says_so(study: Study):
    study.put(Desk(user_id="ada", cards=desks.MOST_CARDS - 200, made=desks.MOST_CARDS - 200))
    job = study.bring("".join(f"Question {number}\tAnswer\n" for number in range(201)))
    assert (job["status"], job["done"], job["made"]) == ("failed", 200, 200)
    assert "line 201" in job["detail"]


def test_the_job_of_another_is_not_there(study: Study):
    job_id = study.bring("a\tb")["job_id"]
    assert study.call("GET", f"/jobs/{job_id}", who="eve").status_code == 404
    assert study.exported("eve") == anki_text.head()


def test_what_files_cost(study: Study):
    text = "".join(f"Question {number}\tAnswer\n" for number in range(450))
    wished = NewImport(text=text)
    assert study.billed(flashcard_files, "import_cards", wished=wished) == (0, 1 + 3 + 1, 0)
    study.work()
    assert study.billed(flashcard_files, "export", page_size=100, page_token=None) == (101, 0, 0)
    job = study.all(Query(CardJob))[0]
    assert study.billed(flashcard_files, "job", job_id=job.job_id) == (1, 0, 0)
