"""Says what a mail is to become, from its content and the tables; writes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from corrigenda.connectors.recipients import digest_of
from corrigenda.models import Delivery, Mail, Report, Site
from corrigenda.report.door import answer_language
from corrigenda.report.drafts import MOST, ReportDraft
from corrigenda.report.mail import phrases
from corrigenda.report.mail.attachments import Kept, LeftOut, choose_files
from corrigenda.report.mail.kinds import Bounce, automatic_reason, bounce_in
from corrigenda.report.mail.matching import answered_report, find_target
from corrigenda.report.mail.parse import AsideError, Incoming
from corrigenda.report.mail.strip import Stripped, strip_letter
from corrigenda.report.spam.doubts import Doubt
from corrigenda.web.plain import cut_after, plain

LONGEST_FOLLOW_UP: Final = 20_000
LONGEST_TEXT: Final = 100_000
NO_SITE: Final = "Nothing in it and none of its addresses names a publication of this desk."
NOT_OURS: Final = "It names no letter of this desk."
NOT_FINAL: Final = "The letter that it names is still being tried."


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the way that a mail came by says of it, beside its own headers."""

    way: Mail.Way
    sender: str | None = None
    """The return path: empty for the null one, None where it is not known."""
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a mail is to become."""

    outcome: Mail.Outcome
    reason: str = ""
    draft: ReportDraft | None = None
    site: Site | None = None
    report: Report | None = None
    """The one that a follow-up adds to."""
    comment: str = ""
    delivery: Delivery | None = None
    problem: str = ""
    """What is noted of the letter that came back; free of addresses."""
    text: str = ""
    files: tuple[Kept, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


def plan_for(mail: Incoming, envelope: Envelope) -> Plan:
    """Return what a mail is to become; raises AsideError where a person must look at it."""
    bounce = bounce_in(mail, envelope_sender=envelope.sender)
    if bounce is not None:
        return _bounce(bounce)
    reason = automatic_reason(mail, envelope_sender=envelope.sender)
    if reason:
        return Plan(outcome=Mail.Outcome.AUTOMATIC, reason=reason)
    parts = strip_letter(mail.body.text, subject=mail.subject, is_reply=bool(mail.references))
    files, left_out = choose_files(
        mail.body.files,
        most_each=settings.OPTIONS.mailbox_file_bytes,
        most=settings.OPTIONS.mailbox_files_bytes,
    )
    if not (parts.own or parts.forwarded or mail.body.forwarded or files):
        raise AsideError("It is encrypted." if mail.body.is_sealed else "It holds nothing that can be read.")
    recipients = (*(address.lower() for address in envelope.recipients), *mail.recipients)
    report = answered_report(mail, recipients)
    if report is not None:
        return _follow_up(mail, parts, report, files, left_out)
    return _report(mail, parts, recipients, files, left_out)


def _bounce(bounce: Bounce) -> Plan:
    letters = Delivery.objects.select_related("case", "reply")
    delivery = letters.filter(message_id__in=bounce.message_ids).order_by("-id").first()
    if delivery is None or not bounce.is_final:
        reason = NOT_OURS if delivery is None else NOT_FINAL
        return Plan(outcome=Mail.Outcome.BOUNCE, reason=reason)
    status = f": {bounce.status}" if bounce.status else ""
    return Plan(outcome=Mail.Outcome.BOUNCE, delivery=delivery, problem=f"The mail came back{status}.")


def _follow_up(
    mail: Incoming, parts: Stripped, report: Report, files: Sequence[Kept], left_out: Sequence[LeftOut]
) -> Plan:
    said = [parts.own, parts.forwarded, *mail.body.forwarded]
    return Plan(
        outcome=Mail.Outcome.FOLLOW_UP,
        report=report,
        comment=_joined(said)[:LONGEST_FOLLOW_UP] or _only_files(report.language, report.site),
        text=_whole(mail),
        files=tuple(files),
        left_out=tuple(left_out),
    )


def _report(
    mail: Incoming,
    parts: Stripped,
    recipients: Sequence[str],
    files: Sequence[Kept],
    left_out: Sequence[LeftOut],
) -> Plan:
    target = find_target(mail, parts, recipients)
    if target.site is None:
        raise AsideError(NO_SITE)
    subject = "" if _is_reply_subject(mail.subject) else mail.subject
    said = _joined([subject, parts.own, parts.forwarded, *mail.body.forwarded])
    comment = cut_after(said, MOST["comment"] - 2)
    if comment != said:
        left_out = [*left_out, LeftOut("", "text")]
    writer = _writer(mail)
    draft = ReportDraft(
        url=target.url,
        language=mail.language,
        concern=Report.Concern.OTHER,
        exact=plain(target.exact),
        suggestion=plain(target.suggestion),
        comment=comment or _only_files(mail.language, target.site),
        email=writer,
        doubts=Doubt.MAILED_OFTEN.value if _writes_often(writer) else "",
    )
    return Plan(
        outcome=Mail.Outcome.REPORT,
        draft=draft,
        site=target.site,
        text=_whole(mail),
        files=tuple(files),
        left_out=tuple(left_out),
    )


def _writes_often(address: str) -> bool:
    """Whether one mailbox has sent its number of reports for the day; a forged From is told from none."""
    most: int = settings.OPTIONS.mailbox_reports_a_day
    if not address or not most:
        return False
    lately = Report.objects.filter(
        channel=Report.Channel.MAIL,
        contact__digest=digest_of(address),
        created_at__gt=timezone.now() - timedelta(hours=24),
    )
    return lately.count() >= most


def _joined(texts: Sequence[str]) -> str:
    return "\n\n".join(stripped for text in texts if (stripped := plain(text).strip()))


def _whole(mail: Incoming) -> str:
    return _joined([mail.subject, mail.body.text, *mail.body.forwarded])[:LONGEST_TEXT]


def _is_reply_subject(subject: str) -> bool:
    return subject.strip().lower().startswith(phrases.REPLY_SUBJECTS)


def _only_files(language: str, site: Site) -> str:
    with translation.override(answer_language(language, site)):
        return _("The mail holds files and no text.")


def _writer(mail: Incoming) -> str:
    """Return the address that an answer can go to; empty where From names none."""
    if len(mail.sender) > MOST["email"]:
        return ""
    try:
        validate_email(mail.sender)
    except ValidationError:
        return ""
    return mail.sender
