"""What schemathesis cannot know from a document, told to it for each request that it is about to send.

No check is left out and no answer excused. What is changed here was valid by the document, and stays so:

- an address that the document allows becomes one of the site that the desk under test has, and a short name
  that of this site; the document of a program cannot name the sites of every desk that runs it, and others
  are refused, as it says; the shortest addresses become that of the article which has a notice;
- the start and the end of a position change places where the start is the larger: JSON Schema compares no two
  members;
- an idempotency key that the document allows becomes one that was never sent; a key sent before is answered
  with its first receipt whatever comes with it, as the document says, and tests nothing.
"""

import re
import uuid
from typing import Any

import schemathesis

SITE = "https://courier.example/"
STORY = "news/bridge.html"
ADDRESS = re.compile(r"https?://")
SLUG = re.compile(r"[-a-zA-Z0-9_]+")
KEY = re.compile(r"[\x21-\x7e]{16,100}")


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: Any, _kwargs: dict[str, Any]) -> None:
    """Change one request."""
    headers = case.headers or {}
    key = headers.get("Idempotency-Key")
    if isinstance(key, str) and KEY.fullmatch(key):
        headers["Idempotency-Key"] = str(uuid.uuid4())
    if "site" in (case.path_parameters or {}) and SLUG.fullmatch(str(case.path_parameters["site"])):
        case.path_parameters["site"] = "courier"
    for place in (case.query, case.body):
        if isinstance(place, dict):
            _take_to_the_site(place)
    if isinstance(case.body, dict):
        _put_in_order(case.body)


def _take_to_the_site(place: dict[str, Any]) -> None:
    address = place.get("url")
    if isinstance(address, str) and ADDRESS.match(address):
        rest = ADDRESS.sub("", address, count=1)
        place["url"] = SITE + (rest if len(rest) > 1 else STORY)


def _put_in_order(body: dict[str, Any]) -> None:
    target = body.get("target")
    selectors = target.get("selector") if isinstance(target, dict) else None
    for selector in selectors if isinstance(selectors, list) else []:
        if isinstance(selector, dict):
            start, end = selector.get("start"), selector.get("end")
            if isinstance(start, (int, float)) and isinstance(end, (int, float)) and start > end:
                selector["start"], selector["end"] = end, start
