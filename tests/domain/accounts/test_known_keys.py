"""Keys that no deployment may use."""

import pytest

from common.domain.accounts import known_keys, tokens

GOOD = tokens.public_keys([tokens.generate_key(), tokens.generate_key()])
# RFC 8037, appendix A.2: whoever reads it can sign with its private half.
PUBLISHED = """-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
-----END PUBLIC KEY-----
"""


def test_keys_that_were_made_for_this_deployment_are_good() -> None:
    known_keys.check_public_keys(GOOD)


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ({}, "no public key"),
        ({"a": ""}, "no Ed25519 key"),
        ({"a": "unused"}, "no Ed25519 key"),
        ({"a": PUBLISHED.replace("MCow", "MFkw")}, "no Ed25519 key"),
        ({"a": PUBLISHED.replace("MCow", "MCo")}, "no Ed25519 key"),
        ({**GOOD, "kPrK_qmxVWaYVA9w": PUBLISHED}, "known default"),
        ({"another": PUBLISHED}, "known default"),
        ({"another": next(iter(GOOD.values()))}, "is called"),
    ],
)
def test_any_other_set_of_public_keys_is_refused(keys: dict[str, str], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        known_keys.check_public_keys(keys)


@pytest.mark.parametrize("text", ["", "x" * 64, "short-but-varied-0123456", "changeme" * 8])
def test_a_text_that_somebody_made_up_is_no_key(text: str) -> None:
    with pytest.raises(ValueError, match="the secret link-key"):
        known_keys.check_text("link-key", text, least_bytes=32)


def test_the_kid_is_the_one_that_tokens_name() -> None:
    key = tokens.generate_key()
    (kid,) = tokens.public_keys([key])
    known_keys.check_public_keys(tokens.public_keys([key]))
    assert len(kid) == 16
