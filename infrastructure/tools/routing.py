"""Which function a public request belongs to, as the load balancer's URL map says it.

By path, literal segments before parameters, and then by method; OPTIONS and unknown methods of a path go to its first
function, and what no function has goes to the first of all, whose answer is 404.
"""

from __future__ import annotations

from collections.abc import Mapping

from werkzeug.exceptions import NotFound
from werkzeug.routing import Map, RequestRedirect, Rule

from infrastructure.tools.discovery import Function


class Routing:
    """The URL map of these functions."""

    def __init__(self, functions: Mapping[str, Function]) -> None:
        public = sorted(name for name, function in functions.items() if function.declaration.trigger == "http")
        self._paths: dict[str, dict[str, str]] = {}
        for name in public:
            for route in functions[name].declaration.routes:
                self._paths.setdefault(route.path, {})[route.method] = name
        rules = [Rule(path.replace("{", "<").replace("}", ">"), endpoint=path) for path in self._paths]
        self._map, self._first = Map(rules, merge_slashes=False, redirect_defaults=False), public[0]

    def function(self, path: str, method: str) -> str:
        """Whose request this is; `path` without its query, percent-decoded."""
        try:
            declared, _ = self._map.bind("").match(path)
        except (NotFound, RequestRedirect):
            return self._first
        by_method = self._paths[declared]
        return by_method.get(method, by_method[min(by_method)])
