"""The addresses of the desk."""

from django.urls import path

from corrigenda.decide import views

app_name = "decide"
urlpatterns = [
    path("desk/", views.show_queue, name="queue"),
    path("desk/cases/<int:pk>/", views.show_case, name="case"),
    path("desk/cases/<int:pk>/reports/", views.show_reports, name="reports"),
    path("desk/cases/<int:pk>/history/", views.show_history, name="history"),
    path("desk/cases/<int:pk>/accept/", views.accept, name="accept"),
    path("desk/cases/<int:pk>/note/", views.note, name="note"),
    path("desk/cases/<int:pk>/decline/", views.decline, name="decline"),
    path("desk/cases/<int:pk>/point/", views.point, name="point"),
    path("desk/cases/<int:pk>/undo/", views.undo, name="undo"),
    path("desk/cases/<int:pk>/join/", views.join, name="join"),
    path("desk/cases/<int:pk>/part/", views.part, name="part"),
    path("desk/cases/<int:pk>/preview/", views.show_preview, name="preview"),
    path("desk/cases/<int:pk>/progress/", views.show_progress, name="progress"),
    path("desk/cases/<int:pk>/meanwhile/", views.show_meanwhile, name="meanwhile"),
]
