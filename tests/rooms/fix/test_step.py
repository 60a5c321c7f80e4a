"""A decision becomes an edit that is prepared, written, and seen on the page; or the desk learns why not."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import turbohtml
from django.db import connections
from django.utils import timezone

from corrigenda.connectors.cms import ConflictError, digest_of
from corrigenda.connectors.files import FileCms
from corrigenda.fix import actions, step
from corrigenda.fix.wording import Base, Plan, plan_change
from corrigenda.flow import State
from corrigenda.models import Case, Decision, Entry, Fix, Notice
from corrigenda.passage import plain_text
from tests.rooms.connectors.servers import Answer, Server
from tests.rooms.fix.conftest import (
    BODY,
    STORY,
    Newsroom,
    fix_of,
    make_newsroom,
    moment_of,
    state,
    verbs,
)

FIXED = BODY.replace("<em>31 of", "<em>34 of")


def due_again() -> None:
    """Let the waiting time of every fix pass."""
    Fix.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))


def test_a_fix_from_decision_to_page(newsroom: Newsroom) -> None:
    """The edit is stored and published with its notice, seen, and written into the history once."""
    case = newsroom.decide()
    assert step.run() == 1
    assert state(case) == State.FIXED
    fix = fix_of(case)
    assert fix.status == Fix.Status.LIVE
    assert (fix.before_digest, fix.after_digest) == (digest_of(BODY), digest_of(FIXED))
    text = plain_text(FIXED)
    assert text[fix.start : fix.end] == "34 of 39"
    assert fix.prepared_at <= fix.applied_at <= fix.live_at  # type: ignore[operator]  # all three are set
    assert (fix.problem, fix.found, fix.next_attempt_at) == ("", "", None)
    assert newsroom.stored().count(FIXED) == 1
    document = turbohtml.parse(newsroom.published())
    notice = Notice.objects.get()
    entry = document.select_one(f"aside.corrections > p#{notice.anchor}")
    assert entry is not None
    assert notice.text in entry.text
    assert [mark.text for mark in document.select("mark.corrected")] == ["34 of", " 39"]
    assert verbs(case) == [
        ("applied", "", "31 of 39", "34 of 39"),
        ("fixed", "fixed", "31 of 39", "34 of 39"),
    ]
    rows = {"fix": fix.pk, "decision": fix.decision_id}
    assert [entry.rows for entry in Entry.objects.filter(room="fix")] == [rows, rows]
    assert moment_of(case) is not None
    assert step.run() == 0


@pytest.mark.parametrize("wait", ["draft", "undo", "undone"])
def test_what_a_fix_waits_for(newsroom: Newsroom, wait: str) -> None:
    """The notice's draft, the time in which an editor can undo, and a decision that stands."""
    case = newsroom.decide(draft=wait != "draft")
    if wait == "undo":
        Case.objects.update(not_before=timezone.now() + timedelta(seconds=60))
    if wait == "undone":
        Decision.objects.update(undone_at=timezone.now())
    assert step.run() == 0
    assert not Fix.objects.exists()
    assert newsroom.stored() == STORY
    assert state(case) == State.ACCEPTED


def test_an_edit_elsewhere_meanwhile_is_kept(newsroom: Newsroom) -> None:
    """The passage is followed into the text as it is stored now."""
    newsroom.edit("<p>The ferry", "<p>A new paragraph above.</p>\n<p>The ferry", publish=True)
    newsroom.edit("a ticket", "a season ticket", publish=True)
    case = newsroom.decide()
    step.run()
    assert state(case) == State.FIXED
    assert "<em>34 of</em> 39" in newsroom.stored()
    assert "A new paragraph above" in newsroom.published()
    assert "season ticket" in newsroom.published()


def test_two_fixes_of_one_article(newsroom: Newsroom) -> None:
    """The second is made in the text that the first has left; both notices stand."""
    first = newsroom.decide()
    second = newsroom.decide(old="the goat", wording="the <goat> & Co")
    assert step.run() == 2
    assert (state(first), state(second)) == (State.FIXED, State.FIXED)
    assert "the &lt;goat&gt; &amp; Co" in newsroom.stored()
    assert len(turbohtml.parse(newsroom.published()).select("aside.corrections > p")) == 2


def test_a_deletion(newsroom: Newsroom) -> None:
    """Words are taken out, and their absence is the proof."""
    case = newsroom.decide(old=", the office says", wording="")
    step.run()
    assert state(case) == State.FIXED
    assert "39 crossings.</p>" in newsroom.published()


def test_words_that_changed_meanwhile_go_back_to_the_desk(newsroom: Newsroom) -> None:
    """Nothing is written; the editor sees what stands there now, and the article is read again."""
    newsroom.edit("<em>31 of</em> 39", "<em>33 of</em> 39")
    stored = newsroom.stored()
    case = newsroom.decide()
    assert step.run() == 1
    assert newsroom.stored() == stored
    assert newsroom.published() == STORY
    assert state(case) == State.LOCATED
    fix = fix_of(case)
    assert fix.status == Fix.Status.REFUSED
    assert "It now reads “33 of 39”" in fix.problem
    assert fix.decision.undone_at is not None
    assert verbs(case) == [("refused", "located", "31 of 39", "33 of 39")]
    assert moment_of(case) is not None
    assert step.run() == 0


