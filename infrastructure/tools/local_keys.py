"""The keys that a local installation makes for itself on its first start, for its owner's eyes alone."""

import secrets

from common.adapters.local.secrets import EnvironmentSecrets, keep_secrets
from common.domain.accounts import tokens
from common.domain.accounts.links import LinkKey
from common.domain.accounts.tokens import SigningKey
from common.domain.privacy.receipt import ReceiptKey
from common.settings import Settings


def ensure(settings: Settings) -> dict[str, str]:
    """Make what is missing; what is there stays, so that no restart logs anybody out. kid -> public key in PEM."""
    made = {
        SigningKey.name: tokens.generate_key(),
        LinkKey.name: secrets.token_urlsafe(32),
        ReceiptKey.name: tokens.generate_key(),
    }
    keep_secrets(settings.data, made)
    return tokens.public_keys(EnvironmentSecrets(settings).read(SigningKey.name))
