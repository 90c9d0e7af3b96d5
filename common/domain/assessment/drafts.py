"""A question before it is checked, whoever made it."""

from dataclasses import dataclass

from common.domain.assessment.content import Bloom, Citation, Content, Difficulty, Kind, Option
from common.domain.assessment.statements import Statement

LONGEST_TOPIC = 80


@dataclass(frozen=True)
class Draft:
    """A question with the statement of the material that it rests on."""

    kind: Kind
    prompt: str
    right: tuple[str, ...]
    """The options of the key, or the accepted texts where there are no wrong options."""
    wrong: tuple[str, ...]
    statement: Statement
    difficulty: Difficulty
    bloom: Bloom = "remember"

    @property
    def citation(self) -> Citation:
        """Where its answer stands."""
        return self.statement.citation()

    def content(self) -> Content:
        """The question in its form; ValueError where it has none."""
        source = self.citation
        chosen = bool(self.wrong)
        options = tuple(Option(text=one, correct=one in self.right) for one in (*self.right, *self.wrong))
        if self.kind == "true_false":
            options = tuple(Option(text=one, correct=one in self.right) for one in ("True", "False"))
        return Content(
            kind=self.kind,
            topic=source.title[:LONGEST_TOPIC].strip(),
            difficulty=self.difficulty,
            bloom=self.bloom,
            prompt=self.prompt,
            options=options if chosen else (),
            accepted=() if chosen else self.right,
            explanation=f"“{self.statement.text}” ({source.title}, page {source.page})",
            source=source,
        )
