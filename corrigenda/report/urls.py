"""The addresses of the report room."""

from django.urls import path

from corrigenda.report import api, views

app_name = "report"
urlpatterns = [
    path("report", views.show_form, name="form"),
    path("api/reports", api.post_report, name="api"),
    path("widget/config", api.show_config, name="config"),
]
