"""Fault 3: guessing passwords, emptying the counters, and locking editors out."""

import statistics
from itertools import count
from typing import Final

from tests.attack.browsing import fields_of
from tests.attack.registry import Until, attack, together
from tests.attack.target import PASSWORD, Target
from tests.journeys.senders import fresh_address

LOGIN: Final = "/accounts/login/"
MOST_GUESSES: Final = 40
"""Guesses of one name that may be looked at in a short attack, from all networks together, with a margin."""
FLUSHES: Final = 330
"""More than Django's cache in memory holds; each from a network of its own."""


def victim(target: Target) -> str:
    """Add a member whom only this attack guesses."""
    name = f"victim{fresh_address().replace('.', '')}"
    done = target.run("member", "add", name, "--email", f"{name}@courier.example", "--password", PASSWORD)
    assert done.returncode == 0, done.stdout + done.stderr
    return name


def guess(target: Target, name: str, password: str, sender: str) -> int:
    """Try to sign in from a fresh browser; return the status: 302 is in, 429 was not looked at."""
    return target.browser(sender=sender).sign_in(name, password).status


@attack("passwords-guess", "3", "A thousand networks guess the password of one member")
def guessing(target: Target, until: Until) -> None:
    """The counters hold by name, whatever the network."""
    name, numbers, looked_at = victim(target), count(), []

    def send() -> None:
        for _ in range(10):
            status = guess(target, name, f"wrong-guess-{next(numbers)}", fresh_address())
            if status == 200:
                looked_at.append(status)

    while until:
        together(4, send)
    target.notes.append(f"{next(numbers)} guesses, {len(looked_at)} of them looked at")
    assert len(looked_at) <= MOST_GUESSES, f"{len(looked_at)} guesses were looked at"


@attack("passwords-flush", "3", "330 requests without a password from as many networks empty the counters")
def flushing(target: Target, until: Until) -> None:
    """Five guesses, a flood, and the right password must still wait."""
    name, sender = victim(target), fresh_address()
    while guess(target, name, "wrong", sender) != 429:
        pass

    def flush() -> None:
        browser = target.browser(sender=fresh_address())
        hidden = fields_of(browser.get(LOGIN).text)
        for number in range(FLUSHES // 6):
            browser.sender = fresh_address()
            browser.post(LOGIN, {**hidden, "login": f"nobody{number}", "password": ""})

    while until:
        together(6, flush)
        found = guess(target, name, PASSWORD, sender)
        assert found == 429, f"after {FLUSHES} requests the attacker's right guess is answered {found}"


@attack("passwords-owner", "3", "Strangers guess a member's password all the time, and the member signs in")
def owner(target: Target, until: Until) -> None:
    """A browser that signed in before is not slowed by strangers, and others wait for a while at most."""
    name = victim(target)
    own = target.browser(sender=fresh_address())
    assert own.sign_in(name, PASSWORD).status == 302
    while until:
        for _ in range(12):
            guess(target, name, "wrong", fresh_address())
        own.press("/desk/", "/accounts/logout/")
        kept = {key: value for key, value in own.cookies.items() if "session" not in key}
        own.cookies = kept
        answer = own.sign_in(name, PASSWORD)
        assert answer.status == 302, f"the member's own browser is answered {answer.status}"


@attack("passwords-cost", "17", "Addresses of members are told from others by what a wrong password costs")
def same_cost(target: Target, until: Until) -> None:
    """Measured as processor time of the desk, which other work on the machine does not lengthen."""
    name = f"cost{fresh_address().replace('.', '')}"
    address = f"{name}@courier.example"
    assert target.run("member", "add", name, "--email", address, "--password", PASSWORD).returncode == 0
    spent: dict[str, list[float]] = {address: [], "nobody@courier.example": [], name: [], "nobody": []}
    while until or len(spent[name]) < 3:
        if len(spent[name]) >= 5:
            break
        for login, times in spent.items():
            before = target.spent().seconds
            guess(target, login, "wrong", fresh_address())
            times.append(target.spent().seconds - before)
    costs = {login: statistics.median(times) for login, times in spent.items()}
    target.notes.append(", ".join(f"{login} {cost:.2f} s" for login, cost in costs.items()))
    least, most = min(costs.values()), max(costs.values())
    assert most < 1.6 * least + 0.2, f"what a wrong password costs tells who is a member: {costs}"


@attack("passwords-load", "17", "Twenty at once sign in with wrong passwords, which cost a hash each")
def load(target: Target, until: Until) -> None:
    """Hashes must not take the threads and the cores that pages need."""
    numbers = count()

    def send() -> None:
        guess(target, f"nobody{next(numbers)}", "wrong", fresh_address())

    while until:
        together(20, send)
    target.notes.append(f"{next(numbers)} attempts")
