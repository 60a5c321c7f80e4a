"""The addresses of the shared shell."""

from django.urls import path

from corrigenda.web import views

app_name = "web"
urlpatterns = [
    path("", views.show_home, name="home"),
    path("healthz", views.show_health, name="health"),
    path("log/", views.show_logs, name="logs"),
]
