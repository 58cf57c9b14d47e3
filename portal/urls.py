"""The map of the house: which address belongs to which room. Pages live under / (Vietnamese) and /en/ (English)."""

from collections.abc import Iterator
from importlib.util import find_spec

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from portal.views import api, health, home, metrics, pages, sitemap

handler400 = "portal.views.errors.bad_request"
handler403 = "portal.views.errors.permission_denied"
handler404 = "portal.views.errors.page_not_found"
handler500 = "portal.views.errors.server_error"

# Address prefix and url module of each room; a room without pages has no such module.
PAGES = (
    ("tai-khoan/", "accounts.urls"),
    ("thu-tuc/", "procedures.urls"),
    ("", "dossiers.urls"),  # nop/, ho-so/, tra-cuu/, can-bo/, xac-thuc/
    ("", "payments.urls"),
    ("", "postal.urls"),
    ("", "notifications.urls"),
    ("", "agencies.urls"),
    ("thong-ke/", "reports.urls"),
    ("quan-tri/", "procedures.urls_admin"),
    ("quan-tri/", "dossiers.urls_admin"),
)
# Banks, carriers and the post call these; they have one address, without a language.
CALLBACKS = (
    ("payments/", "payments.callbacks"),
    ("postal/", "postal.callbacks"),
    ("notifications/", "notifications.callbacks"),
)
# Programs speak to these; one address whatever the language.
API = (
    ("", "accounts.api.urls"),
    ("", "procedures.api.urls"),
    ("", "dossiers.api.urls"),
    ("", "payments.api.urls"),
    ("", "postal.api.urls"),
)


def rooms(table: tuple[tuple[str, str], ...]) -> Iterator[URLResolver]:
    """The url modules of the table that exist."""
    for prefix, module in table:
        if find_spec(module) is not None:
            yield path(prefix, include(module))


def own_pages() -> Iterator[URLPattern]:
    """Pages of the portal itself."""
    yield path("", home.home, name="home")
    yield path("huong-dan/", pages.help_page, name="help")
    yield path("kha-nang-tiep-can/", pages.accessibility, name="accessibility")
    yield path("du-lieu-ca-nhan/", pages.privacy, name="privacy")
    if settings.MODE != "production":
        yield path("thanh-phan/", pages.components, name="components")
        yield path("thanh-phan/can-bo/", pages.desk_components, name="desk_components")


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("robots.txt", pages.robots, name="robots"),
    path("sitemap.xml", sitemap.sitemap, name="sitemap"),
    *rooms(CALLBACKS),
    path("api/v1/", include(([*rooms(API), *api.own_addresses()], "api"))),
    *i18n_patterns(*own_pages(), *rooms(PAGES), prefix_default_language=False),
]
