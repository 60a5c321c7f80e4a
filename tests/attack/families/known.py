"""Faults 10 and 15: questions and pages whose cost grows with what is stored."""

import json
import random
import secrets
from itertools import count
from typing import Final

from tests.attack.newspaper import article
from tests.attack.registry import Until, attack, together
from tests.attack.target import Target
from tests.journeys.senders import fresh_address

WORDS: Final = 14_000
"""Of a page of about 90 kB, as a live blog has them."""


def live_blog(target: Target, revisions: int) -> tuple[str, list[str]]:
    """Publish a page, change two of five words again and again; return its address and first words."""
    chance = random.Random(7)  # noqa: S311 (words, not secrets)
    words = [f"w{chance.randrange(5000)}" for _ in range(WORDS)]
    first, path = list(words), f"/live-{secrets.token_hex(4)}.html"
    url = f"{target.paper.origin}{path}"
    for number in range(revisions):
        text = [" ".join(words[start : start + 70]) for start in range(0, WORDS, 70)]
        target.paper.pages[path] = article("Live", text)
        answer = target.report(url, " ".join(words[200:206]))
        assert answer.status == 201, answer.text
        _wait_for_revision(target, url, number)
        for place in chance.sample(range(WORDS), WORDS * 2 // 5):
            words[place] = f"w{chance.randrange(5000)}"
    return url, first


_ASK: Final = """
from django.utils import timezone
from corrigenda.models import Article
Article.objects.filter(canonical_url={url!r}).update(reading_asked_at=timezone.now())
"""


def _wait_for_revision(target: Target, url: str, number: int) -> None:
    article_of = f"SELECT article_id FROM corrigenda_address WHERE url = '{url}'"

    def is_kept() -> bool:
        return target.count("revision", f"article_id IN ({article_of})") > number

    # A page that differs each time it is read is read less and less often.
    target.shell(_ASK.format(url=url))
    target.wait(is_kept, f"revision {number} is not kept")


@attack("known-live", "10", "Four at once ask what is known of words of a live blog's first revision")
def questions(target: Target, until: Until) -> None:
    """From ever new networks."""
    url, first = live_blog(target, 3)
    target.notes.append("the live blog has 3 revisions of 90 kB")
    statuses: set[int] = set()
    numbers = count()

    def ask() -> None:
        place = next(numbers) * 37 % (WORDS - 40)
        marked = {"type": "TextQuoteSelector", "exact": " ".join(first[place : place + 9])}
        marked["prefix"] = " ".join(first[max(0, place - 5) : place])
        body = json.dumps({"url": url, "target": {"selector": [marked]}}).encode()
        lines = ("Content-Type: application/json", f"Origin: {target.paper.origin}")
        answer = target.door.send(fresh_address(), *lines, method="POST", path="/widget/known", body=body)
        statuses.add(answer.status)

    while until:
        together(4, ask)
    target.notes.append(f"{next(numbers)} questions, answers: {sorted(statuses)}")
    assert statuses <= {200, 503}, f"answers: {sorted(statuses)}"


@attack("known-voices", "15", "Up to 600 networks report one passage, and an editor keeps opening the case")
def voices(target: Target, until: Until) -> None:
    """Joining and showing them must not grow with their number."""
    path = f"/voices-{secrets.token_hex(4)}.html"
    url = f"{target.paper.origin}{path}"
    target.paper.pages[path] = article("Voices", ["Everybody saw the fountain run dry.", "Nobody said so."])
    first = target.report(url, "the fountain run dry")
    target.wait_for_state(first, "located")
    editor, case = target.browser(member="adam"), target.case_of(first)
    numbers = count(1)

    def send() -> None:
        for _ in range(10):
            number = next(numbers)
            words = f"the fountain run {number} dry days {secrets.token_hex(20)}"
            answer = target.report(
                url, "the fountain run dry", suggestion=words, comment=f"Voice {number}. " * 40
            )
            assert answer.status in {201, 503}, answer.text

    while until:
        together(5, send)
        shown = editor.get(f"/desk/cases/{case}/")
        assert shown.status == 200, f"the case page is answered {shown.status}"
        assert len(shown.body) < 500_000, f"the case page has {len(shown.body)} bytes"
        if next(numbers) > 600:
            break
    joined = f"SELECT case_id FROM corrigenda_report WHERE url = '{url}'"
    sent = target.count("report", f"url = '{url}'")
    target.wait(
        lambda: target.count("case", f"id IN ({joined}) AND state IN ('received', 'located')") <= 1,
        "the worker does not come to the end of the reports",
        seconds=120,
    )
    target.notes.append(f"{sent} reports of one passage; its page has {len(shown.body)} bytes")
