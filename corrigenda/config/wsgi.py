"""Django as a WSGI application, for Django's own commands; `corrigenda serve` serves config/server.py."""

import os

from django.core.wsgi import get_wsgi_application

from corrigenda.config.private import keep_to_ourselves

keep_to_ourselves()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "corrigenda.config.settings")
django_application = get_wsgi_application()

from django.conf import settings  # noqa: E402 (the tables exist only now)

from corrigenda.web.forwarding import Forwarded  # noqa: E402

application = Forwarded(django_application, trusted=settings.OPTIONS.trusted_proxies)
