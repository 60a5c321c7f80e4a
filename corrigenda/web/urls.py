"""The addresses of the shared shell."""

from django.urls import path

from corrigenda.web import desk_views, views

app_name = "web"
urlpatterns = [
    path("", views.show_home, name="home"),
    path("healthz", views.show_health, name="health"),
    path(".well-known/security.txt", views.show_security_txt, name="security_txt"),
    path("readyz", views.show_readiness, name="readiness"),
    path("log/", views.show_logs, name="logs"),
    path("desk/sites/", desk_views.show_sites, name="sites"),
    path("desk/sites/new/", desk_views.edit_new_site, name="new_site"),
    path("desk/sites/<slug:slug>/", desk_views.edit_site, name="site"),
]
