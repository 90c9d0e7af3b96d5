"""Which function a public request belongs to, as the load balancer's URL map says it.

By path and method, literal segments before parameters; OPTIONS and unknown methods of a path go to its first function,
and what no function has goes to the first of all, whose answer is 404.
"""

from __future__ import annotations

from collections.abc import Mapping

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, RequestRedirect, Rule

from infrastructure.tools.discovery import Function


class Routing:
    """The URL map of these functions."""

    def __init__(self, functions: Mapping[str, Function]) -> None:
        public = sorted(name for name, function in functions.items() if function.declaration.trigger == "http")
        rules = [
            Rule(route.path.replace("{", "<").replace("}", ">"), methods=[route.method], endpoint=name)
            for name in public
            for route in functions[name].declaration.routes
        ]
        for rule in rules:
            if rule.methods:
                rule.methods.discard("HEAD")  # werkzeug adds it to GET
        self._map, self._first = Map(rules, merge_slashes=False, redirect_defaults=False), public[0]

    def function(self, path: str, method: str) -> str:
        """Whose request this is; `path` without its query, percent-decoded."""
        try:
            return self._match(path, method)
        except MethodNotAllowed as error:
            return self._match(path, min(error.valid_methods or ()))
        except (NotFound, RequestRedirect):
            return self._first

    def _match(self, path: str, method: str) -> str:
        name, _ = self._map.bind("").match(path, method)
        return str(name)