def test_words_that_were_cut_go_back_to_the_desk(newsroom: Newsroom) -> None:
    """The same words elsewhere are not changed in their place."""
    newsroom.edit(BODY.split("\n", maxsplit=1)[0] + "\n", "")
    case = newsroom.decide()
    step.run()
    assert state(case) == State.LOCATED
    assert "34" not in newsroom.stored()
    assert verbs(case)[0][::3] == ("refused", "")


def test_markup_that_cannot_take_it_goes_back_to_the_desk(newsroom: Newsroom) -> None:
    """The engine's reason is the fix's problem."""
    case = newsroom.decide(old="says.\nOn the wall", wording="says, and on the wall")
    step.run()
    assert state(case) == State.LOCATED
    assert "runs from one paragraph into another" in fix_of(case).problem
    assert newsroom.stored() == STORY


def test_a_save_between_our_read_and_our_write(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """The CMS refuses, and the fix is planned anew on the text of the other editor."""
    whole = FileCms.write

    def late(self: FileCms, *args: object, **options: object) -> None:
        monkeypatch.undo()
        newsroom.edit("a ticket", "a season ticket", publish=True)
        with pytest.raises(ConflictError):
            whole(self, *args, **options)  # type: ignore[arg-type]  # handed through as it came
        raise ConflictError("The article was changed in the CMS meanwhile.")

    monkeypatch.setattr(FileCms, "write", late)
    case = newsroom.decide()
    assert step.run() == 0
    assert state(case) == State.ACCEPTED
    assert "34" not in newsroom.published()
    assert step.run() == 1
    assert state(case) == State.FIXED
    assert "season ticket" in newsroom.published()
    assert [verb for verb, *_ in verbs(case)] == ["applied", "fixed"]


class Killed(BaseException):
    """What SIGKILL looks like from inside: no handler of the program runs."""


def kill(*_args: object, **_options: object) -> None:
    """Be killed."""
    raise Killed


@pytest.mark.parametrize(
    ("owner", "name", "before"),
    [
        (actions, "prepare_fix", True),
        (actions, "prepare_fix", False),
        (FileCms, "write", True),
        (FileCms, "write", False),
        (actions, "apply_fix", False),
        (step, "published_text", True),
        (step, "published_text", False),
        (actions, "finish_fix", False),
    ],
)
def test_killed_between_any_two_effects(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, owner: object, name: str, before: bool
) -> None:
    """A repeat ends with one edit, one notice on the page, one entry each, and the same bytes."""
    whole: Callable[..., object] = getattr(owner, name)

    def killed(*args: object, **options: object) -> object:
        if not before:
            whole(*args, **options)
        raise Killed

    case = newsroom.decide()
    monkeypatch.setattr(owner, name, killed)
    with pytest.raises(Killed):
        step.run()
    monkeypatch.undo()
    step.run()
    assert state(case) == State.FIXED
    assert [verb for verb, *_ in verbs(case)] == ["applied", "fixed"]
    fix = Fix.objects.get()
    assert (fix.status, fix.after_digest) == (Fix.Status.LIVE, digest_of(FIXED))
    assert newsroom.stored().count(FIXED) == 1
    assert len(turbohtml.parse(newsroom.published()).select("aside.corrections > p")) == 1


@pytest.mark.parametrize(
    ("old", "wording"), [("ferry arrived", "ferry, ferry arrived"), ("says", ""), ("goat", "goat goat")]
)
def test_a_repeat_after_a_crash_never_edits_twice(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, old: str, wording: str
) -> None:
    """Words that repeat themselves look unfixed after the fix: the digest tells that the write was ours."""
    monkeypatch.setattr(actions, "apply_fix", kill)
    case = newsroom.decide(old=old, wording=wording)
    with pytest.raises(Killed):
        step.run()
    monkeypatch.undo()
    stored = newsroom.stored()
    step.run()
    assert newsroom.stored() == stored
    assert state(case) == State.FIXED


def test_a_crash_between_storing_and_publishing(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """The digest tells that the stored text is our own: the repeat plans nothing, and publishes it."""
    case = newsroom.decide()
    published = newsroom.published()
    step.run()
    Case.objects.filter(pk=case.pk).update(state=State.ACCEPTED)
    Fix.objects.update(
        status=Fix.Status.PREPARED, before_digest=digest_of(BODY), live_at=None, applied_at=None
    )
    after = newsroom.published()
    newsroom.public.write_text(published, encoding="utf-8")
    monkeypatch.setattr(step, "plan_change", kill)
    assert step.run() == 1
    assert newsroom.published() == after
    assert state(case) == State.FIXED


def test_a_cms_that_fails_is_asked_again_later(newsroom: Newsroom) -> None:
    """The editor reads why; pauses grow; it heals by itself."""
    stored = newsroom.source.read_bytes()
    newsroom.source.write_bytes(stored + b"\xff")
    case = newsroom.decide()
    waits = []
    for _ in range(3):
        begun = timezone.now()
        assert step.run() == 0
        fix = fix_of(case)
        assert "UTF-8" in fix.problem
        assert fix.next_attempt_at is not None
        waits.append(round((fix.next_attempt_at - begun).total_seconds()))
        assert step.run() == 0
        due_again()
    assert waits == [1, 4, 16]
    newsroom.source.write_bytes(stored)
    assert step.run() == 1
    assert state(case) == State.FIXED


def test_an_article_that_is_not_published_is_fixed_when_it_is_again(newsroom: Newsroom) -> None:
    away = newsroom.public.with_suffix(".away")
    newsroom.public.rename(away)
    newsroom.server.answers["/story.html"], published = (
        Answer(status=404),
        newsroom.server.answers["/story.html"],
    )
    case = newsroom.decide()
    assert step.run() == 0
    assert "could not be checked" in fix_of(case).problem
    assert state(case) == State.ACCEPTED
    away.rename(newsroom.public)
    newsroom.server.answers["/story.html"] = published
    due_again()
    step.run()
    assert state(case) == State.FIXED
    assert newsroom.stored() != STORY


def test_wrong_connector_settings_are_told(newsroom: Newsroom) -> None:
    """An administrator's slip waits too; nothing is lost."""
    options, newsroom.site.connector_options = newsroom.site.connector_options, {}
    newsroom.site.save()
    case = newsroom.decide()
    assert step.run() == 0
    assert "needs the option" in fix_of(case).problem
    newsroom.site.connector_options = options
    newsroom.site.save()
    due_again()
    step.run()
    assert state(case) == State.FIXED


def test_a_page_that_a_cache_still_serves(newsroom: Newsroom, server: Server) -> None:
    """Applied, not yet visible: looked at again soon, then less soon, until it shows."""
    fresh = server.answers["/story.html"]
    server.answers["/story.html"] = Answer(STORY)
    case = newsroom.decide()
    assert step.run() == 1
    fix = fix_of(case)
    assert (fix.status, fix.problem) == (Fix.Status.APPLIED, "")
    assert state(case) == State.ACCEPTED
    assert step.run() == 0
    due_again()
    assert step.run() == 0
    server.answers["/story.html"] = fresh
    due_again()
    assert step.run() == 1
    assert state(case) == State.FIXED
    assert [verb for verb, *_ in verbs(case)] == ["applied", "fixed"]


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (Answer("no", 503), "status 503"),
        (Answer("no", 404), "status 404"),
        (Answer("<div>cut</div>"), "no element that holds an article"),
        (Answer("{}", headers={"Content-Type": "application/json"}), "not an HTML page"),
        (Answer("<article><p>Subscribe to read on.</p></article>"), "does not stand on the page"),
        (Answer(STORY.replace("<em>31 of", "<em>30 of")), "now reads “30 of 39”"),
    ],
)
def test_a_page_that_proves_nothing(newsroom: Newsroom, server: Server, answer: Answer, problem: str) -> None:
    """The fix is not taken for live, and the desk is told what was seen."""
    server.answers["/story.html"] = answer
    case = newsroom.decide()
    step.run()
    fix = fix_of(case)
    assert fix.status == Fix.Status.APPLIED
    assert problem in fix.problem
    assert state(case) == State.ACCEPTED


