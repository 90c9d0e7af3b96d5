"""GET, POST /v1/unsubscribe/{token}"""

from common.domain.accounts.links import InvalidLink, LinkKey
from common.domain.engagement import unsubscribing
from common.ports import Clock, Secret, Store
from common.triggers import Asset, http

unsubscribe = http.resource("unsubscribe", assets=("common/assets/unsubscribe.html", "common/assets/unsubscribed.html"))


@unsubscribe.get("/v1/unsubscribe/{token}", role="public")
def show(token: str) -> Asset:
    """The page that a link in an e-mail opens: it asks, and changes nothing."""
    return Asset("common/assets/unsubscribe.html", "text/html; charset=utf-8")


@unsubscribe.post("/v1/unsubscribe/{token}", role="public", rate_limit="60/minute", raises=(InvalidLink,))
def leave(token: str, store: Store, keys: Secret[LinkKey], clock: Clock) -> Asset:
    """No more nudges for whom the link was made (also as RFC 8058 has mail programs ask)."""
    unsubscribing.unsubscribe(token, store, keys, clock)
    return Asset("common/assets/unsubscribed.html", "text/html; charset=utf-8")
