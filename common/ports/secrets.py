"""Secrets by name, each a set of values: the first is in use, the others are still accepted."""

from collections.abc import Sequence
from typing import Any, ClassVar, Protocol, TypeVar

from common.ports.deployment import Deployment


class SecretName:
    """A named secret, declared as a class: `class SigningKey(SecretName, name="token-signing-key")`."""

    name: ClassVar[str]

    def __init_subclass__(cls, *, name: str, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.name = name

    @classmethod
    def check(cls, values: Sequence[str], deployment: Deployment) -> None:
        """ValueError for values that must not be used: then the deployed function that asks for them does not start."""


S_co = TypeVar("S_co", bound=SecretName, covariant=True)


class Secret(Protocol[S_co]):
    """One secret; asking for it in a signature is the grant to read it."""

    @property
    def value(self) -> str:
        """The value in use."""

    @property
    def values(self) -> tuple[str, ...]:
        """The value in use and those that are still accepted, newest first."""


class SecretSource(Protocol):
    """What the edge asks of a secrets driver."""

    def read(self, name: str) -> tuple[str, ...]:
        """All pinned versions of a secret, the one in use first; SecretMissing when there is none."""


class SecretMissing(Exception):
    """A function needs a secret that is not configured."""
