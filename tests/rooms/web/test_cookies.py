"""Cookies whose reading costs more than their length are left out before anybody asks for one."""

import pytest
from django.test import Client

from corrigenda.web.sizes import MOST_COOKIE, worth_reading

SLOW = '"' + "\\" * 3000 + '"'


def test_quoted_cookies_that_are_not_ours_are_left_out() -> None:
    assert worth_reading(f"a={SLOW}; sessionid=x; amessages={SLOW}") == " sessionid=x"


def test_one_quoted_cookie_of_ours_is_read_at_most() -> None:
    """Python 3.11 takes a time that grows with the square of the backslashes in each of them."""
    many = ";".join(f"messages={SLOW}" for _ in range(16)) + f'; messages={SLOW[:-2]}"'
    assert worth_reading(many).count("messages=") == 1


def test_a_cookie_that_no_browser_keeps_is_left_out() -> None:
    assert worth_reading(f"a={'x' * MOST_COOKIE}; b=1") == " b=1"


@pytest.mark.django_db
def test_a_page_is_shown_whatever_the_cookies_are(client: Client) -> None:
    answer = client.get("/", headers={"cookie": f"a={SLOW}; messages={SLOW}"})
    assert answer.status_code == 200
