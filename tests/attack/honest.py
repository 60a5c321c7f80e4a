"""An honest reader and an editor, in a process of their own, who note how long each answer takes.

`python -m tests.attack.honest` reads a line of JSON (see `Plan`) and writes a line of JSON for each answer
until its input ends: {"at": moment of asking on the monotonic clock, "who", "what", "status", "seconds"}.
Each of the two asks, waits for the answer, pauses, and asks again: a desk that is slow is asked less often.
"""

import json
import ssl
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any, Final
from urllib.parse import quote, urlsplit

from tests.attack.browsing import Browser
from tests.attack.newspaper import SENTENCES, sentence
from tests.attack.sending import Answer, Door
from tests.journeys.senders import Place

PAUSE_SECONDS: Final = 0.1
GOOD: Final = frozenset({200, 201, 302, 303})


@dataclass(frozen=True, slots=True)
class Plan:
    """Where they ask, and who the editor is."""

    port: int
    host: str
    authority: str
    """File of the certificate to trust; empty for plain HTTP."""
    base: str
    paper: str
    member: str
    password: str
    case: int

    def door(self) -> Door:
        """Return where they send."""
        trust = ssl.create_default_context(cafile=self.authority) if self.authority else None
        return Door(Place(self.port, host=self.host, trust=trust), self.base, self.paper)


class Clock:
    """Writes down each answer."""

    def __init__(self, who: str) -> None:
        self._who = who

    def time(self, what: str, ask: Callable[[], Answer]) -> Answer:
        """Ask, and note the answer."""
        began = time.monotonic()
        answer = ask()
        seconds = time.monotonic() - began
        said = {"at": began, "who": self._who, "what": what, "status": answer.status, "seconds": seconds}
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()
        return answer


def read_on(plan: Plan, ended: threading.Event) -> None:
    """Be the reader: report, open the form, ask for the widget's settings, look at a status page."""
    door, clock, status = plan.door(), Clock("reader"), ""
    for number in count():
        # A network of its own each time: what one network may send is another matter.
        sender = f"127.{100 + number // 250 % 100}.{1 + number % 250}.9"
        page, place = divmod(number, SENTENCES)
        url = f"{plan.paper}/honest-{page}.html"

        answer = clock.time("report", partial(door.post_report, sender, url, sentence(page, place)))
        if answer.status == 201:
            status = urlsplit(str(answer.json["status"])).path
        asked = {
            "form": f"/report?url={quote(url, safe='')}",
            "config": f"/widget/config?url={quote(url, safe='')}&lang=en",
            **({"status": status} if status else {}),
        }
        for what, path in asked.items():
            if ended.wait(PAUSE_SECONDS):
                return
            clock.time(what, partial(door.send, sender, path=path))
        if ended.wait(PAUSE_SECONDS):
            return


def edit_on(plan: Plan, ended: threading.Event) -> None:
    """Be the editor: sign in once, then look at the queue and a case, and press two buttons."""
    browser, clock = Browser(plan.door(), "127.5.5.5"), Clock("editor")
    clock.time("sign-in", lambda: browser.sign_in(plan.member, plan.password))
    case = f"/desk/cases/{plan.case}/"
    steps: dict[str, Callable[[], Answer]] = {
        "queue": lambda: browser.get("/desk/"),
        "case": lambda: browser.get(case),
        "decline": lambda: browser.press(case, f"{case}decline/", reason="accurate"),
        "undo": lambda: browser.press(case, f"{case}undo/"),
    }
    declined = False
    while not ended.is_set():
        for what, step in steps.items():
            if what == "undo" and not declined:
                continue  # there is nothing to undo, and no button for it
            declined = clock.time(what, step).status in GOOD and what == "decline"
            if ended.wait(PAUSE_SECONDS):
                return


def main() -> None:
    """Measure until the input ends."""
    given: dict[str, Any] = json.loads(sys.stdin.readline())
    plan, ended = Plan(**given), threading.Event()
    threads = [threading.Thread(target=one, args=(plan, ended)) for one in (read_on, edit_on)]
    for thread in threads:
        thread.start()
    sys.stdin.read()
    ended.set()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
