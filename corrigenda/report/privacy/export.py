"""Everything that is kept of a person, as plain values with names that a person understands."""

from base64 import b64encode
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from corrigenda.connectors.recipients import digest_of
from corrigenda.models import Attachment, Decision, Delivery, FollowUp, Mail, Reply, Report, Stop
from corrigenda.report.mail.attachments import path_of
from corrigenda.report.privacy.mentions import mentions_of
from corrigenda.report.privacy.people import Person

Values = dict[str, Any]


def export_person(person: Person) -> Values:
    """Return what is kept of a person, ready for JSON; times are in ISO 8601 with the desk's zone."""
    return {
        "desk": settings.PUBLIC_URL,
        "made_at": _time(timezone.now()),
        "asked_for": person.address or f"report {person.reports[0].pk}",
        "addresses": [
            {"address": contact.email, "left_at": _time(contact.created_at)} for contact in person.contacts
        ],
        "wants_no_mail_since": _stopped_at(person),
        "reports": [_report(report) for report in person.reports],
        "mails_set_aside": [_aside(mail) for mail in person.aside],
        "address_also_stands_in": [
            {"table": found.table, "row": found.number, "column": found.field}
            for found in mentions_of(person.spellings)
            if found.table != "corrigenda_contact"
        ],
    }


def _report(report: Report) -> Values:
    article = report.case.article if report.case else None
    return {
        "number": report.pk,
        "received_at": _time(report.created_at),
        "came_by": str(report.get_channel_display()),
        "publication": report.site.name,
        "article_address": report.url,
        "article_headline": article.headline if article else "",
        "language": report.language,
        "concern": str(report.get_concern_display()),
        "part_of_the_page": str(report.get_part_display()),
        "image_address": report.image,
        "quoted_words": report.exact,
        "words_before": report.prefix,
        "words_after": report.suffix,
        "position": report.position,
        "suggested_wording": report.suggestion,
        "comment": report.comment,
        "address_left": report.contact.email if report.contact else "",
        "status_page": settings.PUBLIC_URL + reverse("disclose:status", args=[report.token]),
        "idempotency_key": report.idempotency_key,
        "held_as": str(report.get_held_display()) if report.held else "",
        "doubts": report.doubts.split(),
        "case": report.case.pk if report.case else None,
        "case_state": report.case.state if report.case else "",
        "erased_at": _time(report.erased_at),
        "expired_at": _time(report.expired_at),
        "answer": _answer(report),
        "mails": [_mail(mail) for mail in Mail.objects.filter(report=report).order_by("id")],
        "added_later": [
            {"added_at": _time(row.created_at), "comment": row.comment, "mail": row.mail_id}
            for row in FollowUp.objects.filter(report=report).order_by("id")
        ],
    }


def _answer(report: Report) -> Values | None:
    replies = Reply.objects.select_related("decision", "notice", "delivery")
    reply = replies.filter(report=report).first()
    if reply is None:
        return None
    decision: Decision = reply.decision
    return {
        "given_at": _time(reply.created_at),
        "decision": str(decision.get_outcome_display()),
        "reason": str(decision.get_reason_display()) if decision.reason else "",
        "message_of_the_editors": decision.message,
        "published_note": reply.notice.text if reply.notice else "",
        "letter": _letter(getattr(reply, "delivery", None)),
    }


def _letter(delivery: Delivery | None) -> Values | None:
    if delivery is None:
        return None
    return {
        "address": delivery.contact.email if delivery.contact else "",
        "message_id": delivery.message_id,
        "written_at": _time(delivery.created_at),
        "attempts": delivery.attempts,
        "first_attempt_at": _time(delivery.first_attempt_at),
        "delivered_at": _time(delivery.delivered_at),
        "given_up_at": _time(delivery.abandoned_at),
        "given_up_because": str(delivery.get_reason_display()) if delivery.reason else "",
        "problem": delivery.problem,
    }


def _mail(mail: Mail) -> Values:
    return {
        "number": mail.pk,
        "taken_at": _time(mail.taken_at),
        "came_by": str(mail.get_way_display()),
        "became": str(mail.get_outcome_display()),
        "text": mail.text,
        "not_kept": mail.left_out,
        "files": [_file(file) for file in mail.attachments.order_by("id")],
    }


def _file(file: Attachment) -> Values:
    path = path_of(file.digest)
    return {
        "name": file.name,
        "type": file.media_type,
        "bytes": file.size,
        "sha256": file.digest,
        "content_base64": b64encode(path.read_bytes()).decode() if path.exists() else None,
    }


def _aside(mail: Mail) -> Values:
    return {
        "number": mail.pk,
        "taken_at": _time(mail.taken_at),
        "reason": mail.reason,
        "content_base64": b64encode(bytes(mail.raw or b"")).decode(),
    }


def _stopped_at(person: Person) -> str | None:
    addresses = [person.address] if person.address else [contact.email for contact in person.contacts]
    stops = Stop.objects.filter(digest__in=[digest_of(address) for address in addresses])
    stop = stops.first()
    return _time(stop.stopped_at) if stop is not None else None


def _time(at: datetime | None) -> str | None:
    return timezone.localtime(at).isoformat() if at is not None else None
