"""The WSGI application that granian serves: the front door, Django behind it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "corrigenda.config.settings")
django_application = get_wsgi_application()

from django.conf import settings  # noqa: E402 (the tables exist only now)

from corrigenda.report.front.application import FrontDoor  # noqa: E402
from corrigenda.report.front.pages import Pages, Readable  # noqa: E402

pages = Readable(django_application)
application = (
    FrontDoor(Pages(pages, threads=settings.OPTIONS.threads)) if settings.OPTIONS.front_door else pages
)
