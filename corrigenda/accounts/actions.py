"""Changes members: adds them, sets passwords, closes and opens accounts, for the shell and the pages."""

from typing import Final
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from corrigenda.accounts import alerts, audit, counting, hashing
from corrigenda.accounts.audit import SHELL, Kind, Origin
from corrigenda.models import Alert, DeskSession, Member
from corrigenda.models.sessions import DeskSessionQuerySet

MOST_SESSIONS: Final = 30
"""Sessions of one account. An editor has a few machines and browsers; some newsrooms share an account."""


class MemberError(Exception):
    """What was asked for is not possible; `problems` has a sentence for each field."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


class OutdatedError(Exception):
    """What the request began with holds no more: the password, the session, or that the account is open."""


def add_member(
    *, username: str, password: str, email: str, name: str, role: Member.Role, by: Origin = SHELL
) -> Member:
    """Add someone who may sign in; raises MemberError with every problem at once."""
    member = Member(username=Member.normalize_username(username), email=email, first_name=name, role=role)
    problems: dict[str, str] = {}
    try:
        member.full_clean(exclude=["password"])
    except ValidationError as error:
        problems = {field: " ".join(sentences) for field, sentences in error.message_dict.items()}
    if Member.objects.filter(username__iexact=member.username).exists():
        problems["username"] = _("There is a member called %(name)s already.") % {"name": member.username}
    if email and Member.objects.filter(email__iexact=email).exists():
        problems["email"] = _("Another member signs in with this address already.")
    problems |= _password_problem(password, member)
    if problems:
        raise MemberError(problems)
    member.password = hashing.make(password)
    try:
        with transaction.atomic():
            member.save()
            audit.record(Kind.MEMBER_ADDED, member=member, origin=by, detail=role)
    except IntegrityError:
        # Somebody else added the same name after it was looked for.
        taken = _("There is a member called %(name)s already.") % {"name": member.username}
        raise MemberError({"username": taken}) from None
    return member


def check_password_allowed(*, member: Member, password: str) -> None:
    """Raise MemberError where this member may not have this password."""
    if problem := _password_problem(password, member):
        raise MemberError(problem)


def set_password(*, member: Member, password: str, by: Origin = SHELL) -> None:
    """Give a member a new password, which was found good; the member is told.

    Ends every session but the one that does it, and voids the device cookies. Raises OutdatedError where a
    member who does it has been put out since the present password was looked at, or has another one by now:
    hashes take so long that the account can be taken back in between.
    """
    former = member.password
    member.password = hashing.make(password)
    with transaction.atomic():
        if by.by == audit.By.MEMBER and by.session is not None:
            _check_still_in(member.pk, former, by.session)
        member.save(update_fields=["password"])
        audit.record(Kind.PASSWORD_CHANGED, member=member, origin=by)
        end_sessions(member=member, by=by, keep=by.session if by.member == member else None)
        alerts.alert_member(Alert.Kind.NEW_PASSWORD, member=member, origin=by)


def hash_again(*, member: Member, password: str) -> None:
    """Store the present password under the hash that is used now, unless it was changed in between."""
    former = member.password
    member.password = hashing.make(password)
    if not Member.objects.filter(pk=member.pk, password=former).update(password=member.password):
        member.refresh_from_db(fields=["password"])


def change_role(*, member: Member, role: Member.Role, by: Origin = SHELL) -> bool:
    """Give a member another role; return whether it was another one."""
    with transaction.atomic():
        before = Member.objects.select_for_update().get(pk=member.pk).role
        member.role = role
        if before == role:
            return False
        member.save(update_fields=["role"])
        audit.record(Kind.ROLE_CHANGED, member=member, origin=by, detail=f"{before} {role}")
    return True


def close_member(*, member: Member, by: Origin = SHELL) -> bool:
    """Let a member sign in no more, and end the sessions; return whether the account was open."""
    with transaction.atomic():
        was_open = Member.objects.filter(pk=member.pk, is_active=True).update(is_active=False)
        if was_open:
            audit.try_record(Kind.MEMBER_CLOSED, member=member, origin=by)
        end_sessions(member=member, by=by)
    member.is_active = False
    return bool(was_open)


def open_member(*, member: Member, by: Origin = SHELL) -> bool:
    """Let a member sign in again, at once; return whether the account was closed.

    What others guessed at this name is forgotten: somebody with a new browser need not wait for it.
    """
    with transaction.atomic():
        was_closed = Member.objects.filter(pk=member.pk, is_active=False).update(is_active=True)
        if was_closed:
            audit.record(Kind.MEMBER_OPENED, member=member, origin=by)
    logins = {login for login in (member.username, member.email) if login}
    counting.forget([counting.name_key("", member), *(counting.name_key(login) for login in logins)])
    member.is_active = True
    return bool(was_closed)


def end_sessions(*, member: Member, by: Origin = SHELL, keep: UUID | None = None) -> int:
    """End every session of a member but the one to keep; return how many there were."""
    others = DeskSession.objects.filter(member=member)
    return _end(others.exclude(public_id=keep) if keep else others, member=member, by=by)


def make_room_for_session(*, member: Member, by: Origin) -> int:
    """End the sessions that were used longest ago, so that the one that begins is among MOST_SESSIONS.

    Called in the transaction of the sign-in, which holds the row of the member: two sign-ins of one account
    come one after the other. A few more than MOST_SESSIONS are possible until the next sign-in, because a
    session gets its member only when the answer is sent.
    """
    others = DeskSession.objects.filter(member=member).order_by("-active_at", "-begun_at", "session_key")
    keys = list(others.values_list("session_key", flat=True)[MOST_SESSIONS - 1 :])
    beyond = DeskSession.objects.filter(session_key__in=keys)
    return _end(beyond, member=member, by=by, why=f" beyond {MOST_SESSIONS}") if keys else 0


def end_session(*, member: Member, public_id: UUID, by: Origin) -> bool:
    """End one session of a member; return whether it was still there."""
    return bool(_end(DeskSession.objects.filter(member=member, public_id=public_id), member=member, by=by))


def _end(sessions: DeskSessionQuerySet, *, member: Member, by: Origin, why: str = "") -> int:
    with transaction.atomic():
        live = sessions.live().count()
        sessions.delete()
    if live:
        audit.try_record(Kind.SESSION_ENDED, member=member, origin=by, detail=f"{live}{why}")
    return live


def _check_still_in(member: int, password: str, session: UUID) -> None:
    rows = Member.objects.select_for_update().filter(pk=member, password=password, is_active=True)
    if rows.first() is None or not DeskSession.objects.live().filter(public_id=session).exists():
        raise OutdatedError


def _password_problem(password: str, member: Member) -> dict[str, str]:
    try:
        validate_password(password, member)
    except ValidationError as error:
        return {"password": " ".join(error.messages)}
    return {}
