"""Held before: what readers type is shown as text, pages carry their headers, secrets stay out of sight."""

import re
import secrets
from typing import Final
from urllib.parse import quote

from tests.attack.families.oracles import status_path
from tests.attack.newspaper import article
from tests.attack.registry import HELD, Until, attack
from tests.attack.sending import Answer
from tests.attack.target import ADMINISTRATOR, Target
from tests.journeys.senders import fresh_address

HOSTILE: Final = (
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "</textarea></script></style><iframe srcdoc=x>",
    "</title><base href=//evil.example>",
    "{{ 7|add:7 }}",
    "javascript:alert(1)",
    "\r\nSet-Cookie: a=b",
)
RAW: Final = re.compile(
    r"<img src=x|<script>alert|<svg onload|<iframe srcdoc|<base href=//evil|href=\"javascript:", re.IGNORECASE
)
HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "",
    "Content-Security-Policy": "",
    "Permissions-Policy": "",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def safe(answer: Answer, path: str) -> None:
    """Assert that a page holds no raw markup of a stranger's and no header of a stranger's."""
    found = RAW.search(answer.text)
    assert not found, f"{path} holds {found[0]!r}"
    assert not any(line.startswith("a=b") for line in answer.cookies), f"{path} sets a stranger's cookie"


@attack(
    "showing-markup", HELD, "Markup, scripts, templates and header lines are sent in every field of a report"
)
def markup(target: Target, until: Until) -> None:
    """Status page, queue, case, form, feeds and widget show them as text."""
    editor = target.browser(member=ADMINISTRATOR)
    while until:
        mark = secrets.token_hex(4)
        target.paper.pages[f"/xss-{mark}.html"] = article(
            f"{mark} &lt;script&gt;alert(1)&lt;/script&gt;",
            [f"The {mark} &lt;img src=x onerror=alert(1)&gt; tower."],
        )
        url = f"{target.paper.origin}/xss-{mark}.html"
        # Without the mark it would be held, as a text that many networks send.
        everything = f"{mark} {' '.join(HOSTILE)}"
        quoted = f"The {mark} <img src=x onerror=alert(1)> tower"
        first = target.report(url, quoted, suggestion=everything, comment=everything)
        target.wait_for_state(first, "located")
        paths = [status_path(first)]
        for text in HOSTILE:
            answer = target.report(f"{url}?q={quote(text)}", text, suggestion=text, comment=text, image=text)
            if answer.status == 201:
                paths.append(status_path(answer))
            else:
                safe(answer, "/api/reports")
        for path in paths:
            safe(target.door.send(fresh_address(), path=path), path)
        address = quote(url, safe="")
        for path in (
            f"/report?url={address}",
            f"/widget/config?url={address}",
            f"/widget/notices?url={address}",
        ):
            safe(target.door.send(fresh_address(), path=path), path)
        for path in (
            "/desk/",
            f"/desk/cases/{target.case_of(first)}/",
            "/desk/held/",
            "/desk/mail/",
            "/log/courier/",
        ):
            safe(editor.get(path), path)
        typed = dict.fromkeys(("url", "quote", "suggestion", "comment", "email", "concern"), everything)
        safe(editor.press("/report", "/report", **typed), "/report")


@attack("showing-headers", HELD, "Every kind of page is looked at for its headers and cookies")
def headers(target: Target, until: Until) -> None:
    """A page with a token is nobody's else; an answer for everybody sets no cookie."""
    editor = target.browser(member=ADMINISTRATOR)
    token = status_path(target.report(f"{target.paper.origin}/story.html", "The ferry leaves"))
    pages = ("/", "/report", "/log/courier/", "/accounts/login/", token, "/nowhere")
    while until:
        for path in (*pages, "/desk/", f"/desk/cases/{target.case}/"):
            answer = (
                editor.get(path)
                if path.startswith("/desk/")
                else target.door.send(fresh_address(), path=path)
            )
            for name, value in HEADERS.items():
                found = answer.header(name)
                assert found, f"{path} has no {name}"
                assert value in found, f"{path} has {name}: {found!r}"
            policy = answer.header("Content-Security-Policy")
            assert "unsafe-inline" not in policy, f"{path} allows inline code: {policy}"
            if path.startswith(("/desk/", "/status/")):
                caching = answer.header("Cache-Control")
                assert "private" in caching or "no-store" in caching, f"{path} is kept: {caching!r}"
        for path in (
            "/log/courier/feed.atom",
            "/widget/config",
            "/widget/notices",
            "/api/openapi.json",
            "/healthz",
        ):
            answer = target.door.send(fresh_address(), path=f"{path}?url={quote(target.paper.origin)}")
            assert not answer.cookies, f"{path} sets a cookie"
        fresh = target.browser()
        for line in fresh.get("/accounts/login/").cookies:
            assert "samesite=lax" in line.lower() or "samesite=strict" in line.lower(), line
            assert "secure" in line.lower() or target.is_direct, line


@attack(
    "showing-secrets", HELD, "Secrets are looked for in what commands print and what all of it has logged"
)
def secrets_kept(target: Target, until: Until) -> None:
    """After all the other attacks, too."""
    planted = f"planted-{secrets.token_hex(8)}"
    names = ("SECRET_KEY", "CORRIGENDA_MAIL_PASSWORD", "CORRIGENDA_MAILBOX_PASSWORD")
    extra = target.made.extra
    target.made.extra = {**extra, **dict.fromkeys(names, planted)}
    try:
        for options in ((), ("--json",)):
            done = target.run("settings", *options)
            assert planted not in done.stdout + done.stderr, "corrigenda settings prints a secret"
    finally:
        target.made.extra = extra
    for _ in range(5):
        target.report(f"{target.paper.origin}/story.html", "x", email=f"{planted}@mail.example")
        target.door.send(
            "127.77.77.77", method="POST", path=f"/report?email={planted}@mail.example", body=b"a=b"
        )
    said = target.logs()
    assert f"{planted}@" not in said, "an e-mail address is in the log"
    assert "127.77.77.77" not in said, "a network address is in the log"
    assert "Internal Server Error" not in said, "the desk has failed somewhere: see its log"
