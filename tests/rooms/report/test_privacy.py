"""What is kept of a person: found, exported, and erased in pieces that may be cut off anywhere."""

import json
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.db import connection, connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from corrigenda import ledger
from corrigenda.cli import main, privacy
from corrigenda.models import (
    Attachment,
    Case,
    Contact,
    Decision,
    Delivery,
    Entry,
    FollowUp,
    Mail,
    Report,
    Stop,
)
from corrigenda.report import step
from corrigenda.report.mail.attachments import files_in_place, path_of
from corrigenda.report.mail.intake import take_in
from corrigenda.report.mail.plans import Envelope
from corrigenda.report.privacy.erase import erase_person
from corrigenda.report.privacy.files import sweep_files
from corrigenda.report.privacy.mentions import mentions_of
from corrigenda.report.privacy.people import NobodyError, person_of, person_with
from corrigenda.report.privacy.stripping import erase_report
from corrigenda.send import step as send
from corrigenda.send.actions import stop_mail
from tests.mails.making import DESK, file, mail, many, text
from tests.mails.parts import PNG
from tests.mails.world import make_world
from tests.rooms.disclose.making import HTML, make_decided, make_delivery
from tests.rooms.factories import (
    NO_ROW,
    make_article,
    make_case,
    make_member,
    make_report,
    make_revision,
    make_site,
)
from tests.rooms.send.test_step import TAKEN, Scripted

