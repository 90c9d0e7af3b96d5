"""The models that the functions of these tests share."""

from pydantic import BaseModel, ConfigDict, Field

from common.errors import Conflict
from common.ports import Bucket, Message, SecretName


class View(BaseModel):
    """What is shown."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(description="its name", max_length=100)


class Happened(Message):
    """Something happened."""

    user_id: str


class Unheard(Message):
    """What nobody consumes."""

    user_id: str


class Uploads(Bucket, name="uploads"):
    """What learners upload."""


class Key(SecretName, name="a-key"):
    """A key."""


class BadKey(SecretName, name="a key/1"):
    """A name that Secret Manager does not take."""


class QuizClosed(Conflict):
    """Too late."""

    code, title = "quiz_closed", "The quiz is closed"
