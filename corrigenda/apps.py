"""The one Django application of Corrigenda."""

from django.apps import AppConfig


class CorrigendaConfig(AppConfig):
    """Names the application and its kind of keys."""

    name = "corrigenda"
    default_auto_field = "django.db.models.BigAutoField"
