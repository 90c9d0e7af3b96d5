"""GET /"""

from common.triggers import Asset, http

console = http.resource("console", assets=("common/assets/console.html",))


@console.get("/", role="public")
def welcome() -> Asset:
    """The page that the links in e-mails open."""
    return Asset("common/assets/console.html", "text/html; charset=utf-8")
