"""All addresses: Swedish at the root, English under /en/. Links and bookmarks depend on them: never change one."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path
from django.utils.translation import pgettext_lazy

from rus_portal import csp_reports, security_txt, sitemaps
from rus_portal.operations import views as operations
from rus_portal.pages import start, statements
from rus_portal.pages.urls import of_actionplans, of_documents, of_strategy

handler400 = "rus_portal.unavailable.bad_request"
handler403 = "rus_portal.error_pages.permission_denied"
handler404 = "rus_portal.error_pages.page_not_found"
handler500 = "rus_portal.unavailable.server_error"

urlpatterns = [
    path("admin/", include("accounts.urls")),  # before the admin's own, which has a login page too
    path("admin/", admin.site.urls),
    path("healthz", operations.healthz, name="healthz"),
    path("readyz", operations.readyz, name="readyz"),
    path("metrics", operations.metrics, name="metrics"),
    path(".well-known/security.txt", security_txt.security_txt, name="security-txt"),
    path("csp-report", csp_reports.receive_report, name="csp-report"),
    path("robots.txt", sitemaps.robots_txt, name="robots"),
    path("sitemap.xml", sitemap, {"sitemaps": sitemaps.SITEMAPS}, name="sitemap"),
    *i18n_patterns(
        path("", start.show_start, name="start"),
        path(pgettext_lazy("address", "sitemap/"), start.show_sitemap, name="sitemap-page"),
        path(pgettext_lazy("address", "accessibility/"), statements.show_accessibility, name="accessibility"),
        path(pgettext_lazy("address", "privacy/"), statements.show_privacy, name="privacy"),
        path(pgettext_lazy("address", "contact/"), include("contacts.urls")),
        path(pgettext_lazy("address", "registry/"), include("registry.urls")),
        path(pgettext_lazy("address", "documents/"), include(of_documents)),
        path(pgettext_lazy("address", "search/"), include("search.urls")),
        path(pgettext_lazy("address", "news/"), include("news.urls")),
        path(pgettext_lazy("address", "changes/"), include("publishing.urls")),
        path(pgettext_lazy("address", "preview/"), include("publishing.drafts.urls")),
        path("", include(of_actionplans)),  # before strategy, since the matrix is under the goals' addresses
        path("", include(of_strategy)),
        path("", include("indicators.urls")),
        path("", include("funding.urls")),
        path("", include("followup.urls")),
        prefix_default_language=False,
    ),
]
