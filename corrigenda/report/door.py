"""The one door for reports: it inserts a Report, with its Contact, and nothing else."""

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Final, NamedTuple

from django.conf import settings
from django.db import DatabaseError, IntegrityError, InterfaceError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_supported_language_variant
from django.utils.translation import gettext as _

from corrigenda.connectors.addresses import AddressError, origin_of, origin_of_clean
from corrigenda.connectors.recipients import digest_of
from corrigenda.models import Contact, Report, Site
from corrigenda.report.drafts import RefusedError, ReportDraft, check_key, cleaned
from corrigenda.report.rows import Row, insert_rows
from corrigenda.report.spam.challenge import check_pressure, seconds_of_pressure
from corrigenda.web.plain import MOST_LANGUAGE
from corrigenda.web.queries import site_of_origin

FindSite = Callable[[str], Site | None]
"""Returns the site that has an origin."""

PUBLIC: Final = frozenset({Report.Channel.WIDGET, Report.Channel.FORM})
"""Channels whose idempotency keys strangers choose."""

_TOKEN_BYTES: Final = 32


class UnavailableError(Exception):
    """The database did not take a report; whether it is stored is known only when its key is sent again."""


class SiteGoneError(Exception):
    """The site of a report was deleted while the report waited."""


class MissingRowError(DatabaseError):
    """A key was neither inserted nor found: its report vanished between the two."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the sender gets; the same again for a repeat under the same key."""

    id: str
    token: str
    status: str
    """Address of the reader's status page; whoever has it may read it."""
    state: str
    """Address at which a program asks for the same."""
    message: str
    language: str
    """That of the message: the one of this desk that is nearest to the report's."""
    replayed: bool


@dataclass(frozen=True, slots=True)
class Parcel:
    """A report that may be stored, as its row, with what stands in other tables."""

    row: Row
    site: Site
    email: str


class Key(NamedTuple):
    """An idempotency key, with the site and the channel that it was made on.

    The same text on another site or channel is another key: a page of one publication, or a stranger at the
    public endpoint, never gets the receipt of a report that came another way.
    """

    text: str
    channel: str
    site_id: int


@dataclass(frozen=True, slots=True)
class Order:
    """What the door is to do with a key: store its parcel, or, without one, only look the key up."""

    key: Key
    parcel: Parcel | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """The report that was stored with a key; `replayed` where it was stored earlier."""

    pk: int
    token: str
    language: str
    site: Site
    replayed: bool


def receive(
    *, draft: ReportDraft, idempotency_key: str, channel: Report.Channel, site: Site | None = None
) -> Receipt:
    """Store a report and return its receipt; a key that is known already stores nothing.

    From the widget the quote is needed; elsewhere a quote or a comment is. `site` is for a draft without an
    address: a mail may concern a publication and name no article of it. Raises RefusedError, with nothing
    stored, where the key or a field is not as it must be, or no site here has the address; PressureError
    where a puzzle must be solved first; UnavailableError where the database fails.
    """
    check_key(idempotency_key, is_public=channel in PUBLIC)
    try:
        key = key_for(draft, idempotency_key, channel, find_site=site_of_origin, site=site)
        stored = look_up([key]).get(key) if key is not None else None
        if stored is None:
            parcel = parcel_of(draft, idempotency_key, channel, find_site=site_of_origin, site=site)
            stored = store_alone(parcel)
    except SiteGoneError:
        raise refused_address() from None
    except (DatabaseError, InterfaceError) as error:
        raise UnavailableError(what_failed(error)) from error
    return receipt_of(stored)


def key_for(
    draft: ReportDraft,
    text: str,
    channel: Report.Channel,
    *,
    find_site: FindSite,
    site: Site | None = None,
) -> Key | None:
    """Return the key of a draft; None where its address is on no site here, so that no report can have it.

    A draft with an address belongs to the site of that address, as in `parcel_of`.
    """
    if draft.url:
        try:
            site = find_site(origin_of(draft.url))
        except AddressError:
            site = None
    return Key(text, channel.value, site.pk) if site is not None else None


