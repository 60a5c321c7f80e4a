"""A person writes by every way, is answered, and is erased: nothing is left in tables, files and logs."""

import http.client
import json
import os
import re
import urllib.error
import urllib.parse
import urllib.request
from base64 import b64decode
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from tests.journeys.papers import page_of, served
from tests.journeys.person import (
    BYSTANDER,
    DECLINE,
    DESK,
    EMAIL,
    MARKS,
    NETWORKS,
    OTHER_SPELLING,
    STORY,
    Desk,
    Talkative,
    columns_with_marks,
    files_with_marks,
    lmtp,
    marks_in,
)
from tests.journeys.postbox import open_postbox
from tests.journeys.running import own_database
from tests.journeys.serving import Installation
from tests.mails.making import Part, file, mail, many, text
from tests.mails.parts import PNG


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An installation with a newspaper that can be read, a mail server, and every process that it has."""
    public = tmp_path / "public"
    public.mkdir()
    (public / "story.html").write_text(page_of("story", STORY))
    data = tmp_path / "data"
    with (
        own_database(os.environ.get("DATABASE_URL", "")) as url,
        open_postbox(Talkative()) as postbox,
        served(public, corrigenda="http://localhost:1") as paper,
    ):
        extra = {
            **postbox.settings(),
            "CORRIGENDA_MAILBOX_ADDRESS": DESK,
            "CORRIGENDA_UNDO_SECONDS": "0",
        }
        made = Installation(data, url, extra)
        made.prepare()
        host = paper.removeprefix("http://")
        made.corrigenda(
            "site",
            "add",
            "paper",
            "--name",
            "The Paper",
            "--origin",
            paper,
            "--private-host",
            host,
            "--fetch-host",
            host,
        )
        log = tmp_path / "lmtp.log"
        with made.serve() as server, lmtp(made, log) as port:
            yield Desk(made, server, port, paper, postbox, [server.log, log])


def write_by_every_way(desk: Desk) -> dict[str, str]:
    """Let the person write, and somebody else beside; return the status pages."""
    pages = {
        "widget": desk.report(
            key="marisol-quintanar-zyxqv-1",
            quote={"prefix": "Zyxqv said: "},
            comment="Zyxqv comment, yours Marisol Quintanar",
            suggestion="opened in zyxqv",
            email=EMAIL,
            image="https://paper.example/zyxqv.png",
        ),
        "bystander": desk.report(
            quote={"exact": "leaves at 21:40", "prefix": "The ferry ", "suffix": "."},
            comment="I stood on the quay.",
            email=BYSTANDER,
        ),
        "honeypot": desk.report(comment="Zyxqv pills", email=EMAIL, website="https://zyxqv.example"),
        # Nobody could read this page, so that nothing vouches for its address.
        "unread": desk.report(
            url=f"{desk.paper}/none.html?who=zyxqv",
            quote={"exact": "Zyxqv words", "prefix": "", "suffix": ""},
            email=EMAIL,
        ),
    }
    shown = desk.fill_in(
        quote="Zyxqv typed by hand", concern="other", comment="Marisol Quintanar, zyxqv", email=OTHER_SPELLING
    )
    assert "Zyxqv typed by hand" in shown
    own = text(f"Zyxqv mail about {desk.paper}/story.html\n\n“A ticket costs 4 crowns”\n\nMarisol Quintanar")
    notes = file("zyxqv-notes.txt", b"Zyxqv notes of Marisol Quintanar", "text/plain")
    photo = file("zyxqv.png", PNG, "image/png")
    others = text(f"See {desk.paper}/story.html: “A ticket costs 4 crowns”. So I heard.")
    desk.mail(
        EMAIL,
        mail(
            "own",
            many("multipart/mixed", own, notes, photo),
            subject="Zyxqv subject",
            From=f"Marisol <{EMAIL}>",
        ),
        mail("aside", text("Zyxqv about nothing"), to="x@unknown.example", From=EMAIL),
        # Without a header that could be read, only its beginning says who wrote it.
        f"To whom it concerns: zyxqv\r\nFrm {EMAIL}\r\n\r\nZyxqv".encode(),
    )
    desk.mail(
        EMAIL, mail("aside-2", text("Zyxqv, encrypted"), Content_Type="application/pkcs7-mime", From=EMAIL)
    )
    desk.mail(
        BYSTANDER,
        mail("others", many("multipart/mixed", others, file("photo.png", PNG, "image/png")), From=BYSTANDER),
    )
    return pages


def answer_and_be_answered(desk: Desk) -> None:
    """Let the desk decline everything, one letter be refused, one answered, and one come back."""
    desk.run("work", "--once")
    desk.run("manage", "shell", "-v0", "-c", DECLINE)
    desk.run("work", "--once")
    letters = [letter for to, letter in desk.postbox.mails if to == EMAIL]
    assert len(letters) == 3
    reply_to = str(letters[0]["Reply-To"])
    added = many("multipart/mixed", text("Zyxqv once more"), file("zyxqv2.txt", b"More zyxqv", "text/plain"))
    desk.mail(EMAIL, mail("answer", added, to=reply_to, subject="Re: zyxqv", From=EMAIL), to=reply_to)
    status = Part(
        f"Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; {EMAIL}\r\nAction: failed\r\n"
        "Status: 5.2.2\r\n"
        f"Diagnostic-Code: smtp; 552 <{EMAIL}> zyxqv is full\r\n".encode(),
        "message/delivery-status",
        "7bit",
    )
    copy = Part(
        f"To: {EMAIL}\r\nMessage-ID: {letters[1]['Message-ID']}\r\n\r\nx".encode(), "message/rfc822", "7bit"
    )
    kind = "multipart/report; report-type=delivery-status"
    bounce = many(kind, text(f"I could not reach {EMAIL}, zyxqv."), status, copy)
    desk.mail(
        "", mail("bounce", bounce, subject="Undelivered", From="MAILER-DAEMON@mx.example", Return_Path="<>")
    )
    desk.run("work", "--once")


def trouble_the_server(desk: Desk) -> None:
    """Send what servers write into their logs."""
    assert desk.ask(f"/nothing/{EMAIL}/")[0] == 404
    assert desk.ask(f"/status/{urllib.parse.quote(EMAIL)}/?who=zyxqv")[0] == 404
    assert desk.ask("/", Host="elsewhere.example")[0] == 400
    assert (
        desk.ask("/accounts/login/", b"login=zyxqv", Content_Type="application/x-www-form-urlencoded")[0]
        == 403
    )
    assert desk.ask("/report", b"x" * 70_000)[0] in {403, 413}
    assert desk.ask("/api/reports", b"{", Content_Type="application/json", Idempotency_Key="z" * 20)[0] == 400
    client = urllib.parse.urlsplit(f"http://127.0.0.1:{desk.server.port}")
    with closing(_from("127.0.0.9", client.port or 0)) as connection:
        connection.request("GET", f"/nothing/{EMAIL}")
        assert connection.getresponse().status == 404


def _from(source: str, port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=30, source_address=(source, 0))


def columns_sampled_with_marks(url: str) -> list[tuple[str, str]]:
    """Let PostgreSQL sample its tables, as it does by itself now and then; return where it kept a mark."""
    if not url:
        return []
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ANALYZE")
        return connection.execute(
            "SELECT tablename, attname FROM pg_stats WHERE schemaname = 'public' AND "
            "concat(most_common_vals, histogram_bounds) ~* %s",
            ["|".join(mark.decode() for mark in MARKS)],
        ).fetchall()


def test_a_person_is_exported_and_erased(desk: Desk, tmp_path: Path) -> None:
    pages = write_by_every_way(desk)
    answer_and_be_answered(desk)
    trouble_the_server(desk)
    assert columns_sampled_with_marks(desk.made.url) == []

    # The marks are where this test looks for them, or it would prove nothing.
    full = columns_with_marks(desk)
    assert full >= {
        "corrigenda_contact.email",
        "corrigenda_report.exact",
        "corrigenda_report.prefix",
        "corrigenda_report.suggestion",
        "corrigenda_report.comment",
        "corrigenda_report.url",
        "corrigenda_report.idempotency_key",
        "corrigenda_address.url",
        "corrigenda_mail.text",
        "corrigenda_mail.raw",
        "corrigenda_followup.comment",
        "corrigenda_attachment.name",
        "corrigenda_delivery.problem",
    }
    assert "corrigenda_entry.after" not in full
    written = files_with_marks(desk.made)
    assert any("attachments" in path for path in written)
    assert any("attachments" not in path for path in written), "the database's own"
    history, others = (
        desk.told(),
        {key: row for key, row in desk.rows().items() if "quay" in str(row) or "heard" in str(row)},
    )
    assert len(others) >= 3

    exported = tmp_path / "export.json"
    desk.run("privacy", "export", EMAIL, "--output", str(exported))
    assert exported.stat().st_mode & 0o077 == 0
    check_export(json.loads(exported.read_text()))
    exported.unlink()

    desk.kill_after("erased:", "privacy", "erase", EMAIL, "--yes")
    # Tests beside this one write in other databases of the server, some of them for long.
    said = desk.run("privacy", "erase", "-", "--yes", given=f"{EMAIL}\n", again="run this again")
    assert "mails that were set aside: 3" in said

    assert columns_with_marks(desk) == set()
    assert files_with_marks(desk.made) == set()
    for log in desk.logs:
        content = log.read_bytes()
        assert marks_in(content) == [], f"{log}: {content.decode()}"
        assert [network for network in NETWORKS if network in content] == []
    assert not any(network.decode() in str(row) for row in desk.rows().values() for network in NETWORKS)

    # What others wrote is as it was, the picture that both had sent among it.
    assert {key: desk.rows().get(key) for key in others} == others
    assert len([path for path in (desk.made.data / "attachments").glob("??/*") if path.is_file()]) == 1
    now = desk.told()
    assert {
        case: [line for line in lines if not line.startswith("erased")] for case, lines in now.items()
    } == history
    assert sum(line.startswith("erased") for lines in now.values() for line in lines) == 4
    status, page = desk.ask(pages["widget"])
    assert status == 200
    assert "erased at your wish" in page
    assert "opened in 1931" in page, "the words of the article stay"
    assert "I stood on the quay." in desk.ask(pages["bystander"])[1]
    assert desk.ask(pages["honeypot"])[0] == 404
    # Handed in once more, the same mail is known, and nothing of it comes back.
    desk.mail(EMAIL, mail("aside", text("Zyxqv about nothing"), to="x@unknown.example", From=EMAIL))
    assert columns_with_marks(desk) == set()
    assert desk.server.stop() == 0


def check_export(kept: dict[str, object]) -> None:
    """Everything that the person wrote stands in the export, under names that can be read."""
    written = json.dumps(kept, ensure_ascii=False)
    for words in (
        EMAIL,
        OTHER_SPELLING,
        "Zyxqv comment, yours Marisol Quintanar",
        "opened in zyxqv",
        "Zyxqv said: ",
        "Zyxqv pills",
        "Zyxqv typed by hand",
        "Zyxqv subject",
        "zyxqv-notes.txt",
        "Zyxqv once more",
        "who=zyxqv",
    ):
        assert words in written, words
    files = [b64decode(content) for content in re.findall(r'"content_base64": "([^"]*)"', written)]
    assert b"Zyxqv notes of Marisol Quintanar" in files
    assert PNG in files
    assert sum(b"Zyxqv about nothing" in content for content in files) == 1
    assert "bystander" not in written
    assert "So I heard" not in written
    reports = kept["reports"]
    assert isinstance(reports, list)
    assert len(reports) == 5
    for report in reports:
        assert re.search(r"T.*[+-]\d\d:\d\d$", report["received_at"])
    letters = [report["answer"]["letter"] for report in reports if report["answer"]]
    assert {letter["problem"] for letter in letters} >= {"The mail came back: 5.2.2."}
