"""Of each class of document that the registry names, whatever fields it has: each text of the learner's is exported.

The documents are made from the models, so a field or a subject that somebody adds is judged here from that day on.
"""

from __future__ import annotations

import re

from common.domain.privacy.registry import HOLDINGS
from tests.domain.privacy.archive_room import ArchiveRoom
from tests.domain.privacy.made_documents import Maker

EACH = 2


def furnish(room: ArchiveRoom, who: str, other: str) -> Maker:
    maker = Maker(who, other)
    for holding in HOLDINGS:
        if holding.not_shown:
            continue
        many = 1 if holding.model.key == holding.by else EACH
        documents = [maker.of(holding, number) for number in range(many)]
        room.put(documents)
        for part in holding.parts:
            if part.is_shown:
                for document in documents:
                    room.put([maker.part(part, document, number) for number in range(EACH)])
    return maker


def test_each_text_of_a_learner_is_in_the_export_and_nothing_of_another(room: ArchiveRoom) -> None:
    ada, eve = furnish(room, "ada", "zoe"), furnish(room, "eve", "zoe")
    room.ask()
    room.work()
    exported = b"".join(content for path, content in sorted(room.archive().items()) if path != "README.txt").decode()
    missing = {place for canary, place in ada.canaries.items() if canary not in exported}
    assert missing == set()
    assert len(ada.canaries) > 150
    found = {place for canary, place in eve.canaries.items() if canary in exported}
    assert found == set()
    assert not re.search(r'"(eve|zoe)"', exported)
