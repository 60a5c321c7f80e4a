"""What became of mails: those that were set aside."""

from collections.abc import Iterator

from django.db.models import QuerySet

from corrigenda.models import Mail
from corrigenda.report.mail_parse import read_mail
from corrigenda.web.plain import cut_after


def mails_aside() -> QuerySet[Mail]:
    """Return the mails that were set aside, the oldest first."""
    return Mail.objects.filter(outcome=Mail.Outcome.ASIDE).order_by("id")


def list_aside() -> Iterator[tuple[str, str, str, str]]:
    """Iterate number, time, reason, and sender and subject as far as they can be read, as plain text."""
    for mail in mails_aside().iterator(chunk_size=50):
        yield str(mail.pk), f"{mail.taken_at:%Y-%m-%d %H:%M}", mail.reason, _about(bytes(mail.raw or b""))


def _about(raw: bytes) -> str:
    try:
        # The headers are enough, and reading the parts may be what failed.
        mail = read_mail(raw.partition(b"\r\n\r\n")[0].partition(b"\n\n")[0] + b"\n\n")
    except Exception:  # noqa: BLE001 (whatever it was, the reason beside it says it)
        return ""
    return cut_after(f"{mail.sender} {mail.subject}".strip(), 120)
