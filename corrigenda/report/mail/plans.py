"""Says what a mail is to become, from its content and the tables; writes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from corrigenda.connectors.recipients import digest_of
from corrigenda.models import Delivery, Mail, Report, Site
from corrigenda.report.bounds import MOST
from corrigenda.report.door import answer_language
from corrigenda.report.drafts import ReportDraft, check_address
from corrigenda.report.mail import phrases
from corrigenda.report.mail.attachments import Kept, LeftOut
from corrigenda.report.mail.kinds import Bounce
from corrigenda.report.mail.letters import Letter
from corrigenda.report.mail.matching import answered_report, find_target
from corrigenda.report.mail.parse import AsideError
from corrigenda.report.spam.doubts import Doubt
from corrigenda.web.plain import cut_after, plain

LONGEST_FOLLOW_UP: Final = 20_000
LONGEST_TEXT: Final = 100_000
_CUT: Final = LeftOut("", "text")
NO_SITE: Final = "Nothing in it and none of its addresses names a publication of this desk."
NOT_OURS: Final = "It names no letter of this desk."
MANY_ANSWERS: Final = (
    "Report {report} has had its number of answers for today (CORRIGENDA_MAILBOX_ANSWERS_A_DAY). "
    "Look at it with --show; --retry takes it in a day later."
)
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


def plan_for(letter: Letter, envelope: Envelope) -> Plan:
    """Return what a mail is to become; raises AsideError where a person must look at it."""
    if letter.bounce is not None:
        return _bounce(letter.bounce)
    if letter.automatic:
        return Plan(outcome=Mail.Outcome.AUTOMATIC, reason=letter.automatic)
    if not (letter.parts.own or letter.parts.forwarded or letter.forwarded or letter.files):
        raise AsideError("It is encrypted." if letter.is_sealed else "It holds nothing that can be read.")
    recipients = (*(address.lower() for address in envelope.recipients), *letter.recipients)
    report = answered_report(letter, recipients)
    return _follow_up(letter, report) if report is not None else _report(letter, recipients)


def _bounce(bounce: Bounce) -> Plan:
    letters = Delivery.objects.select_related("case", "reply")
    delivery = letters.filter(message_id__in=bounce.message_ids).order_by("-id").first()
    if delivery is None or not bounce.is_final:
        reason = NOT_OURS if delivery is None else NOT_FINAL
        return Plan(outcome=Mail.Outcome.BOUNCE, reason=reason)
    status = f": {bounce.status}" if bounce.status else ""
    return Plan(outcome=Mail.Outcome.BOUNCE, delivery=delivery, problem=f"The mail came back{status}.")


def _follow_up(letter: Letter, report: Report) -> Plan:
    most: int = settings.OPTIONS.mailbox_answers_a_day
    if most and report.follow_ups.filter(created_at__gt=_a_day_ago()).count() >= most:
        raise AsideError(MANY_ANSWERS.format(report=report.pk))
    said = [letter.parts.own, letter.parts.forwarded, *letter.forwarded]
    return Plan(
        outcome=Mail.Outcome.FOLLOW_UP,
        report=report,
        comment=_joined(said)[:LONGEST_FOLLOW_UP] or _only_files(report.language, report.site),
        text=_whole(letter),
        files=letter.files,
        left_out=(*letter.left_out, _CUT) if letter.is_cut else letter.left_out,
    )


def _report(letter: Letter, recipients: Sequence[str]) -> Plan:
    target = find_target(letter, recipients)
    if target.site is None:
        raise AsideError(NO_SITE)
    subject = "" if _is_reply_subject(letter.subject) else letter.subject
    said = _joined([subject, letter.parts.own, letter.parts.forwarded, *letter.forwarded])
    comment = cut_after(said, MOST["comment"] - 2)
    is_cut = letter.is_cut or comment != said
    writer = _writer(letter)
    draft = ReportDraft(
        url=target.url,
        language=letter.language,
        concern=Report.Concern.OTHER,
        exact=plain(target.exact),
        suggestion=plain(target.suggestion),
        comment=comment or _only_files(letter.language, target.site),
        email=writer,
        doubts=_doubt(writer, target.site),
    )
    return Plan(
        outcome=Mail.Outcome.REPORT,
        draft=draft,
        site=target.site,
        text=_whole(letter),
        files=letter.files,
        left_out=(*letter.left_out, _CUT) if is_cut else letter.left_out,
    )


def _doubt(address: str, site: Site) -> str:
    """Return the doubt about one more report by mail today, empty for none; a forged From is told from none.

    All senders without an address count as one.
    """
    options = settings.OPTIONS
    lately = Report.objects.filter(channel=Report.Channel.MAIL, created_at__gt=_a_day_ago())
    own = lately.filter(contact__digest=digest_of(address)) if address else lately.filter(contact=None)
    if options.mailbox_reports_a_day and own.count() >= options.mailbox_reports_a_day:
        return Doubt.MAILED_OFTEN.value
    if options.mailbox_site_reports_a_day:
        of_site = lately.filter(site=site).count()
        if of_site >= options.mailbox_site_reports_a_day:
            return Doubt.MAILED_MANY.value
    return ""


def _a_day_ago() -> datetime:
    return timezone.now() - timedelta(hours=24)


def _joined(texts: Sequence[str]) -> str:
    return "\n\n".join(stripped for text in texts if (stripped := plain(text).strip()))


def _whole(letter: Letter) -> str:
    return _joined([letter.subject, letter.text, *letter.forwarded])[:LONGEST_TEXT]


def _is_reply_subject(subject: str) -> bool:
    return subject.strip().lower().startswith(phrases.REPLY_SUBJECTS)


def _only_files(language: str, site: Site) -> str:
    with translation.override(answer_language(language, site)):
        return _("The mail holds files and no text.")


def _writer(letter: Letter) -> str:
    """Return the address that an answer can go to; empty where From names none."""
    if len(letter.sender) > MOST["email"]:
        return ""
    try:
        check_address(letter.sender)
    except ValidationError:
        return ""
    return letter.sender
