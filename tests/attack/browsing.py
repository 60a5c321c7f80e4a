"""A browser without a window: cookies, forms, redirects seen; every request from an address of its own."""

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Final
from urllib.parse import urlencode

from tests.attack.sending import Answer, Door

FORM: Final = "Content-Type: application/x-www-form-urlencoded"
_FIELD: Final = re.compile(r"<input\b[^>]*>")
_ATTRIBUTE: Final = re.compile(r'\b(name|value|type)="([^"]*)"')


def fields_of(page: str, action: str = "") -> dict[str, str]:
    """Return the hidden fields of a page's form that is sent to `action`; of all forms where it is empty."""
    if action:
        forms = re.findall(r"<form\b[^>]*>.*?</form>", page, re.DOTALL)
        page = next((form for form in forms if f'action="{action}"' in form.partition(">")[0]), "")
    found = {}
    for tag in _FIELD.findall(page):
        attributes = dict(_ATTRIBUTE.findall(tag))
        if attributes.get("type") == "hidden" and "name" in attributes:
            found[attributes["name"]] = unescape(attributes.get("value", ""))
    return found


@dataclass
class Browser:
    """Keeps cookies and sends as browsers do."""

    door: Door
    sender: str
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, *lines: str) -> Answer:
        """Ask for a page."""
        return self._keep(self.door.send(self.sender, *self._own(), *lines, path=path))

    def post(self, path: str, fields: dict[str, str], *lines: str, origin: str | None = None) -> Answer:
        """Send a form, by default from a page of the desk."""
        said = self.door.base if origin is None else origin
        own = (
            FORM,
            *([f"Origin: {said}"] if said else ()),
            f"Referer: {self.door.base}/",
            *self._own(),
            *lines,
        )
        body = urlencode(fields).encode()
        return self._keep(self.door.send(self.sender, *own, method="POST", path=path, body=body))

    def press(self, page: str, action: str, **fields: str) -> Answer:
        """Read a page and send one of its forms."""
        shown = self.get(page).body.decode(errors="replace")
        return self.post(action, {**fields_of(shown, action), **fields})

    def sign_in(self, name: str, password: str) -> Answer:
        """Sign in as a person does; 302 where that went well."""
        hidden = fields_of(self.get("/accounts/login/").body.decode(errors="replace"))
        return self.post("/accounts/login/", {**hidden, "login": name, "password": password})

    def _own(self) -> tuple[str, ...]:
        if not self.cookies:
            return ()
        return ("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()),)

    def _keep(self, answer: Answer) -> Answer:
        for line in answer.cookies:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name.strip()] = value.strip()
        return answer
