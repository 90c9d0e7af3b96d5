"""What the community says of where it holds a learner's data is true of its models."""

from common.domain.community import models
from common.ports import Document

DOCUMENTS = {
    one.collection: one for one in vars(models).values() if isinstance(one, type) and issubclass(one, Document)
}
DOCUMENTS.pop("", None)
NAMING = {"user_id", "created_by", "decided_by", "author_name", "members", "member_ids"}
WRITTEN = {"title", "body", "excerpt", "tags", "name", "description"}


def test_every_field_that_names_a_learner_or_holds_their_words_is_declared():
    held = {
        name: {field for field in model.model_fields if field in NAMING | WRITTEN} for name, model in DOCUMENTS.items()
    }
    assert {name: set(fields) for name, fields in models.PERSONAL.items()} == held


def test_an_erasure_finds_a_learner_by_an_index():
    for name, fields in models.PERSONAL.items():
        found_by = NAMING.intersection(fields) - {"author_name", "members"}
        assert found_by, name
        assert not found_by.intersection(DOCUMENTS[name].unindexed), name


def test_the_author_of_a_text_that_stays_can_be_taken_off_it():
    for name in ("posts", "post_cards", "comments", "moderation_cases"):
        assert DOCUMENTS[name].model_fields["user_id"].annotation == (str | None)