EMAIL = "olena@mail.example"
IMAP = Envelope(Mail.Way.IMAP)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.OPTIONS = settings.OPTIONS.model_copy(update={"data_dir": tmp_path})
    return tmp_path


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what no transaction can hold: the journey shows it."""
    monkeypatch.setattr(privacy, "compact_database", lambda: True)


def run(*arguments: str, given: str = "") -> Result:
    return CliRunner().invoke(main, ["privacy", *arguments], input=given)


def silent(_what: str) -> None:
    """Hear of what was erased."""


def erase(email: str = EMAIL) -> int:
    return erase_person(person_with(email), each=silent)


def write_mails(number: int = 2) -> list[Mail]:
    """Let a person send reports by mail, each with a file."""
    make_world()
    mails = []
    for at in range(number):
        body = many(
            "multipart/mixed",
            text(f"“A ticket costs 4 crowns”, see https://courier.example/night-ferry.html\n\nIt is {at}."),
            file(f"{at}.png", PNG + bytes([at]), "image/png"),
        )
        mails.append(take_in(mail(f"mail-{at}", body), IMAP).mail)
    take_in(mail("aside", text("Is this the bakery?"), to="x@unknown.example"), IMAP)
    step.run()
    return mails


def left() -> dict[str, object]:
    """Return what is there of the person who wrote the mails."""
    return {
        "contacts": Contact.objects.filter(email=EMAIL).count(),
        "comments": Report.objects.filter(channel="mail").exclude(comment="").count(),
        "unmarked": Report.objects.filter(channel="mail", erased_at=None).count(),
        "texts": Mail.objects.exclude(text="").count(),
        "bytes": Mail.objects.exclude(raw=None).count(),
        "attachments": Attachment.objects.count(),
        "notes": Entry.objects.filter(verb="erased").count(),
    }


NOTHING = {"contacts": 0, "comments": 0, "unmarked": 0, "texts": 0, "bytes": 0, "attachments": 0, "notes": 2}


def files(folder: Path) -> list[Path]:
    return [path for path in (folder / "attachments").glob("??/*") if path.is_file()]


class KilledError(BaseException):
    """As if the process had ended here."""


@pytest.mark.parametrize("pieces", [0, 1, 2])
def test_killed_between_any_two_pieces_the_next_run_ends_the_same(folder: Path, pieces: int) -> None:
    write_mails()
    others = list(Report.objects.exclude(channel="mail").order_by("pk").values())
    assert len(files(folder)) == 2
    heard: list[str] = []

    def each(what: str) -> None:
        heard.append(what)
        if len(heard) > pieces:
            raise KilledError

    with pytest.raises(KilledError):
        erase_person(person_with(EMAIL), each=each)
    # The rows of a file are gone before its bytes are.
    assert len(files(folder)) == 2
    assert erase() == 2
    assert left() == NOTHING
    assert files(folder) == []
    before = list(Report.objects.values())
    assert erase() == 0
    assert list(Report.objects.values()) == before
    assert list(Report.objects.exclude(channel="mail").order_by("pk").values()) == others


def test_killed_within_a_piece_all_of_it_is_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    write_mails()
    before = left()

    def die(*args: object, **kwargs: object) -> None:
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(ledger, "note", die)
        with pytest.raises(KilledError):
            erase()
    assert left() == before
    erase()
    assert left() == NOTHING


def test_whoever_left_no_address_is_found_by_the_report() -> None:
    site = make_site()
    case = make_case(
        (article := make_article(site)),
        make_revision(article, HTML),
        exact="31 houses",
        comment="I live there.",
    )
    other = make_report(site, exact="x", comment="Not I.")
    report = case.report
    link = f"https://desk.example/status/{report.token}/"
    for named in (str(report.pk), report.token, link, f" {link} "):
        person = person_of(named)
        assert (person.reports, person.contacts, person.aside) == ([report], [], [])
    for nobody in ("0", str(NO_ROW), "9" * 30, "x", "https://desk.example/status/", "a" * 43):
        with pytest.raises(NobodyError):
            person_of(nobody)
    erase_person(person_of(link), each=silent)
    report.refresh_from_db()
    assert (report.comment, bool(report.erased_at)) == ("", True)
    other.refresh_from_db()
    assert (other.comment, other.erased_at) == ("Not I.", None)


def test_every_spelling_of_a_mailbox_and_no_other_mailbox_is_found() -> None:
    site = make_site()
    ours = [make_report(site, exact="x", email=email) for email in (EMAIL, "Olena+x@MAIL.example")]
    for email in ("o.lena@mail.example", "olena@mail.example.org", "xolena@mail.example"):
        make_report(site, exact="x", email=email)
    # As it was left before addresses had digests.
    Contact.objects.filter(report=ours[1]).update(digest="")
    assert person_with("OLENA@mail.example ").reports == ours


def test_a_mail_of_parts_within_parts_stops_no_search() -> None:
    parts = "".join(
        f'--b{level}\r\nContent-Type: multipart/mixed; boundary="b{level + 1}"\r\n\r\n'
        for level in range(1000)
    )
    head = f'From: {EMAIL}\r\nContent-Type: multipart/mixed; boundary="b0"\r\n\r\n'
    nested = Mail.objects.create(
        key="nested", way=Mail.Way.LMTP, outcome=Mail.Outcome.ASIDE, raw=(head + parts).encode()
    )
    assert person_with(EMAIL).aside == [nested]


def test_what_was_set_aside_is_told_by_its_sender() -> None:
    make_world()
    raws = [
        mail("one", text("x"), to="x@unknown.example", From=f"Olena <{EMAIL.upper()}>"),
        mail("two", text("x"), to="x@unknown.example", From="a@b.example", Reply_To=EMAIL, Return_Path=""),
        b"no header, but olena@MAIL.example in it",
        mail("three", text(f"{EMAIL} is wrong"), to="x@unknown.example", From="a@b.example", Return_Path=""),
    ]
    mails = [take_in(raw, IMAP).mail for raw in raws]
    assert {row.outcome for row in mails} == {Mail.Outcome.ASIDE}
    assert person_with(EMAIL).aside == mails[:3]
    erase()
    kept = Mail.objects.get(outcome=Mail.Outcome.ASIDE)
    assert kept == mails[3]
    # The keys stay: what is fetched again is not kept again.
    assert [take_in(raw, IMAP).is_repeat for raw in raws] == [True] * 4
    assert Mail.objects.filter(outcome=Mail.Outcome.GONE, raw=None).count() == 3
    assert [(found.table, found.field) for found in mentions_of([EMAIL])] == [("corrigenda_mail", "raw")]


def test_a_report_without_a_case_goes_whole() -> None:
    site = make_site()
    held = make_report(site, exact="x", email=EMAIL, held="spam", comment="Olena")
    row = Mail.objects.create(key="k" * 64, way="imap", outcome="report", report=held, text="Olena")
    FollowUp.objects.create(report=held, mail=row, comment="Olena")
    erase()
    assert not Report.objects.exists()
    assert not Contact.objects.exists()
    assert not FollowUp.objects.exists()
    row.refresh_from_db()
    assert (row.report, row.text, bool(row.emptied_at)) == (None, "", True)


def test_a_letter_on_its_way_is_given_up_and_the_desk_and_the_reader_are_told(client: Client) -> None:
    decision = make_decided(outcome=Decision.Outcome.DECLINE, email=EMAIL, report={"comment": "Olena"})
    letter = make_delivery(decision)
    erase()
    out = Scripted(TAKEN)
    assert send.run(out=out) == 1
    assert out.letters == []
    letter.refresh_from_db()
    assert letter.reason == Delivery.Reason.ERASED
    page = client.get(reverse("disclose:status", args=[decision.case.report.token])).content.decode()
    assert "What you wrote was erased at your wish" in page
    assert "Your address was deleted before the answer was sent" in page
    client.force_login(make_member("anna"))
    desk = client.get(f"/desk/cases/{decision.case_id}/").content.decode()
    assert "erased at the reader’s wish on" in desk
    assert "the address has been deleted" in desk
    assert desk.count("What the reader wrote was erased at the reader’s wish") == 2  # the report, the history
    assert "Olena" not in page + desk


def test_the_desk_says_of_mails_that_they_are_gone(client: Client) -> None:
    (row,) = write_mails(1)
    answer = mail("answer", text("And the year?"), to=DESK, In_Reply_To="<letter-0@courier.example>")
    added = take_in(answer, IMAP).mail
    assert added.outcome == Mail.Outcome.FOLLOW_UP
    report = Report.objects.get(mails=row)
    for number in (report.pk, FollowUp.objects.get().report_id):
        erase_report(number, at=timezone.now())
    client.force_login(make_member("anna"))
    for case in (report.case_id, FollowUp.objects.get().report.case_id):
        panel = client.get(f"/desk/cases/{case}/mail/").content.decode()
        assert "What it held has been deleted." in panel
    assert "Nobody has answered a letter yet." in client.get("/desk/mail/").content.decode()


def test_sweeping_waits_for_a_mail_that_is_being_taken_in(folder: Path) -> None:
    path = path_of("ab" * 32)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"its row is not there yet")
    (path.parent / "draft.0011").write_bytes(b"of a process that was killed")
    done: list[int] = []
    sweeping = threading.Thread(target=lambda: done.append(_swept()))
    with files_in_place():
        sweeping.start()
        sweeping.join(0.3)
        assert done == []
        assert path.exists()
    sweeping.join(20)
    assert done == [2]
    assert files(folder) == []


def _swept() -> int:
    """Sweep in a thread that sees no row: the one of this test is in no transaction of its own."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Attachment.objects, "filter", lambda **_wanted: Attachment.objects.none())
        return sweep_files()


