"""What an export consists of: the documents of the registry, a page at a time, in files named after their subjects."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from common.domain.holdings.declaration import Holding, Part
from common.domain.privacy.export_messages import ExportPlace
from common.domain.privacy.registry import HOLDINGS
from common.ports import Cursor, Document, StoreReader

USUAL = "user_id"


@dataclass(frozen=True)
class SourcePage:
    """Some documents as an export shows them, the place behind them, and how many bytes they took in memory, about."""

    shown: list[dict[str, Any]]
    behind: ExportPlace | None
    weight: int = 0

    @classmethod
    def of(cls, found: list[Any], shown: list[dict[str, Any]], behind: ExportPlace | None) -> "SourcePage":
        """A page of what was found: what an export leaves out weighs too."""
        return cls(shown, behind, sum(len(one.model_dump_json()) for one in found))


@dataclass(frozen=True)
class Source:
    """Documents of one holding, or the parts that they consist of; they become one JSON file."""

    holding: Holding[Any]
    part: Part | None = None

    @property
    def name(self) -> str:
        """What tells it from others."""
        return self.holding.name if self.part is None else f"{self.holding.name}/{self._model.collection}"

    @property
    def path(self) -> str:
        """Its file in the archive: tutoring/chat_messages.json; with the field that finds it where that is unusual."""
        model, by = self._model, self.holding.by
        subject = model.__module__.split(".")[2]
        is_usual = self.part is not None or by in (USUAL, model.key)
        return f"{subject}/{model.collection}.json" if is_usual else f"{subject}/{model.collection}.{by}.json"

    @property
    def _model(self) -> type[Document]:
        return self.holding.model if self.part is None else self.part.query.model

    def page(self, user_id: str, place: ExportPlace, store: StoreReader, limit: int) -> SourcePage:
        """At most `limit` documents behind a place.

        Costs a read each, and one where there is none; of parts, one more for each document that has them.
        """
        after = Cursor((), place.after) if place.after is not None else None
        if self.part is not None:
            return self._parts(self.part, user_id, place, after, store, limit)
        found = self.holding.find(user_id, store, limit=limit, after=after)
        behind = place.model_copy(update={"after": found[-1].stored_id}) if len(found) == limit else None
        return SourcePage.of(found, [self.holding.shown(one) for one in found], behind)

    def _parts(
        self, part: Part, user_id: str, place: ExportPlace, after: Cursor | None, store: StoreReader, limit: int
    ) -> SourcePage:
        """A page of the parts of the first document behind the place."""
        holders = self.holding.find(user_id, store, limit=1, after=after)
        if not holders:
            return SourcePage([], None)
        holder_id = holders[0].stored_id
        within = Cursor((), place.within) if place.within is not None else None
        found = store.query(part.query, {part.by: holder_id}, limit=limit, after=within)
        if len(found) == limit:
            behind = place.model_copy(update={"within": found[-1].stored_id})
        else:
            behind = place.model_copy(update={"after": holder_id, "within": None})
        return SourcePage.of(found, [one.model_dump(mode="json") for one in found], behind)


def _sources() -> Iterator[Source]:
    for holding in HOLDINGS:
        if not holding.not_shown:
            yield Source(holding)
        yield from (Source(holding, part) for part in holding.parts if part.is_shown)


SOURCES: Mapping[str, Source] = {source.name: source for source in _sources()}


def following(name: str) -> str | None:
    """The source behind this one, or None behind the last; of "", the first."""
    names = ["", *SOURCES]
    place = names.index(name) + 1
    return names[place] if place < len(names) else None


def not_shown() -> list[tuple[str, str]]:
    """What is known of learners and left out of their exports, each with the reason."""
    return [(holding.model.collection, holding.not_shown) for holding in HOLDINGS if holding.not_shown]