def test_one_that_fails_does_not_stop_the_others(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An error that nobody thought of is logged and waits; the next case has its turn."""

    def breaks(html: str, base: Base, wording: str) -> Plan:
        if wording == "break":
            raise RuntimeError("unthought-of")
        return plan_change(html, base, wording)

    monkeypatch.setattr(step, "plan_change", breaks)
    bad, good = newsroom.decide(old="the goat", wording="break"), newsroom.decide()
    assert step.run() == 1
    assert (state(bad), state(good)) == (State.ACCEPTED, State.FIXED)
    assert "unthought-of" in caplog.text
    assert "failed unexpectedly" in fix_of(bad).problem
    assert step.run() == 0


def test_two_workers_at_once(committed_db: None, server: Server, tmp_path: Path) -> None:
    """Started twice, the fix is made once."""
    newsroom = make_newsroom(server, tmp_path)
    case = newsroom.decide()

    def work() -> int:
        try:
            return sum(step.run() for _ in range(3))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        for job in [pool.submit(work) for _ in range(3)]:
            job.result()
    step.run()
    assert state(case) == State.FIXED
    assert [verb for verb, *_ in verbs(case)] == ["applied", "fixed"]
    assert Fix.objects.get().status == Fix.Status.LIVE
    assert newsroom.stored().count(FIXED) == 1