def test_a_file_that_another_row_names_stays(folder: Path) -> None:
    first, second = write_mails()
    shared = Attachment.objects.get(mail=first)
    Attachment.objects.filter(mail=second).update(digest=shared.digest)
    assert first.report_id is not None
    erase_report(first.report_id, at=timezone.now())
    assert sweep_files() == 1
    assert files(folder) == [path_of(shared.digest)]


def test_what_others_typed_is_named_and_left(commands: None) -> None:
    decision = make_decided(
        outcome=Decision.Outcome.DECLINE, email=EMAIL, message=f"Dear Olena, we wrote to {EMAIL.title()}."
    )
    done = run("erase", EMAIL, "--yes")
    assert done.exit_code == 0
    assert f"corrigenda_decision {decision.pk}: message" in done.output
    decision.refresh_from_db()
    assert EMAIL.title() in decision.message


def test_the_command_asks_first_and_a_dry_run_changes_nothing(commands: None) -> None:
    write_mails()
    before = left()
    dry = run("erase", EMAIL, "--dry-run")
    assert "reports: 2" in dry.output
    assert "mails that were set aside: 1" in dry.output
    assert "corrigenda_contact" in dry.output
    no = run("erase", EMAIL, given="n\n")
    assert (dry.exit_code, no.exit_code) == (0, 1)
    assert "cannot be undone" in no.output
    assert left() == before
    yes = run("erase", EMAIL, given="y\n")
    assert yes.exit_code == 0
    assert "2 files deleted" in yes.output
    assert left() == NOTHING
    again = run("erase", EMAIL, "--yes")
    assert again.exit_code == 0
    assert "Nothing is kept under this address." in again.output


