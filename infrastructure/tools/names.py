"""What a function, its account, its queue and its bucket are called on Google Cloud: the one place that converts.

Each rule is the product's own; discovery holds every name against it, so that a deployment never fails on one.
"""

import hashlib
import re

from common.ports.queue import queue_name

SERVICE = re.compile(r"[a-z]([a-z0-9-]{0,47}[a-z0-9])?")
"""A second-generation function (63 characters) is a Cloud Run service too, which takes fewer than 50."""
ACCOUNT = re.compile(r"[a-z][a-z0-9-]{4,28}[a-z0-9]")
"""Service account ids: 6 to 30 characters."""
QUEUE = re.compile(r"[A-Za-z0-9-]{1,100}")
SECRET = re.compile(r"[A-Za-z0-9_-]{1,255}")
BUCKET = re.compile(r"[a-z0-9][a-z0-9-]{0,28}[a-z0-9]")
"""The part after the deployment's prefix; the whole name has 63 characters, and is public."""
MOST_ACCOUNT = 30


def cloud_name(name: str) -> str:
    """The function's name with hyphens, for underscores are not taken: quiz_submit is `quiz-submit`."""
    return _held(name, "function", name.replace("_", "-"), SERVICE)


def account(name: str) -> str:
    """The id of the function's service account: `fn-quiz-submit`; past 30 characters its end is a hash."""
    said = f"fn-{cloud_name(name)}"
    if len(said) > MOST_ACCOUNT:
        said = f"{said[:23].rstrip('-')}-{hashlib.sha256(name.encode()).hexdigest()[:6]}"
    return _held(name, "service account", said, ACCOUNT)


def queue(kind: str) -> str:
    """The queue of a kind of message."""
    return _held(kind, "queue", queue_name(kind), QUEUE)


def secret(name: str) -> str:
    """The secret's id in Secret Manager."""
    return _held(name, "secret", name, SECRET)


def bucket(name: str) -> str:
    """The bucket's name, to which the deployment adds its prefix."""
    return _held(name, "bucket", name, BUCKET)


def _held(name: str, product: str, said: str, rule: re.Pattern[str]) -> str:
    if not rule.fullmatch(said) or "--" in said:
        raise TypeError(f"{name}: {said!r} is no name for a {product} on Google Cloud")
    return said
