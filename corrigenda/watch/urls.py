"""The addresses of watch."""

from django.urls import path

from corrigenda.watch import views

app_name = "watch"
urlpatterns = [
    path("desk/articles/<int:article_id>/read/", views.read_article, name="read_article"),
    path("desk/address-changes/<int:change_id>/undo/", views.undo_address, name="undo_address"),
]
