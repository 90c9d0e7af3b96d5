"""A new key for access tokens is one that login takes, and its public half is shown as tfvars name it."""

import pytest

from common.domain.accounts import tokens
from infrastructure.tools import signing_key


def test_the_private_half_goes_to_stdout_alone_and_the_public_half_is_its_own(capsys: pytest.CaptureFixture[str]):
    assert signing_key.main([]) == 0
    said = capsys.readouterr()
    ((kid, public),) = tokens.public_keys([said.out]).items()
    assert f'"{kid}" = <<-PEM' in said.err
    assert "".join(public.split()) in "".join(said.err.split())
    assert "PRIVATE" not in said.err


def test_a_key_is_never_made_from_an_argument():
    assert signing_key.main(["my-key"]) == 2
