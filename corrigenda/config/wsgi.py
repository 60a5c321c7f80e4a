"""The WSGI application that granian serves: the front door, Django behind it."""

import os

from django.core.wsgi import get_wsgi_application

from corrigenda.config.private import keep_to_ourselves

keep_to_ourselves()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "corrigenda.config.settings")
django_application = get_wsgi_application()

from django.conf import settings  # noqa: E402 (the tables exist only now)

from corrigenda.report.front.application import FrontDoor  # noqa: E402
from corrigenda.report.front.bodies import Readers, ReadFirst  # noqa: E402
from corrigenda.report.front.pages import Pages, Readable, WSGIApplication  # noqa: E402
from corrigenda.web.forwarding import Forwarded  # noqa: E402

behind_proxies: WSGIApplication = Readable(django_application)
if settings.OPTIONS.front_door:
    threads = settings.OPTIONS.threads
    behind_proxies = FrontDoor(ReadFirst(Pages(behind_proxies, threads=threads), readers=Readers(threads)))
application: WSGIApplication = Forwarded(behind_proxies, trusted=settings.OPTIONS.trusted_proxies)
