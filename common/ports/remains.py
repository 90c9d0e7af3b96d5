"""What is left of data beside the documents and the files: copies that no request reaches."""

from typing import Protocol


class Remains(Protocol):
    """Clears what the adapters of this deployment keep; a cloud's own copies age out instead, as a receipt says."""

    def forget_mail(self, address: str) -> int:
        """Remove the copies of e-mails to an address; how many there were."""

    def wipe(self) -> None:
        """Overwrite what deleted documents and files left behind. Raises DatabaseUnavailable while others read."""
