"""The addresses of the report room."""

from django.urls import path

from corrigenda.report import api, views
from corrigenda.report.held import views as held_views
from corrigenda.report.mail import views as mail_views

app_name = "report"
urlpatterns = [
    path("report", views.show_form, name="form"),
    path("api/reports", api.post_report, name="api"),
    path("desk/held/", held_views.show_held, name="held"),
    path("desk/held/act/", held_views.act, name="held_act"),
    path("desk/held/count/", held_views.show_count, name="held_count"),
    path("desk/held/floods/", held_views.show_floods, name="held_floods"),
    path("desk/mail/", mail_views.show_mails, name="mails"),
    path("desk/cases/<int:case_id>/mail/", mail_views.show_panel, name="mail_panel"),
    path("desk/cases/<int:case_id>/article/", mail_views.name_article, name="name_article"),
    path("desk/mails/<int:mail_id>/text/", mail_views.show_text, name="mail_text"),
    path("desk/attachments/<int:attachment_id>/", mail_views.download, name="attachment"),
]
