"""The address that stops mail."""

from django.urls import path

from corrigenda.send import views

app_name = "send"
urlpatterns = [path("stop/<str:token>/", views.show_stop, name="stop")]
