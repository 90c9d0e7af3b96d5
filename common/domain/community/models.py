"""What is stored of the community.

A text and what lists show of it are two documents: a like or a comment counts on the card, so it never stands in the
way of somebody who reads or changes the text, and a page of a list does not carry whole texts.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from common.ports import Document, Time

TextStatus = Literal["shown", "held", "removed", "deleted"]
"""shown; held: flagged by the filter, its author and moderators see it; removed: by a moderator, seen likewise;
deleted: by its author, and what they wrote is gone, while its place in the thread stays."""

ReportReason = Literal["spam", "harassment", "hate", "self_harm", "sexual", "cheating", "personal_data", "other"]

CaseStatus = Literal["open", "kept", "removed"]
"""open: waits for a moderator; kept: stands; removed: does not."""


class Post(
    Document,
    collection="posts",
    key="post_id",
    unindexed=(
        "author_name",
        "title",
        "body",
        "tags",
        "course_id",
        "group_id",
        "edits",
        "edited_at",
        "board",
        "has_counted",
    ),
):
    """One post as it was written. None for an author who was erased."""

    post_id: str
    board: str
    """Where it stands, and so who may read it: see boards.py."""
    course_id: str | None = None
    group_id: str | None = None
    user_id: str | None
    author_name: str | None
    """As it was when they wrote."""
    title: str
    body: str
    """Markdown, as written: never sent to others but through markdown.to_html."""
    tags: tuple[str, ...] = ()
    status: TextStatus = "shown"
    has_counted: bool = False
    """Whether its author's activity was told of it: when others first saw it."""
    edits: int = 0
    created_at: Time
    edited_at: Time | None = None


class PostCard(
    Document, collection="post_cards", key="post_id", unindexed=("author_name", "title", "excerpt", "comments", "views")
):
    """What lists show of a post, and by what they find and order it; made with the post."""

    post_id: str
    listed_in: str | None
    """The board; None where it is not to be listed: held, removed or deleted."""
    user_id: str | None
    author_name: str | None
    title: str
    excerpt: str
    """Plain text: the beginning of the body, without its marks."""
    tags: tuple[str, ...] = ()
    likes: int = 0
    comments: int = 0
    """Those that are shown."""
    views: int = 0
    """About: see views.py."""
    created_at: Time


class Comment(
    Document,
    collection="comments",
    key="comment_id",
    unindexed=("author_name", "body", "edits", "edited_at", "depth", "parent_id"),
):
    """One comment of a post, or an answer to another comment."""

    comment_id: str
    post_id: str
    parent_id: str | None = None
    depth: int = 0
    """How many comments it stands under."""
    place: str
    """Sorts comments as a thread is read: each behind its parent and its earlier siblings with all their answers.
    A step for each comment above it, and its own: when it was written (microseconds), and its id."""
    user_id: str | None
    author_name: str | None
    body: str
    status: TextStatus = "shown"
    edits: int = 0
    created_at: Time
    edited_at: Time | None = None


class TextEdit(Document, collection="text_edits", key="edit_id", unindexed=("title", "body", "written_at")):
    """What a post or a comment said before it was edited; it goes when its author deletes the text."""

    edit_id: str
    text_id: str
    number: int
    """Of the version: 0 is what was written first."""
    user_id: str | None
    title: str | None
    body: str
    written_at: Time


class PostLike(Document, collection="post_likes", key="like_id", unindexed=("liked_at",)):
    """One learner's like of one post; its id is of both, so that nobody likes twice."""

    like_id: str
    post_id: str
    user_id: str
    liked_at: Time


class TextReport(Document, collection="text_reports", key="report_id", unindexed=("reason",)):
    """One learner's report of one text; its id is of both. Moderators see how many there are, and not whose."""

    report_id: str
    text_id: str
    user_id: str
    reason: ReportReason
    reported_at: Time


class ReasonCount(BaseModel):
    """How many reported a text for one reason."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    reason: ReportReason
    count: int


class ModerationCase(
    Document,
    collection="moderation_cases",
    key="text_id",
    unindexed=("post_id", "is_comment", "categories", "is_unjudged", "reasons", "decided_at"),
):
    """A text that a moderator is asked to look at: flagged by the filter, not judged by it, or reported."""

    text_id: str
    post_id: str
    is_comment: bool
    board: str
    queue: str
    """The board whose moderators decide: a study group's case waits in the queue of its course."""
    user_id: str | None
    """Whose text it is."""
    status: CaseStatus = "open"
    categories: tuple[str, ...] = ()
    """What the filter flagged it for."""
    is_unjudged: bool = False
    """The filter could not be asked; the text is shown meanwhile."""
    reasons: tuple[ReasonCount, ...] = ()
    opened_at: Time
    decided_by: str | None = None
    decided_at: Time | None = None


class GroupMember(BaseModel):
    """One learner in a study group, by the name that they had when they joined."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    user_id: str
    name: str


class StudyGroup(
    Document,
    collection="study_groups",
    key="group_id",
    unindexed=("name", "description", "places", "members"),
):
    """Some learners of one course who study together. Its members are inside: joining is one read and one write."""

    group_id: str
    course_id: str
    name: str
    description: str = ""
    places: int
    created_by: str | None
    members: tuple[GroupMember, ...]
    """In the order of joining; at most `places`."""
    member_ids: tuple[str, ...]
    created_at: Time


def like_id(post_id: str, user_id: str) -> str:
    """The id of a learner's like of a post."""
    return f"{post_id}.{user_id}"


def report_id(text_id: str, user_id: str) -> str:
    """The id of a learner's report of a text."""
    return f"{text_id}.{user_id}"


def edit_id(text_id: str, number: int) -> str:
    """The id of a version of a text."""
    return f"{text_id}.{number}"
