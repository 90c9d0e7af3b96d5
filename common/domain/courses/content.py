"""What a course consists of: sections of modules of topics, as they are sent and as they are stored.

Every part has an id that is its own within the course and stays when the course is changed: what learners did is
told by it. A part that is sent without one is new, and gets one.
"""

import unicodedata
from collections.abc import Iterator
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ModelWrapValidatorHandler, ValidationError
from pydantic import model_validator as validated
from pydantic_core import InitErrorDetails, PydanticCustomError

from common.domain.accounts import names, places
from common.domain.courses.models import Level

MOST_PARTS = 1500
"""Sections, modules and topics of one course together: it is read and written as one document."""
MOST_FAULTS = 1000
"""That one answer lists."""
LARGEST = 600_000
"""Bytes of a body that holds a whole course; with its ids it still fits a stored document (900 kB)."""

SENT = ConfigDict(frozen=True, extra="forbid")
STORED = ConfigDict(frozen=True, extra="ignore")


def _prose(text: str) -> str:
    if any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\r\t" for c in text):
        raise ValueError("control characters are not allowed")
    return unicodedata.normalize("NFC", text)


def tag_of(text: str) -> str:
    """A tag as it is stored and found: one line in lower case; ValueError."""
    return names.plain_text(text).casefold()


# What is sent is read by the same bounds once it is stored: so they hold for the form in which it is stored too.
Title = Annotated[
    str, Field(min_length=1, max_length=200), AfterValidator(names.plain_text), AfterValidator(names.at_most(200))
]
Summary = Annotated[str, Field(max_length=2_000), AfterValidator(_prose), AfterValidator(names.at_most(2_000))]
Description = Annotated[
    str,
    Field(max_length=5_000, description="Markdown, as written; make it safe before you show it as HTML"),
    AfterValidator(_prose),
    AfterValidator(names.at_most(5_000)),
]
Lesson = Annotated[
    str,
    Field(max_length=20_000, description="the lesson: Markdown, as written; make it safe before you show it as HTML"),
    AfterValidator(_prose),
    AfterValidator(names.at_most(20_000)),
]
PartId = Annotated[
    str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.~-]+$", description="its own within the course")
]
Reference = Annotated[str, Field(min_length=1, max_length=128)]
Tag = Annotated[str, Field(min_length=1, max_length=40), AfterValidator(tag_of), AfterValidator(names.at_most(40))]
Country = Annotated[
    str, Field(min_length=2, max_length=2, description="ISO 3166-1 alpha-2"), AfterValidator(places.country)
]
Minutes = Annotated[int, Field(ge=0, le=6_000, description="how long it takes, in minutes")]


class CourseFile(BaseModel):
    """What is said of a file that belongs to a course; the file itself is a document, where it was uploaded."""

    model_config = SENT

    filename: Annotated[
        str, Field(min_length=1, max_length=255), AfterValidator(names.plain_text), AfterValidator(names.at_most(255))
    ]
    content_type: Annotated[str, Field(max_length=200, pattern=r"^[\w.+-]+/[\w.+-]+(; ?charset=[\w-]+)?$")]
    size: int = Field(ge=0, le=1_000_000_000_000, description="bytes")
    document_id: Reference | None = Field(default=None, description="of the document; it holds in one installation")


class TopicWish(BaseModel):
    """A topic as it is sent: one lesson."""

    model_config = SENT

    topic_id: PartId | None = Field(default=None, description="left out for a new topic")
    title: Title
    summary: Summary = ""
    body: Lesson = ""
    minutes: Minutes | None = None
    document_ids: tuple[Reference, ...] = Field(default=(), max_length=20, description="documents to read with it")


class ModuleWish(BaseModel):
    """A module as it is sent."""

    model_config = SENT

    module_id: PartId | None = Field(default=None, description="left out for a new module")
    title: Title
    summary: Summary = ""
    topics: tuple[TopicWish, ...] = Field(default=(), max_length=100)


class SectionWish(BaseModel):
    """A section as it is sent."""

    model_config = SENT

    section_id: PartId | None = Field(default=None, description="left out for a new section")
    title: Title
    summary: Summary = ""
    modules: tuple[ModuleWish, ...] = Field(default=(), max_length=50)


