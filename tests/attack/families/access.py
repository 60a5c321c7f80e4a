"""Held before: doors of the desk, forged forms, forged origins and hosts, redirects, decisions at once."""

import json
import secrets
import threading
from itertools import cycle
from typing import Final
from urllib.parse import quote, urlsplit

from tests.attack.browsing import FORM, Browser, fields_of
from tests.attack.newspaper import article
from tests.attack.registry import HELD, Until, attack
from tests.attack.sending import Answer
from tests.attack.target import ADMINISTRATOR, EDITOR, PASSWORD, Target
from tests.journeys.senders import fresh_address

_PATHS: Final = """
import json
from django.urls import get_resolver

def walk(resolver, prefix):
    for one in resolver.url_patterns:
        path = prefix + str(one.pattern)
        yield from walk(one, path) if hasattr(one, "url_patterns") else [path]
print(json.dumps(sorted(walk(get_resolver(), "/"))))
"""
_OPEN: Final = ("/accounts/login/", "/accounts/logout/", "/accounts/inactive/")


def inner_paths(target: Target) -> list[str]:
    """Return every address that is for members, its parameters filled in, asked of the desk itself."""
    patterns = json.loads(target.shell(_PATHS))
    found = []
    for pattern in patterns:
        if pattern.startswith(("/desk/", "/accounts/")) and pattern not in _OPEN:
            path = pattern
            while "<" in path:
                start, end = path.index("<"), path.index(">")
                value = "courier" if "slug" in path[start:end] else str(target.case)
                path = path[:start] + value + path[end + 1 :]
            found.append(path)
    return found


def case_state(target: Target, case: int) -> str:
    """Return the state of a case."""
    return str(target.ask(f"SELECT state FROM corrigenda_case WHERE id = {case}")[0][0])


def own_case(target: Target) -> int:
    """Return a located case that only this attack works on."""
    mark = secrets.token_hex(4)
    target.paper.pages[f"/case-{mark}.html"] = article(mark, [f"The {mark} tower has nine floors."])
    answer = target.report(f"{target.paper.origin}/case-{mark}.html", f"The {mark} tower has nine")
    target.wait_for_state(answer, "located")
    return target.case_of(answer)


@attack("access-doors", HELD, "A stranger asks for every address of the desk, by GET and by POST")
def doors(target: Target, until: Until) -> None:
    """Without a session nothing is shown and nothing is done."""
    paths = inner_paths(target)
    assert len(paths) > 15, paths
    while until:
        for path in paths:
            for method, body in (("GET", None), ("POST", b"a=b"), ("PUT", b""), ("DELETE", b"")):
                answer = target.door.send(fresh_address(), FORM, method=method, path=path, body=body)
                assert answer.status in {302, 403, 404, 405, 411}, (
                    f"{method} {path} is answered {answer.status}"
                )
                if answer.status == 302:
                    place = answer.header("Location")
                    assert "/accounts/login/" in place, f"{method} {path} leads to {place}"


@attack("access-roles", HELD, "An editor does what is for administrators, and they what is for operators")
def roles(target: Target, until: Until) -> None:
    """Sites are for administrators, private hosts and folders for who runs the desk."""
    editor, administrator = target.browser(member=EDITOR), target.browser(member=ADMINISTRATOR)
    columns = (
        "SELECT private_hosts, connector, connector_options, fetch_hosts "
        "FROM corrigenda_site WHERE slug = 'courier'"
    )
    before = target.ask(columns)
    while until:
        for path in ("/desk/sites/", "/desk/sites/new/", "/desk/sites/courier/"):
            hidden = fields_of(editor.get("/desk/").text) or {
                "csrfmiddlewaretoken": editor.cookies.get("csrftoken", "")
            }
            shown, sent = editor.get(path), editor.post(path, {**hidden, "name": "Mine"})
            assert shown.status == 403, f"{path} shows an editor {shown.status}"
            assert sent.status in {403, 405}, f"{path} answers an editor's form {sent.status}"
        page = "/desk/sites/courier/"
        for changes in (
            {"private_hosts": "127.0.0.1:22", "fetch_hosts": "127.0.0.1:22"},
            {"connector": "files", "source": "/etc", "public": "/etc"},
        ):
            administrator.press(page, page, name="Courier", origins=target.paper.origin, **changes)
            assert target.ask(columns) == before, f"an administrator changed {changes}"


