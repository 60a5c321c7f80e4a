"""Members hear of a sign-in from a new browser and of a new password: by mail, or at the desk."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from corrigenda.accounts import actions, alerts, step
from corrigenda.accounts.letters import write_alert
from corrigenda.connectors.mail import Answer, Letter, Outcome, bytes_of, message_of
from corrigenda.models import Alert, Member
from tests.rooms.accounts.browsing import browser_of
from tests.rooms.accounts.guessing import PASSWORD, WRONG, attempt
from tests.rooms.accounts.test_agents import CHROME
from tests.rooms.factories import make_member

pytestmark = pytest.mark.django_db

OTHER = "another long passphrase"
FORM = {"oldpassword": PASSWORD, "password1": OTHER, "password2": OTHER}


class Post:
    """A mail server that gives the same answer to each mail, and keeps them."""

    is_ready = True

    def __init__(self, outcome: Outcome = Outcome.TAKEN) -> None:
        self.answer = Answer(outcome, "" if outcome == Outcome.TAKEN else "451 later")
        self.got: list[Letter] = []

    def send(self, letter: Letter) -> Answer:
        """Keep the mail."""
        self.got.append(letter)
        return self.answer


@pytest.fixture
def _mail(settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.example"
    settings.DEFAULT_FROM_EMAIL = "Desk <desk@courier.example>"
    settings.PUBLIC_URL = "https://desk.example"


def shown(browser: Client) -> str:
    """What the desk says of the account in this browser."""
    return browser.get("/desk/alerts/", headers={"hx-request": "true"}).content.decode().strip()


@pytest.mark.usefixtures("_mail")
def test_a_new_browser_is_mailed_once_and_a_known_one_is_not() -> None:
    make_member()
    browser = browser_of(agent=CHROME)
    browser.post("/accounts/logout/")
    browser.post("/accounts/login/", {"login": "ed", "password": PASSWORD})
    attempt("ed", WRONG)
    post = Post()
    assert step.run(out=post) == 1
    assert step.run(out=post) == 0
    (letter,) = post.got
    assert letter.recipient == "ed@courier.example"
    assert "Chrome on Windows" in letter.body
    assert "Account: ed" in letter.body
    assert "UTC (UTC+00:00)" in letter.body
    assert "https://desk.example/desk/sessions/" in letter.body
    assert "198.51.100" not in letter.body
    assert letter.message_id.endswith("@courier.example>")
    assert b"Auto-Submitted: auto-generated" in bytes_of(message_of(letter))


@pytest.mark.usefixtures("_mail")
@pytest.mark.parametrize("by", ["page", "shell"])
def test_a_new_password_is_mailed(by: str) -> None:
    member = make_member()
    browser = browser_of()
    Alert.objects.all().delete()
    if by == "page":
        browser.post("/accounts/password/change/", FORM)
    else:
        actions.set_password(member=member, password=OTHER)
    post = Post()
    assert step.run(out=post) == 1
    (letter,) = post.got
    assert "password" in letter.subject
    assert ("Firefox on Linux" in letter.body) == (by == "page")
    assert ("on the server" in letter.body) == (by == "shell")


@pytest.mark.usefixtures("_mail")
def test_the_mail_is_in_the_language_of_the_desk(settings: Settings) -> None:
    make_member()
    browser_of()
    settings.LANGUAGE_CODE = "uk"
    letter = write_alert(Alert.objects.get())
    assert letter.language == "uk"
    assert "Firefox" in letter.body
    assert "браузер" in letter.subject
    settings.LANGUAGE_CODE = "de"
    assert write_alert(Alert.objects.get()).language == "en"


@pytest.mark.usefixtures("_mail")
def test_a_repeat_is_the_same_mail_with_the_same_id() -> None:
    make_member()
    browser_of()
    slow, fast = Post(Outcome.LATER), Post()
    assert step.run(out=slow) == 0
    assert step.run(out=slow) == 0  # it waits for the first pause
    assert len(slow.got) == 1
    Alert.objects.update(next_attempt_at=timezone.now())
    assert step.run(out=fast) == 1
    assert [bytes_of(message_of(one)) for one in slow.got] == [bytes_of(message_of(one)) for one in fast.got]
    assert Alert.objects.get().attempts == 2


@pytest.mark.usefixtures("_mail")
def test_a_worker_that_was_killed_while_sending_leaves_the_mail_to_the_next() -> None:
    make_member()
    browser_of()

    class Killed(Post):
        def send(self, letter: Letter) -> Answer:
            super().send(letter)
            raise KeyboardInterrupt

    killed, post = Killed(), Post()
    with pytest.raises(KeyboardInterrupt):
        step.run(out=killed)
    assert step.run(out=post) == 0  # another worker leaves it alone for the pause
    Alert.objects.update(next_attempt_at=timezone.now())
    assert step.run(out=post) == 1
    assert killed.got[0].message_id == post.got[0].message_id


@pytest.mark.usefixtures("_mail")
@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.LATER])
def test_what_no_server_takes_is_shown_at_the_desk(outcome: Outcome) -> None:
    make_member()
    here = browser_of()
    browser_of(agent=CHROME)
    Alert.objects.filter(browser="Firefox").delete()
    Alert.objects.update(at=F("at") - step.PATIENCE - timedelta(hours=1))
    assert step.run(out=Post(outcome)) == 1
    assert Alert.objects.get().abandoned_at is not None
    assert "Chrome on Windows" in shown(here)


@pytest.mark.usefixtures("_mail")
def test_a_member_is_not_flooded() -> None:
    make_member()
    make_member("al")
    for _ in range(alerts.MOST_MAILS + 3):
        browser_of()
    browser_of("al")
    post = Post()
    step.run(out=post)
    assert [one.recipient for one in post.got].count("ed@courier.example") == alerts.MOST_MAILS
    assert [one.recipient for one in post.got].count("al@courier.example") == 1
    # A new password is told all the same.
    actions.set_password(member=Member.objects.get(username="ed"), password=OTHER)
    step.run(out=post)
    assert "password" in post.got[-1].subject
    Alert.objects.update(at=F("at") - alerts.DAY)
    actions.set_password(member=Member.objects.get(username="ed"), password=PASSWORD)
    browser_of()
    assert Alert.objects.first().is_mailed  # type: ignore[union-attr]  # the newest one


def test_without_mail_the_desk_says_it_until_it_was_seen() -> None:
    make_member()
    here = browser_of()
    assert shown(here) == ""  # not in the browser that it is about
    browser_of(agent=CHROME)
    said = shown(here)
    assert "A new browser signed in to your account, Chrome on Windows:" in said
    assert "UTC</time>" in said
    assert 'id="alerts"' in here.get("/desk/sessions/").content.decode()
    upto = Alert.objects.latest("id").pk
    answer = here.post("/desk/alerts/seen/", {"upto": upto}, headers={"hx-request": "true"})
    assert answer.content.decode().strip() == ""
    assert shown(here) == ""


def test_the_browser_that_an_alert_is_about_cannot_hide_it() -> None:
    make_member()
    here, thief = browser_of(), browser_of(agent=CHROME)
    thief.post("/desk/alerts/seen/", {"upto": Alert.objects.latest("id").pk})
    assert "Chrome on Windows" in shown(here)


def test_what_came_after_the_look_is_not_seen_by_it() -> None:
    make_member()
    here = browser_of()
    browser_of()
    upto = Alert.objects.latest("id").pk
    browser_of(agent=CHROME)
    here.post("/desk/alerts/seen/", {"upto": upto})
    assert "Chrome on Windows" in shown(here)
    for odd in ("", "x", "9" * 500):
        assert here.post("/desk/alerts/seen/", {"upto": odd}).status_code == 302


def test_a_password_that_the_shell_set_is_said_at_the_next_visit() -> None:
    member = make_member()
    actions.set_password(member=member, password=PASSWORD)
    browser = browser_of()
    assert "Your password was changed on the server:" in shown(browser)


@pytest.mark.usefixtures("_mail")
def test_who_has_no_address_is_told_at_the_desk() -> None:
    Member.objects.create_user("anna", "", PASSWORD)
    browser_of("anna")
    assert not Alert.objects.get().is_mailed
    assert step.run(out=Post()) == 0


def test_old_alerts_are_deleted() -> None:
    make_member()
    browser_of()
    Alert.objects.update(at=F("at") - alerts.AGE - timedelta(hours=1))
    assert step.run() == 1
    assert not Alert.objects.exists()