@pytest.mark.parametrize(
    "arguments",
    [("erase",), ("erase", EMAIL, "--report", "1"), ("export", "olena"), ("export", "--report", str(NO_ROW))],
)
def test_what_is_not_understood_changes_nothing_and_says_so(arguments: tuple[str, ...]) -> None:
    write_mails(1)
    before = left()
    done = run(*arguments)
    assert done.exit_code in {1, 2}
    assert "Error" in done.output
    assert left() == before


@pytest.mark.parametrize("named", [str(NO_ROW), "seven", "https://desk.example/status/" + 43 * "x"])
def test_who_names_no_report_is_told_what_is_wanted(named: str) -> None:
    said = run("export", "--report", named).output
    assert "/status/" in said
    assert "number of the report, which is not that of its case" in said


def test_an_export_names_everything_and_who_wants_no_mail(settings: Settings) -> None:
    settings.TIME_ZONE = "Europe/Kyiv"
    (row,) = write_mails(1)
    person = person_with(EMAIL)
    stop_mail(digest=person.contacts[0].digest)
    Report.objects.filter(mails=row).update(
        created_at=timezone.now() - timedelta(days=1), image="https://a/b"
    )
    done = run("export", EMAIL)
    assert done.exit_code == 0
    kept = json.loads(done.output)
    (report,) = kept["reports"]
    assert kept["addresses"][0]["address"] == EMAIL
    assert kept["wants_no_mail_since"] is not None
    assert Stop.objects.get().digest not in done.output
    assert report["mails"][0]["files"][0]["name"] == "0.png"
    assert report["image_address"] == "https://a/b"
    assert report["status_page"].endswith(f"/status/{Report.objects.get(mails=row).token}/")
    assert len(kept["mails_set_aside"]) == 1
    columns = {field.name for field in Report._meta.concrete_fields}
    # A new column of reports must find its way into the export, or be named here.
    told = {
        "token": "status_page",
        "idempotency_key": "idempotency_key",
        "site": "publication",
        "case": "case",
        "channel": "came_by",
        "url": "article_address",
        "language": "language",
        "concern": "concern",
        "part": "part_of_the_page",
        "image": "image_address",
        "exact": "quoted_words",
        "prefix": "words_before",
        "suffix": "words_after",
        "position": "position",
        "suggestion": "suggested_wording",
        "comment": "comment",
        "doubts": "doubts",
        "held": "held_as",
        "contact": "address_left",
        "erased_at": "erased_at",
        "expired_at": "expired_at",
        "created_at": "received_at",
        "id": "number",
    }
    assert columns == told.keys()
    assert set(told.values()) <= report.keys()


def test_a_case_that_is_opened_at_the_same_time_keeps_its_report(committed_db: None) -> None:
    """Erasing waits for the worker that has the report in hand, and sees what that has done."""
    report = make_report(make_site(), exact="words")
    begun = threading.Event()

    def erase_it() -> None:
        begun.set()
        try:
            erase_report(report.pk, at=timezone.now())
        finally:
            connections.close_all()

    thread = threading.Thread(target=erase_it)
    with transaction.atomic():
        taken = Report.objects.select_for_update().get(pk=report.pk)
        thread.start()
        assert begun.wait(60)
        time.sleep(1)  # pause: nothing tells when a statement of another connection waits for a lock
        taken.case = ledger.open_case(site=taken.site, by=ledger.Actor("report"), rows={"report": taken.pk})
        taken.save(update_fields=["case"])
    thread.join(60)
    report.refresh_from_db()
    assert (report.case, report.erased_at is not None) == (Case.objects.get(), True)
    connection.close()
