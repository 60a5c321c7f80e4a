"""Carries decisions out: prepared in the database, written to the CMS, seen on the published page."""

import logging
import time
from contextlib import suppress
from typing import Final

from corrigenda.connectors.cms import ByHandError, Cms, CmsError, ConflictError, StoredArticle, digest_of
from corrigenda.connectors.registry import ConnectorError, connect
from corrigenda.fix import actions, queries
from corrigenda.fix.live import NotSeenError, published_text
from corrigenda.fix.queries import Job
from corrigenda.fix.wording import Plan, look_for, plan_change
from corrigenda.ledger import StaleCaseError
from corrigenda.models import Fix
from corrigenda.passage import CannotPatch
from corrigenda.web.notices import public_notice

logger = logging.getLogger(__name__)

MOST_SECONDS: Final = 20.0
"""No new fix is begun after so long: the other rooms wait for this one, and a site may be slow."""


def run(limit: int = 50) -> int:
    """Take every fix that is due as far as it goes, at most `limit`; return how many made a step.

    A look at a page that shows nothing new is no step, so that waiting for a person does not keep the worker
    busy.
    """
    done = 0
    end = time.monotonic() + MOST_SECONDS
    for case_id in queries.cases_to_fix(limit):
        if time.monotonic() > end:
            break
        try:
            done += _carry_out(case_id)
        except StaleCaseError:
            continue  # an editor or another worker was faster
        except Exception:
            logger.exception("The fix of case %s failed.", case_id)
            _put_off_failed(case_id)
    return done


def _carry_out(case_id: int) -> bool:
    job = queries.read_job(case_id)
    if job is None:
        return False
    if job.base is None:
        actions.refuse_fix(job=job, problem="The passage has no place in the article.", found="")
        return True
    if job.fix is not None and job.fix.status == Fix.Status.APPLIED:
        return _verify(job, job.fix)
    fix, stepped = _write(job)
    if fix is None:
        return stepped
    return _verify(job, fix) or stepped


def _write(job: Job) -> tuple[Fix | None, bool]:
    """Bring the wording into the CMS; the fix to look for on the page (or None), and whether it moved."""
    try:
        cms = connect(job.site.connector, job.site.connector_options, root_selectors=job.site.root_selectors)
        stored = cms.read(job.article.canonical_url)
    except (CmsError, ConnectorError) as error:
        _put_off_broken(job, error)
        return None, False
    if stored is None:
        return actions.prepare_fix(job=job, before_digest="", after_digest=""), False
    try:
        plan = _plan(job, stored)
    except CannotPatch as error:
        actions.refuse_fix(job=job, problem=error.reason, found=job.decision.old)
        return None, True
    if plan.status == "conflict":
        reads = f" It now reads “{plan.found}”." if plan.found else ""
        problem = f"The passage was changed in the CMS meanwhile.{reads}"
        actions.refuse_fix(job=job, problem=problem, found=plan.found)
        return None, True
    return _store(job, cms, stored, plan)


def _plan(job: Job, stored: StoredArticle) -> Plan:
    """What is to be stored; our own write, where it stands there already: it may not be published yet."""
    fix = job.fix
    if fix is not None and fix.after_digest and fix.after_digest == stored.digest:
        return Plan("done", stored.html, fix.start, fix.end)
    if job.base is None:
        raise AssertionError
    return plan_change(stored.html, job.base, job.decision.wording)


def _store(job: Job, cms: Cms, stored: StoredArticle, plan: Plan) -> tuple[Fix | None, bool]:
    ours = job.fix is not None and job.fix.before_digest and job.fix.after_digest == stored.digest
    fix = actions.prepare_fix(
        job=job,
        before_digest=job.fix.before_digest if job.fix and ours else stored.digest,
        after_digest=digest_of(plan.html),
        start=plan.start,
        end=plan.end,
    )
    try:
        # The notice bears the moment of the prepared fix, so that a repeat writes the same bytes.
        notice = public_notice(job.notice)
        cms.write(job.article.canonical_url, before=stored.digest, html=plan.html, notice=notice)
    except ByHandError as error:
        fix = actions.prepare_fix(job=job, before_digest="", after_digest="")
        logger.info("The fix of %s waits for a person: %s", job.case, error)
        return fix, False
    except ConflictError:
        # Somebody saved between our read and our write: plan anew in the next round.
        actions.put_off(fix=fix, seconds=0)
        return None, False
    except CmsError as error:
        actions.put_off(fix=fix, seconds=actions.failure_seconds(fix), problem=str(error))
        return None, False
    return actions.apply_fix(job=job, fix=fix), True


def _verify(job: Job, fix: Fix) -> bool:
    """Look at the published page; whether it shows the wording."""
    if job.base is None:
        return False
    wait = actions.look_seconds(fix)
    try:
        live = published_text(job.site, job.article.canonical_url)
    except NotSeenError as error:
        actions.put_off(fix=fix, seconds=wait, problem=f"The page could not be checked: {error}")
        return False
    look = look_for(job.base, job.decision.wording, live)
    if look.status == "live":
        actions.finish_fix(job=job, fix=fix)
        return True
    problem = ""
    if look.status == "other":
        problem = f"The page now reads “{look.words}”."
    elif look.status == "gone":
        problem = "The passage does not stand on the page any more."
    actions.put_off(fix=fix, seconds=wait, problem=problem, found=look.words)
    return False


def _put_off_broken(job: Job, error: Exception) -> None:
    """Keep what the CMS said, in a row that is made for it where nothing was prepared yet."""
    fix = job.fix or actions.prepare_fix(job=job, before_digest="", after_digest="")
    actions.put_off(fix=fix, seconds=actions.failure_seconds(fix), problem=str(error))


def _put_off_failed(case_id: int) -> None:
    """Wait after an error that nobody thought of, and let the desk see that something is wrong."""
    job = queries.read_job(case_id)
    if job is not None:
        with suppress(StaleCaseError):
            _put_off_broken(job, RuntimeError("The fix failed unexpectedly; the log says why."))
