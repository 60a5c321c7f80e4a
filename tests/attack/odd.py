"""Odd requests, mails and pages without end, from a seed: what a soak sends."""

import json
import random
import string
from collections.abc import Callable
from typing import Final
from urllib.parse import quote

from tests.attack.families.mails import letter
from tests.attack.newspaper import Page, article
from tests.attack.target import Target
from tests.journeys.hostility import Hostility
from tests.journeys.senders import fresh_address

_LETTERS: Final = string.ascii_letters + string.digits + "-_.:=%é文\u202e"


class Odd:
    """Makes them; each is sent to the desk as it is made."""

    def __init__(self, target: Target, seed: int) -> None:
        self._target = target
        self._chance = random.Random(seed)  # noqa: S311 (attacks, not secrets)
        self._hostility = Hostility(seed, target.server.port)
        self._pages: list[str] = []
        self.sent: dict[str, int] = {}

    def send(self) -> None:
        """Send one."""
        kinds: list[tuple[str, Callable[[], object], int]] = [
            ("get", self._get, 30),
            ("post", self._post, 20),
            ("hostile", self._hostile, 30),
            ("report", self._report, 8),
            ("page", self._page, 8),
            ("mail", self._mail, 4),
        ]
        name, make, _weight = self._chance.choices(kinds, [kind[2] for kind in kinds])[0]
        make()
        self.sent[name] = self.sent.get(name, 0) + 1

    def _name(self, most: int = 2000) -> str:
        size = int(most ** self._chance.random())
        return "".join(self._chance.choices(_LETTERS, k=max(1, size)))

    def _line(self) -> str:
        names = (
            "Content-Type",
            "Accept-Language",
            "Cookie",
            "Origin",
            "Referer",
            "If-None-Match",
            "X-A",
            "Accept",
        )
        name, value = (
            self._chance.choice(names),
            self._name(30_000).encode("latin-1", "replace").decode("latin-1"),
        )
        if name == "Content-Type":
            kind = self._chance.choice(("text/plain", "application/json", "multipart/form-data; boundary=x"))
            value = f"{kind}; charset={value}"
        return f"{name}: {value}"

    def _path(self) -> str:
        address = quote(f"https://{self._name(400)}.example/{self._name(300)}", safe="")
        return self._chance.choice(
            (
                f"/{quote(self._name(3000))}",
                f"/status/{quote(self._name(80))}/",
                f"/log/courier/?{quote(self._name(300))}={quote(self._name(300))}",
                f"/report?url={address}",
                f"/widget/config?url={address}&lang={quote(self._name(60))}",
                f"/widget/notices?url={address}",
                "/healthz",
                "/accounts/login/",
                "/api/openapi.json",
            )
        )

    def _get(self) -> None:
        lines = [self._line() for _ in range(self._chance.randrange(4))]
        method = self._chance.choice(("GET", "GET", "HEAD", "OPTIONS", "BREW"))
        self._target.door.send(fresh_address(), *lines, method=method, path=self._path())

    def _post(self) -> None:
        body: object = {
            self._name(60): self._name(300),
            "url": self._name(300),
            "target": {"selector": [self._name(9)]},
        }
        raw = json.dumps(body).encode() if self._chance.random() < 0.7 else self._chance.randbytes(3000)
        path = self._chance.choice(
            ("/report", "/api/reports", "/widget/known", "/accounts/login/", "/i18n/setlang/")
        )
        self._target.door.send(fresh_address(), self._line(), method="POST", path=path, body=raw)

    def _hostile(self) -> None:
        _name, request = self._hostility.next()
        if not request.held:
            self._target.door.raw(fresh_address(), request.wire(), method=request.method, seconds=10)

    def _report(self) -> None:
        path = self._chance.choice(self._pages or ["/story.html"])
        words = self._chance.choice(("odd words", "The ferry leaves", self._name(60)))
        self._target.report(f"{self._target.paper.origin}{path}", words, comment=self._name(900))

    def _page(self) -> None:
        path = f"/odd-{self._chance.randrange(10**9)}.html"
        tags = "".join(
            f"<{tag} {self._name(60)}>" for tag in self._chance.choices(("p", "b", "div", "table", "a"), k=60)
        )
        kind = ("Content-Type", f"text/html; charset={quote(self._name(20_000))}")
        made = article(self._name(60), [f"Some odd words {self._name(900)}", tags])
        self._target.paper.pages[path] = Page(made.body, self._chance.choice((200, 200, 404, 500)), (kind,))
        # As many pages as there are, the newspaper of the test must not be what grows.
        self._pages.append(path)
        if len(self._pages) > 200:
            self._target.paper.pages.pop(self._pages.pop(0))
        self._target.report(f"{self._target.paper.origin}{path}", "odd words")

    def _mail(self) -> None:
        charset = self._name(3000).encode("ascii", "replace").decode()
        body = f"{self._target.paper.origin}/story.html “The ferry leaves” {self._name(3000)}"
        kind = self._chance.choice(
            ("text/plain", "text/html", "multipart/mixed; boundary=b", "application/pdf")
        )
        lines = [f"X-{number}: {charset[:900]}" for number in range(self._chance.randrange(40))]
        self._target.mail(letter(body, *lines, kind=f"{kind}; charset={charset[:900]}"), seconds=60)
