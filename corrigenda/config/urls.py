"""Every address of the desk, a line a room."""

from django.urls import URLPattern, URLResolver, include, path

from corrigenda.config.api import served

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("corrigenda.accounts.urls")),
    path("", include("corrigenda.accounts.desk_urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include((served(), "api"))),
    path("", include("corrigenda.web.urls")),
    path("", include("corrigenda.decide.urls")),
    path("", include("corrigenda.disclose.urls")),
    path("", include("corrigenda.report.urls")),
    path("", include("corrigenda.watch.urls")),
    path("", include("corrigenda.fix.urls")),
    path("", include("corrigenda.send.urls")),
]

handler400 = "corrigenda.web.errors.bad_request"
handler403 = "corrigenda.web.errors.permission_denied"
handler404 = "corrigenda.web.errors.page_not_found"
handler500 = "corrigenda.web.errors.server_error"
