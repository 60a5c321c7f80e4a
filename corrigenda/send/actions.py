"""What a recipient does about mail: stops it, and lets it come again."""

from corrigenda.models import Stop


def stop_mail(*, digest: str) -> None:
    """Write no more to a mailbox; a repeat changes nothing."""
    Stop.objects.get_or_create(digest=digest)


def resume_mail(*, digest: str) -> None:
    """Write to a mailbox again; a repeat changes nothing."""
    Stop.objects.filter(digest=digest).delete()