def parcel_of(
    draft: ReportDraft,
    key: str,
    channel: Report.Channel,
    *,
    find_site: FindSite,
    site: Site | None = None,
) -> Parcel:
    """Return what is to be stored for a draft.

    Raises RefusedError where it may not be; PressureError where the widget has to solve a puzzle first.
    """
    clean = cleaned(draft, quote_needed=channel == Report.Channel.WIDGET, url_needed=site is None)
    if clean.url:
        site = find_site(origin_of_clean(clean.url))
    if site is None:
        raise refused_address()
    row = Row(
        token="",
        idempotency_key=key,
        site_id=site.pk,
        channel=channel.value,
        url=clean.url,
        language=clean.language or site.language,
        concern=clean.concern,
        part=clean.part,
        image=clean.image,
        exact=clean.exact,
        prefix=clean.prefix,
        suffix=clean.suffix,
        position=clean.position,
        suggestion=clean.suggestion,
        comment=clean.comment,
        doubts=clean.doubts,
        held=_held(channel, site, key, clean.solution),
        created_at=timezone.now(),
    )
    return Parcel(row=row, site=site, email=clean.email)


def _held(channel: Report.Channel, site: Site, key: str, solution: str) -> str:
    """Return whether a report waits without a case for the mere number of those that arrive."""
    if channel == Report.Channel.WIDGET:
        check_pressure(site, key=key, solution=solution)
    elif channel == Report.Channel.FORM and seconds_of_pressure(site):
        # Without JavaScript nothing can be solved, and a person is not refused for that.
        return Report.Held.FLOOD.value
    return Report.Held.NOT.value


def store_alone(parcel: Parcel) -> Stored:
    """Store one report in a transaction of its own; raises SiteGoneError where its site is gone meanwhile."""
    try:
        (stored,) = store([Order(key_of_row(parcel.row), parcel)])
    except IntegrityError:
        # Foreign keys are checked at the commit.
        if not Site.objects.filter(pk=parcel.site.pk).exists():
            raise SiteGoneError from None
        raise
    if stored is None:
        raise MissingRowError
    return stored


def store(orders: Sequence[Order]) -> list[Stored | None]:
    """Carry out orders by one commit, which is made on return; a list as long as the orders.

    A key may stand in the table already, and several times among the orders: the first parcel is stored, the
    others get what stands there. None is for a key that was only looked up and is not known. Raises
    django.db.Error; whether anything is stored then is told by its key.
    """
    firsts: dict[Key, Order] = {}
    for order in orders:
        if order.parcel is not None:
            firsts.setdefault(order.key, order)
    if not firsts:
        known = look_up([order.key for order in orders])
        return [known.get(order.key) for order in orders]
    parcels = [order.parcel for order in firsts.values() if order.parcel is not None]
    # One statement is a transaction by itself, and spares two more ways to the database and back.
    with transaction.atomic() if any(parcel.email for parcel in parcels) else nullcontext():
        stored = _insert(parcels)
    others = [order.key for order in orders if order.key not in stored]
    known = look_up(others) if others else {}
    if firsts.keys() - stored.keys() - known.keys():
        raise MissingRowError
    return [
        stored[order.key]
        if order.key in stored and firsts[order.key] is order
        else _again(order, stored, known)
        for order in orders
    ]


def look_up(keys: Iterable[Key]) -> dict[Key, Stored]:
    """Return what is stored with each of the keys that are known."""
    wanted = set(keys)
    reports = Report.objects.select_related("site").filter(idempotency_key__in={key.text for key in wanted})
    found = {Key(report.idempotency_key, report.channel, report.site_id): report for report in reports}
    return {
        key: Stored(report.pk, report.token, report.language, report.site, replayed=True)
        for key, report in found.items()
        if key in wanted
    }


