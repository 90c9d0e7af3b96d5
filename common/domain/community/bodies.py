"""What clients send to the community, and what they see of it."""

import unicodedata
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from common.domain.accounts.names import at_most, plain_text
from common.domain.community import boards
from common.domain.community.characters import is_blank, seen
from common.domain.community.models import (
    CaseStatus,
    Comment,
    GroupMember,
    ModerationCase,
    Post,
    PostCard,
    ReportReason,
    StudyGroup,
    TextEdit,
    TextStatus,
)
from common.ports import Page, Time

MOST_TAGS = 5
LONGEST_POST = 20_000
LONGEST_COMMENT = 5_000
MOST_PLACES = 50
"""In a study group: its members are in one document, and a list of groups reads it."""


def _written(text: str) -> str:
    """As it was written, but for what cannot be stored or shows nothing at all; ValueError."""
    if is_blank(text):
        raise ValueError("it is empty")
    if any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\r\t" for c in text):
        raise ValueError("control characters are not allowed")
    return text


def _lines(text: str) -> str:
    """Plain text of some lines, each of which reads as it stands; ValueError."""
    said = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if said != seen(said):
        raise ValueError("control characters are not allowed")
    return said


def _tag(text: str) -> str:
    return plain_text(text).casefold()


def _distinct(tags: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tags))


Sort = Literal["new", "top"]
"""new: the latest first; top: the most liked first, of those the latest."""
PostTitle = Annotated[
    str, Field(min_length=1, max_length=200), AfterValidator(plain_text), AfterValidator(at_most(200))
]
PostBody = Annotated[
    str, Field(min_length=1, max_length=LONGEST_POST, description="Markdown"), AfterValidator(_written)
]
CommentBody = Annotated[
    str, Field(min_length=1, max_length=LONGEST_COMMENT, description="Markdown"), AfterValidator(_written)
]
PostTag = Annotated[str, Field(min_length=1, max_length=40), AfterValidator(_tag), AfterValidator(at_most(40))]
PostTags = Annotated[tuple[PostTag, ...], Field(max_length=MOST_TAGS), AfterValidator(_distinct)]
TextId = Annotated[str, Field(min_length=1, max_length=128)]
CommentsPageSize = Annotated[int, Field(ge=1, le=50, description="comments a page, 1 to 50")]
HTML = "HTML that was made safe to show: no scripts, styles, images or forms, links to the web and to mail alone"

SENT = ConfigDict(frozen=True, extra="forbid")


class NewPost(BaseModel):
    """What somebody wants to post: for everybody, for a course, or for a study group."""

    model_config = SENT

    title: PostTitle
    body: PostBody
    tags: PostTags = ()
    course_id: TextId | None = None
    group_id: TextId | None = Field(default=None, description="a study group; then no course is named")

    @model_validator(mode="after")
    def _has_one_place(self) -> Self:
        if self.course_id is not None and self.group_id is not None:
            raise ValueError("a post stands in a course or in a study group")
        return self


class PostEdit(BaseModel):
    """What a post is to say from now on; what is not sent stays."""

    model_config = SENT

    title: PostTitle | None = None
    body: PostBody | None = None
    tags: PostTags | None = None


class NewComment(BaseModel):
    """A comment on a post, or an answer to one of its comments."""

    model_config = SENT

    body: CommentBody
    parent_id: TextId | None = Field(default=None, description="the comment that it answers")


class CommentEdit(BaseModel):
    """What a comment is to say from now on."""

    model_config = SENT

    body: CommentBody


class AuthorView(BaseModel):
    """Who wrote a text, by the name that they had then."""

    model_config = SENT

    user_id: str
    display_name: str

    @classmethod
    def of(cls, user_id: str | None, name: str | None) -> Self | None:
        """None where the author's account was erased, or the text was deleted."""
        return None if user_id is None or name is None else cls(user_id=user_id, display_name=name)


