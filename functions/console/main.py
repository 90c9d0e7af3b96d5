"""GET / · GET /assets/{build}/{name} · GET /assets/{build}/{folder}/{name}"""

from common.errors import NotFound
from common.ports import Deployment
from common.triggers import Asset, http
from common.triggers.assets import Site

console = http.resource("console", memory="256Mi", concurrency=80, assets=("common/assets/console",))
SITE = Site("common/assets/console")


@console.get("/", role="public", rate_limit="6000/minute")
def page(at: Deployment) -> Asset:
    """The web console, which the links in e-mails open too."""
    return SITE.page(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        f"connect-src 'self' {at.uploads_url}; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types inert-document"
    )


@console.get("/assets/{build}/{name}", role="public", rate_limit="30000/minute", raises=(NotFound,))
def file(build: str, name: str) -> Asset:
    """A file of the console; its address names its content."""
    return SITE.file(build, name)


@console.get("/assets/{build}/{folder}/{name}", role="public", rate_limit="30000/minute", raises=(NotFound,))
def file_in_folder(build: str, folder: str, name: str) -> Asset:
    """A file of one of the console's folders."""
    return SITE.file(build, f"{folder}/{name}")
