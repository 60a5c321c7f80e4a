"""The one way in: a name or an e-mail address with a password, counted, at the same cost whoever asks."""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from corrigenda.accounts import audit, counting, devices, hashing, queries
from corrigenda.accounts.actions import hash_again
from corrigenda.models import Member
from corrigenda.web.networks import UNKNOWN, network_of


class ClosedError(Exception):
    """The password was right, and the account is closed."""


class DeskBackend(ModelBackend):
    """Django's backend with counted attempts. It is the only one: a second one would hash a second time."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> Member | None:
        """Return the member, or None where name or password are wrong.

        An attempt costs one question for the account, the same questions and writes for its counts, and one
        hash, whether there is such an account or not. Raises MustWaitError where it comes too early,
        BusyError where too many hashes are waiting, ClosedError where the password is right for a closed
        account.
        """
        if not username or password is None:
            return None
        member = queries.find_member(username)
        device = devices.device_of(request, member or Member())
        spent = _spend(request, username, member, device if member else "")
        is_known = spent[0].key.scope is counting.DEVICE
        try:
            is_right, is_old = hashing.verify(
                password, member.password if member else None, is_known=is_known
            )
        except hashing.BusyError:
            counting.give_back(spent)
            raise
        if member is None or not is_right:
            _record(audit.Kind.FAILED, request, member, username)
            return None
        if not self.user_can_authenticate(member):
            _record(audit.Kind.FAILED_CLOSED, request, member, username)
            raise ClosedError
        counting.settle(spent)
        if is_old:
            hash_again(member=member, password=password)
        return member


def _record(kind: audit.Kind, request: HttpRequest | None, member: Member | None, login: str) -> None:
    audit.record_failure(kind, member=member, login=login, origin=audit.origin_of(request))


def _spend(
    request: HttpRequest | None, login: str, member: Member | None, device: str
) -> list[counting.Spent]:
    network = network_of(request.META, settings.OPTIONS.trusted_proxies) if request is not None else UNKNOWN
    if device:
        try:
            return counting.spend([counting.key_of(counting.DEVICE, device.encode())])
        except counting.MustWaitError:
            # A copy of the cookie was used up elsewhere: the owner can still come as a stranger.
            pass
    return counting.spend([*counting.name_keys(login, network, member), counting.network_key(network)])


def is_present_password(member: Member, password: str, *, origin: audit.Origin) -> bool:
    """Whether this is the member's password; wrong ones are counted, and make the next one wait.

    Raises MustWaitError and BusyError as sign-in does.
    """
    spent = counting.spend([counting.key_of(counting.CHANGE, str(member.pk).encode())])
    try:
        is_right, _ = hashing.verify(password, member.password, is_known=True)
    except hashing.BusyError:
        counting.give_back(spent)
        raise
    if is_right:
        counting.settle(spent)
    else:
        audit.record_failure(audit.Kind.FAILED_PRESENT, member=member, login="", origin=origin)
    return is_right
