"""`python -m infrastructure.tools signing-key`: a new key for access tokens, to be piped into Secret Manager.

The private half goes to stdout, and is kept nowhere; the public half goes to stderr, as tfvars name it.
"""

import sys

from common.domain.accounts import tokens


def main(arguments: list[str]) -> int:
    """Make one key."""
    if arguments:
        print("signing-key takes no arguments", file=sys.stderr)
        return 2
    key = tokens.generate_key()
    ((kid, public),) = tokens.public_keys([key]).items()
    print(key, end="")
    print(f"Add to token_public_keys:\n\n  {kid!r} = <<-PEM\n".replace("'", '"'), file=sys.stderr, end="")
    print("".join(f"    {line}\n" for line in public.splitlines()) + "  PEM", file=sys.stderr)
    return 0
