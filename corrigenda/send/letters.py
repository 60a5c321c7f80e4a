"""Writes the letter that answers one report, from its rows alone: the same rows give the same letter.

No reader's own words go into it. The address may be somebody else's, and a form that mails anybody's text to
any address is a gun for hire: quoted are the article and the editors.
"""

import textwrap
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from corrigenda.connectors.mail import Letter
from corrigenda.connectors.recipients import digest_of, stop_token
from corrigenda.connectors.reply_address import reply_address
from corrigenda.models import Decision, Delivery, Reply
from corrigenda.web.answers import Answer, answer_of
from corrigenda.web.plain import cut_middle, one_line, spoken_language

# RFC 5322, 2.1.1, asks for lines of at most 78 characters.
WIDTH: Final = 72
# A longer quotation makes the answer hard to find.
LONGEST_QUOTE: Final = 400
LONGEST_SUBJECT: Final = 120


def write_letter(delivery: Delivery) -> Letter:
    """Return the letter of a delivery whose contact has not been erased; ValueError where it has."""
    if delivery.contact is None:
        message = f"{delivery} has no address any more."
        raise ValueError(message)
    reply = delivery.reply
    language = spoken_language(reply.report.language, reply.report.site.language)
    stop = settings.PUBLIC_URL + reverse("send:stop", args=[stop_token(digest_of(delivery.contact.email))])
    with translation.override(language):
        answer = answer_of(decision=reply.decision, notice=reply.notice, language=language)
        return Letter(
            sender=settings.DEFAULT_FROM_EMAIL,
            recipient=delivery.contact.email,
            subject=_subject(reply),
            body=_body(reply, answer, stop),
            message_id=delivery.message_id,
            date=delivery.created_at,
            language=language,
            reply_to=reply_address(settings.OPTIONS.mailbox_address, reply.report_id),
            stop_url=stop,
        )


def _subject(reply: Reply) -> str:
    site = one_line(reply.report.site.name)
    subject = {
        Decision.Outcome.ACCEPT: _("Your report to %(site)s: the article has been changed"),
        Decision.Outcome.NOTE: _("Your report to %(site)s: a note has been published"),
        Decision.Outcome.DECLINE: _("Your report to %(site)s: no change"),
    }[Decision.Outcome(reply.decision.outcome)]
    return cut_middle(subject % {"site": site}, LONGEST_SUBJECT)


def _body(reply: Reply, answer: Answer, stop: str) -> str:
    site = one_line(reply.report.site.name)
    headline = _headline(reply)
    about = (
        _("You told us that something may be wrong in “%(headline)s” (%(site)s). Thank you.")
        if headline
        else _("You told us that something may be wrong in an article of %(site)s. Thank you.")
    )
    status = settings.PUBLIC_URL + reverse("disclose:status", args=[reply.report.token])
    blocks = [
        _wrapped(about % {"headline": headline, "site": site}),
        *_titled(_("What you marked:"), answer.quote),
        _wrapped(" ".join(part for part in (answer.decided, answer.reason) if part)),
        *_titled(_("It now reads:"), answer.now),
        *_titled(_("The note that we published:"), answer.note),
        *_titled(_("From the editors:"), answer.message),
        *_linked(_("The place on the page:"), answer.place),
        *_linked(_("In the corrections log:"), answer.log),
        *_linked(_("Your report and where it stands:"), status),
        _wrapped(_foot()),
        *_linked(_("If you want no more mail from this desk:"), stop),
    ]
    return "\n\n".join(blocks) + "\n"


def _foot() -> str:
    if settings.OPTIONS.mailbox_address:
        return _(
            "This mail was sent once, because this address was left with the report. "
            "If you answer it, the editors read your answer with the report."
        )
    return _(
        "This mail was sent once, because this address was left with the report. "
        "It was sent by a program: nobody reads the answers to it."
    )


def _headline(reply: Reply) -> str:
    article = reply.decision.case.article
    if reply.notice is not None:
        return one_line(reply.notice.headline)
    return one_line(article.headline) if article is not None and article.is_public else ""


def _titled(title: str, text: str) -> list[str]:
    """A title and below it the quoted text, every line of it marked; nothing where there is no text."""
    if not text:
        return []
    lines = []
    for paragraph in cut_middle(text, LONGEST_QUOTE).split("\n"):
        lines += textwrap.wrap(paragraph, WIDTH - 2, break_long_words=False, break_on_hyphens=False) or [""]
    return ["\n".join([title, *(f"> {line}".rstrip() for line in lines)])]


def _linked(title: str, url: str) -> list[str]:
    return [f"{title}\n{url}"] if url else []


def _wrapped(text: str) -> str:
    return textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)
