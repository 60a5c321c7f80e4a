"""Browsers that sign in, and time that goes by for their sessions."""

from datetime import timedelta

from django.db.models import F
from django.test import Client

from corrigenda.models import DeskSession
from tests.rooms.accounts.guessing import PASSWORD
from tests.rooms.accounts.test_agents import FIREFOX

DESK = "/desk/sessions/"


def browser_of(
    login: str = "ed", *, kept: bool = False, agent: str = FIREFOX, peer: str = "198.51.100.7"
) -> Client:
    """A browser that has signed in through the form."""
    browser = Client(headers={"user-agent": agent}, REMOTE_ADDR=peer)
    data = {"login": login, "password": PASSWORD, **({"remember": "on"} if kept else {})}
    assert browser.post("/accounts/login/", data).status_code == 302
    return browser


def is_in(browser: Client) -> bool:
    """Whether a browser is signed in; asking is activity."""
    return browser.get(DESK).status_code == 200


def row_of(browser: Client) -> DeskSession:
    """The row of a browser's session."""
    return DeskSession.objects.get(session_key=browser.cookies["sessionid"].value)


def pass_time(time: timedelta) -> None:
    """Move every session into the past, as if so much time had gone by."""
    DeskSession.objects.update(
        begun_at=F("begun_at") - time, active_at=F("active_at") - time, expire_date=F("expire_date") - time
    )
