"""Pulling the plug: the worker is killed after its effects in turn, started again, and ends the same."""

import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.journeys.papers import served
from tests.journeys.postbox import Postbox, open_postbox
from tests.journeys.running import own_database
from tests.migrated import lay_tables

# Each kills and restarts the worker up to sixty times: minutes on a busy machine.
pytestmark = pytest.mark.timeout(1200)

STEP = 24 if os.environ.get("DATABASE_URL") else 12
"""`make test` kills after every twelfth effect, on PostgreSQL after every 24th; `make long` after each."""
every = pytest.mark.parametrize("step", [STEP, pytest.param(1, marks=pytest.mark.long)], ids=["some", "each"])

QUOTE = "Lantern Quay at low water"
STORY = "eastern-mole-rebuild"
WORDING = "Lantern Quay at high water"
READERS = ("first@reader.example", "second@reader.example")

# Rows are told apart by their rank: PostgreSQL gives no number again that a killed transaction had taken.
RANK = "(SELECT count(*) FROM corrigenda_{table} ranked WHERE ranked.id <= {column})"
CASE = RANK.format(table="case", column="case_id")
REPLY = RANK.format(table="reply", column="reply_id")
REPORT = RANK.format(table="report", column="report_id")
SOURCE = RANK.format(table="case", column="source_id")
TARGET = RANK.format(table="case", column="target_id")
FACTS = {
    "cases": "SELECT state, count(*) FROM corrigenda_case GROUP BY state ORDER BY state",
    "entries": (
        f"SELECT {CASE}, room, verb, old_state, new_state, before, after FROM corrigenda_entry"
        " ORDER BY case_id, id"
    ),
    "passages": f"SELECT {CASE}, start, kind FROM corrigenda_passage ORDER BY case_id, revision_id",
    "revisions": "SELECT number, digest FROM corrigenda_revision ORDER BY number",
    "merges": f"SELECT {SOURCE}, {TARGET} FROM corrigenda_merge ORDER BY source_id",
    "fixes": f"SELECT {CASE}, status, before_digest, after_digest FROM corrigenda_fix",
    "notices": f"SELECT {CASE}, status, kind, text FROM corrigenda_notice",
    "replies": f"SELECT {REPORT} FROM corrigenda_reply ORDER BY report_id",
    "delivered": (
        f"SELECT {REPLY} FROM corrigenda_delivery WHERE delivered_at IS NOT NULL ORDER BY reply_id"
    ),
    "undelivered": f"SELECT {REPLY} FROM corrigenda_delivery WHERE delivered_at IS NULL",
    "kept": (
        "SELECT exact, comment, contact_id IS NULL, expired_at IS NULL FROM corrigenda_report ORDER BY id"
    ),
    "cleared": f"SELECT {REPORT}, cleared_at IS NULL FROM corrigenda_reply ORDER BY report_id",
    "contacts": "SELECT count(*) FROM corrigenda_contact",
    "words": "SELECT text FROM corrigenda_revision ORDER BY number",
}