def key_of_row(row: Row) -> Key:
    """Return the key under which a row is stored."""
    return Key(row.idempotency_key, row.channel, row.site_id)


def receipt_of(stored: Stored) -> Receipt:
    """Return the receipt of a stored report."""
    language = answer_language(stored.language, stored.site)
    # Once: each look at a setting takes longer than all else here.
    desk = settings.PUBLIC_URL
    return Receipt(
        id=str(stored.pk),
        token=stored.token,
        status=f"{desk}{_path_with_token('disclose:status').format(token=stored.token)}",
        state=f"{desk}{_path_with_token('api:report').format(token=stored.token)}",
        message=_thanks(language, stored.site.name),
        language=language,
        replayed=stored.replayed,
    )


def what_failed(error: Exception) -> str:
    """Return what a database says went wrong, for the log: its further lines may quote what readers wrote."""
    said = str(error).strip().splitlines()
    return f"{type(error).__name__}: {said[0]}" if said else type(error).__name__


def answer_language(language: str, site: Site | None) -> str:
    """Return the language of this desk that is nearest to a reader's, else to the site's, else our own."""
    for wanted in (language, site.language if site else "", settings.LANGUAGE_CODE):
        if len(wanted) > MOST_LANGUAGE:  # Django keeps every code that it has been asked for
            continue
        try:
            return get_supported_language_variant(wanted.lower())
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


def _again(order: Order, stored: dict[Key, Stored], known: dict[Key, Stored]) -> Stored | None:
    if order.key in stored:
        return replace(stored[order.key], replayed=True)
    return known.get(order.key)


def _insert(parcels: list[Parcel]) -> dict[Key, Stored]:
    """Insert reports with their contacts; return those that are new, by key."""
    # One draw for all: each lets go of the interpreter, for which every thread of a busy server waits.
    drawn = secrets.token_bytes(_TOKEN_BYTES * len(parcels))
    for number, parcel in enumerate(parcels):
        parcel.row.token = _token(drawn[number * _TOKEN_BYTES : (number + 1) * _TOKEN_BYTES])
    # In one order in every process: two that insert the same keys would else wait for each other.
    parcels.sort(key=lambda parcel: key_of_row(parcel.row))
    named = [parcel for parcel in parcels if parcel.email]
    contacts = _add_contacts(named) if named else []
    for parcel, contact in zip(named, contacts, strict=True):
        parcel.row.contact_id = contact.pk
    numbers = insert_rows([parcel.row for parcel in parcels])
    needless = [
        contact.pk
        for parcel, contact in zip(named, contacts, strict=True)
        if key_of_row(parcel.row) not in numbers
    ]
    if needless:
        Contact.objects.filter(pk__in=needless).delete()
    return {
        key: Stored(numbers[key], parcel.row.token, parcel.row.language, parcel.site, replayed=False)
        for parcel in parcels
        if (key := key_of_row(parcel.row)) in numbers
    }


def _add_contacts(parcels: list[Parcel]) -> list[Contact]:
    return Contact.objects.bulk_create(
        [Contact(email=parcel.email, digest=digest_of(parcel.email)) for parcel in parcels]
    )


def refused_address() -> RefusedError:
    """Return the refusal of an address that belongs to no site, in the language now in use."""
    return RefusedError(
        {"url": _("No publication of this desk has this address, so the report was not stored.")}
    )


def _token(drawn: bytes) -> str:
    """Return random bytes as `secrets.token_urlsafe` writes them."""
    return urlsafe_b64encode(drawn).rstrip(b"=").decode()


@cache
def _path_with_token(name: str) -> str:
    return reverse(name, args=["TOKEN"]).replace("TOKEN", "{token}")


@lru_cache(maxsize=512)
def _thanks(language: str, site: str) -> str:
    with translation.override(language):
        return _("Thank you. The newsroom of %(site)s has your report.") % {"site": site}
