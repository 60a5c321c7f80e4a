"""The application that granian serves: the front door, and Django on threads of its own."""

from typing import Final

from django.conf import settings
from django.db import connections

from corrigenda.config.wsgi import django_application
from corrigenda.report.front.application import FrontDoor
from corrigenda.report.front.pages import Readable
from corrigenda.server.application import Application
from corrigenda.server.reading import Bodies
from corrigenda.server.threads import PageThreads

OPTIONS: Final = settings.OPTIONS


def _bodies() -> Bodies:
    return Bodies(seconds=OPTIONS.body_seconds, most=OPTIONS.bodies, most_a_network=OPTIONS.bodies_a_network)


application = Application(
    Readable(django_application),
    door=FrontDoor() if OPTIONS.front_door else None,
    threads=PageThreads(OPTIONS.threads, reserved=OPTIONS.member_threads, leave=connections.close_all),
    bodies=_bodies(),
    members_bodies=_bodies(),
    refused_bodies=_bodies(),
    trusted=OPTIONS.trusted_proxies,
    reader_seconds=OPTIONS.reader_seconds,
)