@dataclass
class Workshop:
    """An installation that can be put back to a saved moment, and a worker that can be killed in it."""

    data: Path
    url: str
    environment: dict[str, str]
    postbox: Postbox
    worker: subprocess.Popen[str] | None = None
    effects: list[str] = field(default_factory=list)

    def corrigenda(self, *arguments: str, module: str = "corrigenda") -> str:
        command = [sys.executable, "-m", module, *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def change(self, statement: str) -> None:
        """Change rows as time or a reader would."""
        with self._connection() as connection:
            connection.execute(statement)
            connection.commit()

    def save(self, name: str) -> None:
        """Keep the database and the newspaper as they stand."""
        self.rest()
        shutil.copytree(self.data, self.data.parent / name, dirs_exist_ok=True)
        if self.url:
            self._sql("CREATE DATABASE {} TEMPLATE {}", f"{self._name}_{name}", self._name)

    def restore(self, name: str) -> None:
        """Put both back, and empty the postbox."""
        shutil.rmtree(self.data)
        shutil.copytree(self.data.parent / name, self.data)
        if self.url:
            self._sql("DROP DATABASE {} WITH (FORCE)", self._name)
            self._sql("CREATE DATABASE {} TEMPLATE {}", self._name, f"{self._name}_{name}")
        self.postbox.mails.clear()

    def forget(self, *names: str) -> None:
        """Drop the saved databases."""
        for name in names if self.url else ():
            self._sql("DROP DATABASE IF EXISTS {}", f"{self._name}_{name}")

    def work(self, *, kill_after: int = 0) -> dict[str, Any]:
        """Run the worker until it has nothing left to do, or has died after so many effects."""
        if self.worker is None:
            self.worker = subprocess.Popen(
                [sys.executable, "-m", "tests.journeys.killed"],
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert self.worker.stdin is not None
        assert self.worker.stdout is not None
        self.worker.stdin.write(f"{kill_after}\n")
        self.worker.stdin.flush()
        answer: dict[str, Any] = json.loads(self.worker.stdout.readline())
        return answer

    def rest(self) -> None:
        """End the process that forks workers."""
        if self.worker is not None:
            assert self.worker.stdin is not None
            assert self.worker.stdout is not None
            self.worker.stdin.close()
            self.worker.wait(20)
            self.worker.stdout.close()
            self.worker = None

    def facts(self) -> dict[str, Any]:
        """Everything that must be the same in the end: rows, files, mails."""
        with self._connection() as connection:
            found: dict[str, Any] = {
                name: [tuple(row) for row in connection.execute(query).fetchall()]
                for name, query in FACTS.items()
            }
        for folder in ("source", "public"):
            page = self.data / "newspaper" / folder / f"{STORY}.html"
            found[folder] = hashlib.sha256(_without_times(page.read_text()).encode()).hexdigest()
        found["mails"] = sorted(
            {(to, _without_times(str(mail.get_payload()))) for to, mail in self.postbox.mails}
        )
        return found

    def message_ids(self) -> dict[str, list[str]]:
        """The Message-ID of every mail that was taken, by recipient."""
        ids: dict[str, list[str]] = {}
        for to, mail in self.postbox.mails:
            ids.setdefault(to, []).append(str(mail["Message-ID"]))
        return ids

    @property
    def _name(self) -> str:
        return self.url.rsplit("/", 1)[1]

    def _sql(self, statement: str, *names: str) -> None:
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        if self.url:
            with psycopg.connect(self.url) as connection:
                yield connection
        else:
            with closing(sqlite3.connect(self.data / "corrigenda.sqlite3")) as file:
                yield file


def _without_times(text: str) -> str:
    """Leave out what differs from one run to the next: times, and row numbers (PostgreSQL skips some)."""
    text = re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found.group(1), 16)), text)
    text = re.sub(r'datetime="[^"]*"|\d{4}-\d\d-\d\dT[\d:.+]*', "", text)
    text = re.sub(r"\d{4}-\d\d-\d\d|\d{1,2} \w+ \d{4}|\d{1,2}:\d\d(:\d\d)?", "", text)
    return re.sub(r"correction-\d+|/harbour-courier/\d+/", "", text)


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    data = tmp_path_factory.mktemp("killed") / "data"
    with (
        open_postbox() as postbox,
        served(data / "newspaper/public", corrigenda="http://127.0.0.1:9") as newspaper,
        own_database(os.environ.get("DATABASE_URL", "")) as url,
    ):
        clean = {key: value for key, value in os.environ.items() if not key.startswith("CORRIGENDA_")}
        environment = {
            **clean,
            **postbox.settings(),
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "corrigenda.config.settings",
            "CORRIGENDA_DATA_DIR": str(data),
            "CORRIGENDA_UNDO_SECONDS": "0",
            "CORRIGENDA_DEMO_PASSWORD": "a long enough passphrase",
        }
        shop = Workshop(data=data, url=url, environment=environment, postbox=postbox)
        lay_tables(data, url)
        shop.corrigenda("demo-load", "--empty", "--newspaper", newspaper)
        for reader in READERS:
            address = f"{newspaper}/{STORY}.html?utm_source=mail"
            shop.corrigenda("report", address, "--quote", QUOTE, "--suggestion", WORDING, "--email", reader)
        shop.save("reported")
        yield shop
        shop.rest()
        shop.forget("reported", "decided")


def points(effects: list[str], *, step: int, start: int) -> list[int]:
    """Choose after which effects to kill: every so many, and the first of each file, mail and search."""
    outside = {effects.index(name) + 1 for name in effects if name.startswith(("file", "mail", "search"))}
    return sorted(outside | set(range(start, len(effects) + 1, step)))


def survive_kills(shop: Workshop, moment: str, step: int) -> dict[str, Any]:
    """Kill the worker after effects in turn, restart it, and compare the end with that of a quiet run."""
    shop.restore(moment)
    effects = shop.work()["effects"]
    assert len(effects) > 8, "the worker did next to nothing"
    quiet = shop.facts()
    for number in points(effects, step=step, start=min(step, 2 if shop.url else 1)):
        shop.restore(moment)
        first = shop.work(kill_after=number)
        assert first["killed"], f"the worker ended before effect {number}"
        last = first["effects"][-1]
        shop.work()
        assert shop.facts() == quiet, f"killed after effect {number}, {last}: another end"
        for to, ids in shop.message_ids().items():
            assert len(set(ids)) == 1, f"killed after {last}: mails to {to} under {ids}"
        shop.effects.append(last)
    return quiet


