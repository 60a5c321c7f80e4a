"""The addresses of one's own sessions and of the audit log."""

from django.urls import path

from corrigenda.accounts import desk_views

app_name = "accounts"
urlpatterns = [
    path("desk/sessions/", desk_views.show_sessions, name="sessions"),
    path("desk/sessions/end/", desk_views.end_one, name="end_session"),
    path("desk/sessions/end-others/", desk_views.end_others, name="end_others"),
    path("desk/alerts/", desk_views.show_alerts, name="alerts"),
    path("desk/alerts/seen/", desk_views.see, name="see_alerts"),
    path("desk/audit/", desk_views.show_audit, name="audit"),
]
