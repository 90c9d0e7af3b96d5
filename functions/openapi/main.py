"""GET /openapi.json · GET /docs"""

from common.triggers import Asset, http

openapi = http.resource("openapi", assets=("infrastructure/openapi.json", "common/assets/docs.html"))


@openapi.get("/openapi.json", role="public")
def document() -> Asset:
    """The OpenAPI 3.1 document of this API, as it is deployed."""
    return Asset("infrastructure/openapi.json", "application/json")


@openapi.get("/docs", role="public")
def docs() -> Asset:
    """A page to read and try the API with; it needs nothing but this service."""
    return Asset("common/assets/docs.html", "text/html; charset=utf-8")
