"""Writes the mail of an alert, from its row alone: the same row gives the same mail."""

import textwrap

from django.conf import settings
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from corrigenda.accounts.wording import client_in_words
from corrigenda.connectors.mail import Letter
from corrigenda.models import Alert

WIDTH = 72


def write_alert(alert: Alert) -> Letter:
    """Return the mail, in the language of the desk."""
    own = settings.LANGUAGE_CODE
    language = own if own in settings.DESK_LANGUAGES else "en"
    with translation.override(language):
        return Letter(
            sender=settings.DEFAULT_FROM_EMAIL,
            recipient=alert.member.email,
            subject=_subject(alert),
            body=_body(alert),
            message_id=alert.message_id,
            date=alert.at,
            language=language,
            submitted="auto-generated",
        )


def _subject(alert: Alert) -> str:
    if alert.kind == Alert.Kind.NEW_PASSWORD:
        return _("Your password for the corrections desk was changed")
    return _("A new browser signed in to your account at the corrections desk")


def _body(alert: Alert) -> str:
    when = timezone.localtime(alert.at)
    said = formats.date_format(when, "DATETIME_FORMAT") + f" {when:%Z} (UTC{when.isoformat()[-6:]})"
    if alert.by_shell:
        where = _("It was done on the server, by an administrator.")
    else:
        where = _("Browser: %(browser)s") % {"browser": client_in_words(alert.browser, alert.system)}
    do = (
        _("If you did this, or asked for it, there is nothing to do.")
        + " "
        + _("If not: tell an administrator of this desk at once. They can close the account.")
    )
    if alert.kind == Alert.Kind.NEW_BROWSER:
        do += " " + _("If you can still sign in, end the session and choose a new password here:")
        link = settings.PUBLIC_URL + reverse("accounts:sessions")
    else:
        do += " " + _("Every other session of your account was ended.")
        link = settings.PUBLIC_URL + reverse("account_login")
    lines = [
        _("Account: %(name)s") % {"name": alert.member.get_username()},
        _("Time: %(time)s") % {"time": said},
        where,
    ]
    foot = _("This mail was sent by a program: nobody reads the answers to it.")
    blocks = [_subject(alert) + ".", "\n".join(lines), _wrapped(do), link, _wrapped(foot)]
    return "\n\n".join(blocks) + "\n"


def _wrapped(text: str) -> str:
    return textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)
