"""GET /v1/analytics"""

from common.domain.privacy import analytics as domain
from common.domain.privacy.analytics_models import AnalyticsWeekView
from common.ports import Page, PageSize, PageToken, StoreReader
from common.triggers import http


@http.get("/v1/analytics", role="admin")
def analytics(
    store: StoreReader, page_size: PageSize = 20, page_token: PageToken | None = None
) -> Page[AnalyticsWeekView]:
    """Weeks in numbers, the latest first; no number is about one person."""
    return domain.weeks(store, page_size=page_size, page_token=page_token)
