"""What accounts ask other functions to do."""

from typing import Literal

from pydantic import Field

from common.ports import Message

Template = Literal["verify_email", "reset_password"]


class MailRequested(Message):
    """Send one e-mail to an account's own address, which is looked up then and stands in no message.

    Each request is a message of its own; `mail_id` is what keeps its e-mail from being sent twice.
    """

    mail_id: str = Field(max_length=64, description="new for each e-mail that somebody asked for")
    template: Template
    user_id: str | None = Field(default=None, max_length=64, description="whose account")
    email_slot: str | None = Field(
        default=None, max_length=64, description="in its place: the SHA-256 of an address that may be nobody's"
    )
