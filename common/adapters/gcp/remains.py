"""What Google Cloud keeps beside the documents and the files."""

from common.settings import Settings


class NothingKept:
    """Remains that are Google's: mail is handed over, and deleted data is beyond the reach of any request."""

    def __init__(self, settings: Settings) -> None:
        pass

    def forget_mail(self, address: str) -> int:
        """The mail server has it, and the person."""
        return 0

    def wipe(self) -> None:
        """Google overwrites what was deleted (https://cloud.google.com/docs/security/deletion)."""
