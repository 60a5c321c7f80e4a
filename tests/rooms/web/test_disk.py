"""The disk that must have room for reports: when it is looked at, and what is said of it."""

import logging
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as present
from django.db import connection
from django.test import Client

from corrigenda.web.disk import LOOK_SECONDS, Disk, free_bytes

MORE_THAN_ANY = 10**18


def require(settings: Any, least: int) -> None:
    """Ask that the disk have so many bytes free."""
    settings.OPTIONS = present.OPTIONS.model_copy(update={"report_free_bytes": least})


class Clock:
    """A clock that stops until it is set."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_it_is_looked_at_ten_times_a_second(settings: Any) -> None:
    clock = Clock()
    disk = Disk(clock=clock)
    require(settings, 1)
    assert not disk.is_full()
    require(settings, MORE_THAN_ANY)
    clock.now += LOOK_SECONDS - 0.01
    assert not disk.is_full()
    clock.now += 0.01
    assert disk.is_full()
    require(settings, 0)
    assert disk.is_full()
    clock.now += LOOK_SECONDS
    assert not disk.is_full(), "0 asks for nothing"


def test_each_change_is_a_line_of_the_log(settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    disk = Disk(clock=clock)
    with caplog.at_level(logging.INFO):
        for least in (1, MORE_THAN_ANY, MORE_THAN_ANY, 1, 1):
            require(settings, least)
            disk.is_full()
            clock.now += LOOK_SECONDS
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 2
    assert "CORRIGENDA_REPORT_FREE_BYTES" in said[0]
    assert "room for reports again" in said[1]


@pytest.mark.django_db
def test_the_file_of_sqlite_is_looked_at_where_it_is(settings: Any, tmp_path: Path) -> None:
    assert free_bytes() > 0
    settings.OPTIONS = present.OPTIONS.model_copy(update={"data_dir": tmp_path / "gone"})
    with pytest.raises(OSError, match="gone"):
        free_bytes()
    settings.OPTIONS = present.OPTIONS.model_copy(update={"data_dir": tmp_path})
    if connection.vendor != "sqlite":
        assert free_bytes() > 0
        return
    known = connection.settings_dict["NAME"]
    try:
        connection.settings_dict["NAME"] = str(tmp_path / "elsewhere" / "corrigenda.sqlite3")
        with pytest.raises(OSError, match="elsewhere"):
            free_bytes()
    finally:
        connection.settings_dict["NAME"] = known


def test_a_disk_that_cannot_be_looked_at_refuses_nothing(settings: Any, tmp_path: Path) -> None:
    changes = {"data_dir": tmp_path / "gone", "report_free_bytes": MORE_THAN_ANY}
    settings.OPTIONS = present.OPTIONS.model_copy(update=changes)
    assert not Disk().is_full()


@pytest.mark.django_db
def test_readiness_warns_and_the_desk_stays_in_service(settings: Any) -> None:
    require(settings, MORE_THAN_ANY)
    answer = Client().get("/readyz")
    assert answer.status_code == 200
    found = answer.json()["checks"]["disk"]
    assert found["state"] == "warning"
    assert "CORRIGENDA_REPORT_FREE_BYTES" in found["detail"]
    assert not any(sign.isdigit() for sign in found["detail"].replace("503", ""))