class Described(BaseModel):
    """What a course says of itself."""

    model_config = SENT

    title: Title
    description: Description = ""
    level: Level | None = Field(default=None, description="whom it is for")
    country: Country | None = None
    tags: tuple[Tag, ...] = Field(default=(), max_length=20)
    files: tuple[CourseFile, ...] = Field(default=(), max_length=50)


class DescribedWish(Described):
    """What a course is to say of itself. Whatever is wrong with it is told at once, each fault by its pointer."""

    @validated(mode="wrap")
    @classmethod
    def _every_fault(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Tell what is wrong with single fields together with what is wrong between them."""
        faults = list(_repeated(data))
        try:
            made = handler(data)
        except ValidationError as error:
            faults = [*(_as_detail(dict(one)) for one in error.errors(include_url=False)), *faults]
        if faults:
            left = len(faults) - MOST_FAULTS
            if left > 0:
                faults = [*faults[:MOST_FAULTS], _fault((), "more_faults", f"and {left} more faults")]
            raise ValidationError.from_exception_data(cls.__name__, faults)
        return made


class ContentWish(DescribedWish):
    """A course's whole content as it is sent."""

    sections: tuple[SectionWish, ...] = Field(default=(), max_length=50)


class Topic(TopicWish):
    """A topic as it is stored."""

    model_config = STORED

    topic_id: PartId


class Module(ModuleWish):
    """A module as it is stored."""

    model_config = STORED

    module_id: PartId
    topics: tuple[Topic, ...] = ()


class Section(SectionWish):
    """A section as it is stored."""

    model_config = STORED

    section_id: PartId
    modules: tuple[Module, ...] = ()


class CourseContent(Described):
    """A course's whole content as it is stored."""

    model_config = STORED

    sections: tuple[Section, ...] = ()


Place = tuple[int | str, ...]


def _repeated(data: Any) -> Iterator[InitErrorDetails]:
    """What is there twice and may be there once, and whether there are too many parts, whatever else is wrong."""
    if not isinstance(data, dict):
        return
    seen: set[str] = set()
    parts = 0
    for place, part, name in _parts(data):
        parts += 1
        part_id = part.get(name)
        if isinstance(part_id, str) and part_id in seen:
            yield _fault((*place, name), "repeated", "another part of the course has this id")
        elif isinstance(part_id, str):
            seen.add(part_id)
    if parts > MOST_PARTS:
        yield _fault(("sections",), "too_many_parts", f"{parts} sections, modules and topics: {MOST_PARTS} at most")
    for field in ("tags", "prerequisites"):
        told: set[str] = set()
        for index, one in enumerate(_listed(data, field)):
            if isinstance(one, str) and _folded(one) in told:
                yield _fault((field, index), "repeated", "it is there already")
            elif isinstance(one, str):
                told.add(_folded(one))


def _folded(text: str) -> str:
    """As a tag is stored and a number is found; what can be neither stays as it is: its fault is told elsewhere."""
    try:
        return tag_of(text)
    except ValueError:
        return text


def _parts(data: dict[str, Any]) -> Iterator[tuple[Place, dict[str, Any], str]]:
    """Each part that is sent, where it stands, and what its id is called."""
    for at, section in _objects(data, "sections", ()):
        yield at, section, "section_id"
        for inner, module in _objects(section, "modules", at):
            yield inner, module, "module_id"
            yield from ((place, topic, "topic_id") for place, topic in _objects(module, "topics", inner))


def _objects(holder: dict[str, Any], field: str, at: Place) -> Iterator[tuple[Place, dict[str, Any]]]:
    for index, one in enumerate(_listed(holder, field)):
        if isinstance(one, dict):
            yield (*at, field, index), one


def _listed(holder: dict[str, Any], field: str) -> list[Any]:
    """The field's list; empty where it is none: that is a fault told elsewhere."""
    value = holder.get(field)
    return list(value) if isinstance(value, list | tuple) else []


def _fault(at: Place, kind: str, said: str) -> InitErrorDetails:
    return InitErrorDetails(type=PydanticCustomError(_literal(kind), _literal(said)), loc=at, input=None)


def _as_detail(error: dict[str, Any]) -> InitErrorDetails:
    return _fault(tuple(error["loc"]), str(error["type"]), str(error["msg"]))


def _literal(text: str) -> Any:
    """A text where the checker wants a literal: pydantic's own errors come back as texts."""
    return text