class PostCardView(BaseModel):
    """A post as lists show it."""

    model_config = SENT

    post_id: str
    author: AuthorView | None
    title: str
    excerpt: str = Field(description="plain text: show it as text, not as HTML")
    tags: tuple[str, ...]
    likes: int = Field(ge=0)
    comments: int = Field(ge=0, description="those that are shown")
    views: int = Field(ge=0, description="about: one look in ten is counted, as ten")
    created_at: Time

    @classmethod
    def of(cls, card: PostCard) -> "PostCardView":
        """The view of a stored card."""
        shown = {name: getattr(card, name) for name in cls.model_fields if name != "author"}
        return cls(author=AuthorView.of(card.user_id, card.author_name), **shown)


class OwnPostCard(PostCardView):
    """One's own post as one's list shows it, whatever became of it."""

    course_id: str | None
    group_id: str | None
    status: TextStatus
    notice: str | None = Field(description="why it is not seen by others")

    @classmethod
    def made(cls, card: PostCard, post: Post, notice: str | None) -> Self:
        """The view of a stored card and its post."""
        kept = {name: getattr(post, name) for name in ("course_id", "group_id", "status")}
        return cls(**dict(PostCardView.of(card)), **kept, notice=notice)


class CommentView(BaseModel):
    """A comment in its thread. One that is held, removed or deleted keeps its place, and says nothing to others."""

    model_config = SENT

    comment_id: str
    post_id: str
    parent_id: str | None
    depth: int = Field(ge=0, description="how many comments it stands under")
    author: AuthorView | None
    html: str = Field(description=HTML)
    body: str | None = Field(description="as written, for its author to edit; null for others")
    status: TextStatus
    created_at: Time
    edited_at: Time | None

    @classmethod
    def of(cls, comment: Comment, html: str, *, is_seen: bool, is_own: bool) -> "CommentView":
        """The view of a comment; where it `is_seen` not, only its place is left."""
        kept = ("comment_id", "post_id", "parent_id", "depth", "status", "created_at", "edited_at")
        return cls(
            author=AuthorView.of(comment.user_id, comment.author_name) if is_seen else None,
            html=html if is_seen else "",
            body=comment.body if is_own else None,
            **{name: getattr(comment, name) for name in kept},
        )


class PostView(BaseModel):
    """A post."""

    model_config = SENT

    post_id: str
    course_id: str | None
    group_id: str | None
    author: AuthorView | None
    title: str
    html: str = Field(description=HTML)
    body: str | None = Field(description="as written, for its author to edit; null for others")
    tags: tuple[str, ...]
    status: TextStatus
    notice: str | None = Field(description="to show to its author: why it is not seen by others yet")
    likes: int = Field(ge=0)
    is_liked: bool = Field(description="by the caller")
    comments: int = Field(ge=0, description="those that are shown")
    views: int = Field(ge=0, description="about: one look in ten is counted, as ten")
    edits: int = Field(ge=0)
    created_at: Time
    edited_at: Time | None

    @classmethod
    def of(
        cls, post: Post, card: PostCard, html: str, *, is_liked: bool, is_own: bool, notice: str | None
    ) -> "PostView":
        """The view of a stored post with its counts."""
        kept = ("post_id", "course_id", "group_id", "title", "tags", "status", "edits", "created_at", "edited_at")
        return cls(
            author=AuthorView.of(post.user_id, post.author_name),
            html=html,
            body=post.body if is_own else None,
            notice=notice,
            likes=card.likes,
            is_liked=is_liked,
            comments=card.comments,
            views=card.views,
            **{name: getattr(post, name) for name in kept},
        )


class PostThread(BaseModel):
    """A post with the first page of its comments."""

    model_config = SENT

    post: PostView
    comments: Page[CommentView]


class CommentMade(BaseModel):
    """A comment as it was taken."""

    model_config = SENT

    comment: CommentView
    notice: str | None = Field(description="to show to its author: why it is not seen by others yet")