@attack("access-sessions", HELD, "Old, fixed and foreign sessions are tried")
def sessions(target: Target, until: Until) -> None:
    """A session ends with sign-out, and begins with an identifier of the desk's own."""
    while until:
        browser = target.browser()
        fixed = "a" * 32
        names = ("sessionid", "__Host-sessionid")
        browser.cookies |= dict.fromkeys(names, fixed)
        assert browser.sign_in(ADMINISTRATOR, PASSWORD).status == 302, "signing in fails"
        begun = {name: value for name, value in browser.cookies.items() if value != fixed}
        assert set(names) & set(begun), "a session that a stranger chose lives on"
        stranger = Browser(target.door, fresh_address(), dict.fromkeys(names, fixed))
        assert stranger.get("/desk/").status == 302, "a session that a stranger chose opens the desk"
        browser.cookies = begun
        kept = dict(browser.cookies)
        assert browser.get("/desk/").status == 200, "a session that has begun is not known"
        left = browser.press("/desk/", "/accounts/logout/")
        assert left.status == 302, f"signing out is answered {left.status}"
        browser.cookies = kept
        assert browser.get("/desk/").status == 302, "a session lives on after sign-out"


@attack(
    "access-forms", HELD, "Forms are sent for an editor from other origins, without and with a right token"
)
def forged_forms(target: Target, until: Until) -> None:
    """The case stays as it is."""
    case = own_case(target)
    path, editor = f"/desk/cases/{case}/", target.browser(member=ADMINISTRATOR)
    host = urlsplit(target.door.base).netloc
    origins = [
        "https://evil.example",
        "null",
        f"https://sub.{host}",
        f"https://{host}.evil.example",
        f"ftp://{host}",
    ]
    while until:
        hidden = {**fields_of(editor.get(path).text, f"{path}decline/"), "reason": "accurate"}
        assert "csrfmiddlewaretoken" in hidden, "the page of the case has no form to decline it"
        for origin in origins:
            answer = editor.post(f"{path}decline/", hidden, origin=origin)
            assert answer.status == 403, f"a form from {origin} is answered {answer.status}"
        for fields in ({**hidden, "csrfmiddlewaretoken": "x" * 64}, {"reason": "accurate"}):
            answer = editor.post(f"{path}decline/", fields)
            assert answer.status == 403, f"a form without the right token is answered {answer.status}"
        for line in ("X-HTTP-Method-Override: POST", "X-Method-Override: DELETE"):
            answer = editor.get(f"{path}decline/?reason=accurate", line)
            assert answer.status in {302, 303, 403, 405}, f"GET with {line} is answered {answer.status}"
        stranger = Browser(target.door, fresh_address())
        assert stranger.post(f"{path}decline/", hidden).status == 403, "a form without a cookie is taken"
        assert case_state(target, case) == "located", "a forged form has decided the case"


@attack(
    "access-redirects",
    HELD,
    "Sign-in, the choice of a language and buttons are given other places to go on to",
)
def redirects(target: Target, until: Until) -> None:
    """Nobody leaves the desk by its own links."""
    base = target.door.base
    places = [
        *(
            "https://evil.example/",
            "//evil.example/",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
        ),
        *(
            "https:evil.example",
            "http:/\\evil.example",
            "/%2fevil.example",
            "//evil.example/%2f..",
            "javascript:alert(1)",
        ),
        *(
            f"{base}@evil.example/",
            f"{base}.evil.example/",
            "\t//evil.example",
            "//evil。example",
            "/\t/evil.example",
        ),
    ]
    turn = cycle(places)
    while until:
        for place in places:
            browser = Browser(target.door, fresh_address())
            hidden = fields_of(browser.get(f"/accounts/login/?next={quote(place, safe='')}").text)
            answers = [browser.post("/i18n/setlang/", {**hidden, "language": "uk", "next": place})]
            referer = f"Referer: {place}".replace("\t", "").encode().decode("latin-1")
            answers.append(browser.get("/desk/", referer))
            for answer in answers:
                _stays(base, answer, place)
        # Signing in costs a hash: one place a round.
        place, browser = next(turn), Browser(target.door, fresh_address())
        hidden = fields_of(browser.get("/accounts/login/").text)
        fields = {**hidden, "login": ADMINISTRATOR, "password": PASSWORD, "next": place}
        _stays(base, browser.post(f"/accounts/login/?next={quote(place, safe='')}", fields), place)


