"""The addresses of what is said in public, and of each reader's status page; for programs see api.py."""

from django.urls import path

from corrigenda.disclose import feeds, views

app_name = "disclose"
urlpatterns = [
    path("log/<slug:slug>/", views.show_log, name="log"),
    path("log/<slug:slug>/<int:pk>/", views.show_notice, name="notice"),
    path("log/<slug:slug>/feed.atom", feeds.show_atom, name="atom"),
    path("status/<str:token>/", views.show_status, name="status"),
]
