"""Any path: the least that functions-framework can do."""

import flask


def hello(request: flask.Request) -> str:
    """Say hello: what every function is held against."""
    return "hello"