def _stays(base: str, answer: Answer, place: str) -> None:
    found = answer.header("Location")
    # Browsers read a backslash as a slash, and leave out tabs.
    read = found.replace("\\", "/").replace("\t", "")
    outside = read.startswith("//") or (":" in read.partition("/")[0] and not read.startswith(f"{base}/"))
    assert not outside, f"{place!r} leads to {found!r}"


@attack(
    "access-hosts", HELD, "Requests name other hosts, two hosts, users, ports, and forged forwarded hosts"
)
def hosts(target: Target, until: Until) -> None:
    """No answer is made for them, and no link names them."""
    names = [
        "evil.example",
        f"{target.door.place.host}.evil.example",
        "evil.example:80",
        "user@evil.example",
        "",
        "a" * 400,
    ]
    while until:
        for name in names:
            for path in (
                "/",
                "/report",
                "/log/courier/feed.atom",
                "/accounts/login/",
                "/widget/config",
                "/api/openapi.json",
            ):
                head = f"GET {path} HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n"
                answer = target.door.raw(fresh_address(), head.encode())
                assert "evil.example" not in answer.text.replace(f"Host: {name}", ""), f"{path} names {name}"
                empty = answer.status == 200 and not answer.body  # Caddy's answer for hosts that it has not
                assert empty or answer.status in {0, 400, 404, 421}, (
                    f"{path} of {name!r} is answered {answer.status}"
                )
        for line in (
            "X-Forwarded-Host: evil.example",
            "Forwarded: host=evil.example",
            "X-Original-URL: /desk/",
        ):
            for path in ("/", "/report", "/log/courier/feed.atom"):
                answer = target.door.send(fresh_address(), line, path=path)
                assert "evil.example" not in answer.text, f"{path} names the host of {line}"


@attack(
    "access-decisions",
    HELD,
    "Two editors send twelve decisions about one case at once, then undo ten times at once",
)
def decisions(target: Target, until: Until) -> None:
    """One decision, one undo."""
    browsers = [target.browser(member=name) for name in (EDITOR, ADMINISTRATOR)]
    while until:
        case = own_case(target)
        path = f"/desk/cases/{case}/"
        forms = [
            {**fields_of(one.get(path).text, f"{path}decline/"), "reason": "accurate"} for one in browsers
        ]
        statuses = _at_once(
            [(one, f"{path}decline/", form) for one, form in zip(browsers, forms, strict=True)] * 6
        )
        assert statuses.count(303) + statuses.count(302) == 1, f"twelve decisions are answered {statuses}"
        assert target.count("decision", f"case_id = {case}") == 1, "not one decision"
        form = fields_of(browsers[0].get(path).text, f"{path}undo/")
        statuses = _at_once([(browsers[0], f"{path}undo/", form)] * 10)
        assert case_state(target, case) == "located", "an undone decision is in force"
        undone = target.count("entry", f"case_id = {case} AND verb = 'undone'")
        assert undone == 1, f"one decision was undone {undone} times: {statuses}"


def _at_once(presses: list[tuple[Browser, str, dict[str, str]]]) -> list[int]:
    start, statuses = threading.Barrier(len(presses)), list[int]()

    def press(browser: Browser, path: str, fields: dict[str, str]) -> None:
        own = Browser(browser.door, browser.sender, dict(browser.cookies))
        start.wait()
        statuses.append(own.post(path, fields).status)

    threads = [threading.Thread(target=press, args=one) for one in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(statuses)