@every
def test_killed_before_the_decision(workshop: Workshop, step: int) -> None:
    end = survive_kills(workshop, "reported", step)
    assert end["cases"] == [("located", 1), ("merged", 1)]
    assert len(end["revisions"]) == 1
    assert len(end["merges"]) == 1


def decided(shop: Workshop, outcome: str, wording: str) -> None:
    """Bring the installation to the moment after an editor's decision, and save it."""
    shop.restore("reported")
    shop.work()
    shop.rest()
    shop.corrigenda("demo", outcome, wording, module="tests.journeys.deciding")
    shop.forget("decided")
    shutil.rmtree(shop.data.parent / "decided", ignore_errors=True)
    shop.save("decided")


@every
def test_killed_while_a_fix_is_made(workshop: Workshop, step: int) -> None:
    decided(workshop, "accept", WORDING)
    workshop.effects.clear()
    end = survive_kills(workshop, "decided", step)
    assert end["cases"] == [("closed", 1), ("merged", 1)]
    assert [status for _, status, *_ in end["fixes"]] == ["live"]
    assert [status for _, status, *_ in end["notices"]] == ["published"]
    assert len(end["replies"]) == len(end["delivered"]) == len(READERS)
    assert end["undelivered"] == []
    assert {to for to, _ in end["mails"]} == set(READERS)
    assert any(name.startswith("file") for name in workshop.effects)
    assert any(name.startswith("mail") for name in workshop.effects)
    page = (workshop.data / "newspaper/public" / f"{STORY}.html").read_text()
    assert len(re.findall(r'<p id="correction-\d+"', page)) == 1
    assert WORDING.split()[-2] in page


@every
def test_killed_while_a_note_is_published(workshop: Workshop, step: int) -> None:
    decided(workshop, "note", "The picture was drawn from memory.")
    end = survive_kills(workshop, "decided", step)
    assert end["cases"] == [("closed", 1), ("merged", 1)]
    assert end["fixes"] == []
    assert [status for _, status, *_ in end["notices"]] == ["published"]


@every
def test_killed_while_readers_are_answered(workshop: Workshop, step: int) -> None:
    decided(workshop, "decline", "")
    end = survive_kills(workshop, "decided", step)
    assert end["cases"] == [("closed", 1), ("merged", 1)]
    assert end["notices"] == []
    assert len(end["delivered"]) == len(READERS)


@every
def test_killed_while_words_are_searched_in_a_newer_text(workshop: Workshop, step: int) -> None:
    """The article changes in front of the words, so that they have to be carried along."""
    workshop.restore("reported")
    workshop.work()
    workshop.rest()
    for folder in ("source", "public"):
        page = workshop.data / "newspaper" / folder / f"{STORY}.html"
        page.write_text(page.read_text().replace(QUOTE, f"the old {QUOTE}"))
    workshop.change("UPDATE corrigenda_article SET reading_asked_at = CURRENT_TIMESTAMP")
    workshop.save("edited")
    workshop.effects.clear()
    end = survive_kills(workshop, "edited", step)
    workshop.rest()
    workshop.forget("edited")
    assert "search carry_through" in workshop.effects
    assert len(end["revisions"]) == 2
    assert end["cases"] == [("located", 1), ("merged", 1)]


@every
def test_killed_while_readers_are_forgotten(workshop: Workshop, step: int) -> None:
    decided(workshop, "decline", "")
    workshop.work()
    workshop.rest()
    workshop.change("UPDATE corrigenda_reply SET created_at = '2001-01-01 00:00:00+00:00'")
    workshop.save("answered")
    workshop.effects.clear()
    end = survive_kills(workshop, "answered", step)
    workshop.rest()
    workshop.forget("answered")
    assert "search published_of" in workshop.effects
    assert end["kept"] == [(QUOTE, "", True, False)] * len(READERS)
    assert all(not is_waiting for _, is_waiting in end["cleared"])
    assert end["contacts"] == [(0,)]


def test_a_mail_repeated_after_a_kill_has_the_same_message_id(workshop: Workshop) -> None:
    decided(workshop, "accept", WORDING)
    effects = workshop.work()["effects"]
    mail = next(number for number, name in enumerate(effects, 1) if name.startswith("mail"))
    workshop.restore("decided")
    assert workshop.work(kill_after=mail)["killed"]
    taken = len(workshop.postbox.mails)
    workshop.work()
    ids = workshop.message_ids()
    assert taken >= 1
    assert len(workshop.postbox.mails) == len(READERS) + 1, (
        "the kill between the 250 and the commit repeats one mail"
    )
    assert sorted(len(repeated) for repeated in ids.values()) == [1, 2]
    assert all(len(set(repeated)) == 1 for repeated in ids.values())
