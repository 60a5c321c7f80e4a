"""The addresses of fix."""

from django.urls import path

from corrigenda.fix import views

app_name = "fix"
urlpatterns = [
    path("desk/cases/<int:case_id>/fix/", views.show_panel, name="panel"),
    path("desk/cases/<int:case_id>/check/", views.check, name="check"),
    path("desk/cases/<int:case_id>/accept-published/", views.accept_published, name="accept_published"),
    path("desk/cases/<int:case_id>/take-back/", views.take_back, name="take_back"),
]
