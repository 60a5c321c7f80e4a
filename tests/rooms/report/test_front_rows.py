"""The one INSERT: it knows every column of the table and writes what Django would."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from django.conf import settings as present
from django.db import DataError, IntegrityError, connection, transaction
from django.forms.models import model_to_dict

from corrigenda.models import Contact, Report, Site
from corrigenda.report.bounds import MOST
from corrigenda.report.door import Key, Order, Parcel, Stored, key_of_row, parcel_of, store
from corrigenda.report.rows import Row, insert_rows
from corrigenda.web.queries import site_of_origin
from tests.rooms.factories import make_site
from tests.rooms.report.test_door import DRAFT

HARD = "«Її» \"'\\ \t\r\n \u2028 \U0001f4f0 e\u0301 \ufeff \u202e %s {} $1 \\u0041 '); --"


def row(site: Site, number: int = 0, **changes: Any) -> Row:
    """Return a row with a text in each column that the databases could trip over."""
    values: dict[str, Any] = {
        "token": f"{number:043}",
        "idempotency_key": f"key-{number:016}",
        "site_id": site.pk,
        "channel": "widget",
        "url": "https://courier.example/a?b='\"",
        "language": "uk-UA",
        "concern": "fact",
        "exact": HARD,
        "prefix": HARD * 3,
        "suffix": "",
        "position": 2**31 - 1,
        "suggestion": HARD,
        "comment": "x" * MOST["comment"],
        "created_at": datetime(2026, 3, 29, 2, 30, 0, 123456, tzinfo=UTC),
        **changes,
    }
    return Row(**values)


def order(key: str, **changes: Any) -> Order:
    """Return an order to store a report under a key."""
    parcel = parcel_of(
        msgspec.structs.replace(DRAFT, **changes), key, Report.Channel.WIDGET, find_site=site_of_origin
    )
    return Order(key_of_row(parcel.row), parcel)


def test_every_column_is_known() -> None:
    columns = [str(field.column) for field in Report._meta.concrete_fields if not field.primary_key]
    assert sorted(columns) == sorted(Row.__struct_fields__)
    nullable = {field.column for field in Report._meta.concrete_fields if field.null}
    optional = {field.name for field in msgspec.structs.fields(Row) if "None" in str(field.type)}
    assert nullable == optional


@pytest.mark.django_db
@pytest.mark.parametrize("position", [None, 0, 7])
def test_a_row_is_what_django_would_have_written(position: int | None) -> None:
    site = make_site()
    contact = Contact.objects.create(email="reader@example.org")
    ours = row(site, 1, position=position, contact_id=contact.pk)
    assert list(insert_rows([ours])) == [key_of_row(ours)]
    written = Report.objects.get()
    fields = msgspec.structs.asdict(ours)
    Report.objects.all().delete()
    # auto_now_add would put in the present moment.
    created_at = fields.pop("created_at")
    theirs = Report.objects.create(**fields)
    Report.objects.filter(pk=theirs.pk).update(created_at=created_at)
    theirs.refresh_from_db()
    assert model_to_dict(written, exclude=["id"]) == model_to_dict(theirs, exclude=["id"])
    assert written.created_at == theirs.created_at == created_at
    with connection.cursor() as cursor:
        # As the database holds it: text of a time, for one, is compared as text by SQLite.
        query = f"SELECT {', '.join(Row.__struct_fields__)} FROM corrigenda_report"
        cursor.execute(query)
        (raw_theirs,) = cursor.fetchall()
        Report.objects.all().delete()
        insert_rows([ours])
        cursor.execute(query)
        (raw_ours,) = cursor.fetchall()
    assert raw_ours == raw_theirs


@pytest.mark.django_db
def test_a_time_of_another_zone_is_the_same_moment() -> None:
    site = make_site()
    moment = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    kyiv = ZoneInfo("Europe/Kyiv")
    insert_rows([row(site, created_at=moment.astimezone(kyiv))])
    assert Report.objects.filter(created_at=moment).exists()
    assert not Report.objects.filter(created_at__gt=moment + timedelta(seconds=1)).exists()


@pytest.mark.django_db
def test_a_batch_skips_the_keys_that_are_known_and_numbers_the_rest() -> None:
    site = make_site()
    assert insert_rows([]) == {}
    first = insert_rows([row(site, 1)])
    numbers = insert_rows([row(site, number) for number in range(50)])
    assert len(numbers) == 49
    assert first.keys().isdisjoint(numbers)
    found = {
        (report.idempotency_key, report.channel, report.site_id): report.pk for report in Report.objects.all()
    }
    assert found == numbers | first


@pytest.mark.django_db
def test_a_key_counts_for_its_site_and_channel_alone() -> None:
    one, other = make_site(), make_site("gazette", origin="https://gazette.example")
    rows = [
        row(one, 1),
        row(other, 1, token="b" * 43),
        row(one, 1, token="c" * 43, channel="mail"),
        row(one, 1, token="d" * 43),
    ]
    assert set(insert_rows(rows)) == {key_of_row(each) for each in rows[:3]}
    assert Report.objects.count() == 3
    assert insert_rows(rows) == {}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "fault", [{"exact": None}, {"site_id": None}, {"position": -1}, {"token": f"{0:043}", "concern": None}]
)
def test_what_the_table_refuses_is_refused_whole(fault: dict[str, Any]) -> None:
    site = make_site()
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        insert_rows([row(site, 1), row(site, 2, **fault)])
    assert not Report.objects.exists()


@pytest.mark.django_db
def test_orders_of_one_batch_share_what_the_first_of_a_key_stored() -> None:
    site = make_site()
    one, two = "key-one-0000000001", "key-two-0000000002"
    results = store(
        [
            order(two, comment="first"),
            Order(Key(one, "widget", site.pk)),
            order(one, email=""),
            order(two, comment="second", email="other@example.org"),
            Order(Key("key-that-nobody-has", "widget", site.pk)),
        ]
    )
    assert [result.replayed if result else None for result in results] == [False, True, False, True, None]
    assert all(isinstance(result, Stored) for result in results[:4])
    assert results[0] == replace(_present(results[3]), replayed=False)
    assert Report.objects.get(idempotency_key=two).comment == "first"
    assert [contact.email for contact in Contact.objects.all()] == ["reader@example.org"]


def _present(stored: Stored | None) -> Stored:
    assert stored is not None
    return stored


@pytest.mark.django_db
def test_a_repeat_leaves_no_address_behind() -> None:
    make_site()
    key = "key-one-0000000001"
    store([order(key, email="")])
    (again,) = store([order(key, email="second@example.org")])
    assert _present(again).replayed
    assert not Contact.objects.exists()


@pytest.mark.django_db
def test_a_contact_belongs_to_its_own_report() -> None:
    make_site()
    orders = [
        order(f"key-{number:016}", email=f"r{number}@example.org" if number % 3 else "")
        for number in range(40)
    ]
    store(list(reversed(orders)))
    for report in Report.objects.select_related("contact"):
        number = int(report.idempotency_key[-4:])
        email = report.contact.email if report.contact else ""
        assert email == (f"r{number}@example.org" if number % 3 else "")


@pytest.mark.django_db(transaction=True)
def test_the_same_batches_at_once_from_several_sides_are_stored_once(settings: Any) -> None:
    settings.OPTIONS = present.OPTIONS.model_copy(update={"challenge_reports": 0})
    make_site()
    keys = [f"key-{number:016}" for number in range(60)]
    start, results, errors = threading.Barrier(4), [], []

    def send(turn: int) -> None:
        mine = keys[turn * 15 :] + keys[: turn * 15]
        start.wait()
        try:
            for begin in range(0, 60, 20):
                results.extend(store([order(key) for key in mine[begin : begin + 20]]))
        except Exception as error:  # noqa: BLE001 (looked at below)
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(turn,)) for turn in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    stored = [_present(result) for result in results]
    assert len(stored) == 240
    assert sum(not result.replayed for result in stored) == 60
    assert len({result.pk for result in stored}) == 60
    assert (Report.objects.count(), Contact.objects.count()) == (60, 60)


def test_a_parcel_names_its_site() -> None:
    site = Site(pk=7, languages=["uk"])
    parcel = parcel_of(
        msgspec.structs.replace(DRAFT, language="?"),
        "k" * 16,
        Report.Channel.FORM,
        find_site=lambda _origin: site,
    )
    assert isinstance(parcel, Parcel)
    assert (parcel.row.site_id, parcel.row.language, parcel.row.channel) == (7, "uk", "form")