class TextEditView(BaseModel):
    """What a post or a comment said before."""

    model_config = SENT

    number: int = Field(ge=0, description="0 is what was written first")
    title: str | None
    html: str = Field(description=HTML)
    written_at: Time

    @classmethod
    def of(cls, edit: TextEdit, html: str) -> "TextEditView":
        """The view of an earlier version."""
        return cls(number=edit.number, title=edit.title, html=html, written_at=edit.written_at)


class NewReport(BaseModel):
    """Why a moderator should look at a post, or at one of its comments."""

    model_config = SENT

    reason: ReportReason
    comment_id: TextId | None = None


class ModerationDecision(BaseModel):
    """Whether a text may stand: a post, or one of its comments."""

    model_config = SENT

    action: Literal["keep", "remove"]
    comment_id: TextId | None = None


class ReasonView(BaseModel):
    """How many reported a text for one reason."""

    model_config = SENT

    reason: ReportReason
    count: int = Field(ge=1)


class CaseView(BaseModel):
    """A text that waits for a moderator, with what it says. Who reported it is not said."""

    model_config = SENT

    post_id: str
    comment_id: str | None
    group_id: str | None = Field(description="the study group on whose board it stands")
    case_status: CaseStatus
    text_status: TextStatus
    author: AuthorView | None
    title: str | None
    body: str = Field(description="as written: show it as text, not as HTML")
    categories: tuple[str, ...] = Field(description="what the automatic filter flagged it for")
    is_unjudged: bool = Field(description="the automatic filter could not be asked")
    reasons: tuple[ReasonView, ...]
    opened_at: Time

    @classmethod
    def of(cls, case: ModerationCase, text: Post | Comment) -> "CaseView":
        """The view of a case and the text that it is about."""
        return cls(
            post_id=case.post_id,
            comment_id=case.text_id if case.is_comment else None,
            group_id=boards.group_of(case.board),
            case_status=case.status,
            text_status=text.status,
            author=AuthorView.of(text.user_id, text.author_name),
            title=text.title if isinstance(text, Post) else None,
            body=text.body,
            categories=case.categories,
            is_unjudged=case.is_unjudged,
            reasons=tuple(ReasonView(reason=one.reason, count=one.count) for one in case.reasons),
            opened_at=case.opened_at,
        )


class NewStudyGroup(BaseModel):
    """A group to study a course together."""

    model_config = SENT

    name: Annotated[str, Field(min_length=1, max_length=100), AfterValidator(plain_text), AfterValidator(at_most(100))]
    description: Annotated[str, Field(max_length=500, description="plain text"), AfterValidator(_lines)] = ""
    places: int = Field(default=8, ge=2, le=MOST_PLACES, description="members at most, their founder among them")


class GroupMemberView(BaseModel):
    """A member, by the name that they had when they joined."""

    model_config = SENT

    user_id: str
    display_name: str

    @classmethod
    def of(cls, member: GroupMember) -> "GroupMemberView":
        """The view of a member."""
        return cls(user_id=member.user_id, display_name=member.name)


class StudyGroupCard(BaseModel):
    """A study group as those of its course see it."""

    model_config = SENT

    group_id: str
    course_id: str
    name: str
    description: str = Field(description="plain text")
    places: int
    taken: int = Field(ge=0)
    is_member: bool
    created_at: Time

    @classmethod
    def of(cls, group: StudyGroup, user_id: str) -> "StudyGroupCard":
        """The view of a group for one who may read its course."""
        kept = ("group_id", "course_id", "name", "description", "places", "created_at")
        return cls(
            taken=len(group.members),
            is_member=user_id in group.member_ids,
            **{name: getattr(group, name) for name in kept},
        )


class StudyGroupView(BaseModel):
    """A study group as its members and its course's teacher see it."""

    model_config = SENT

    group: StudyGroupCard
    members: tuple[GroupMemberView, ...]
