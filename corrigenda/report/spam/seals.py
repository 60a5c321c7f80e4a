"""The seal: the time at which a form was handed out, signed, so that its reports tell how long they took."""

import hmac
import time
from functools import lru_cache
from typing import Final

from django.conf import settings
from django.utils.crypto import salted_hmac
from msgspec.structs import replace

from corrigenda.report.drafts import ReportDraft
from corrigenda.report.spam.doubts import Doubt

FAST_SECONDS: Final = 2.0
"""Nobody reads a form, writes in it and sends it in less; programs mostly do."""

_AHEAD_SECONDS: Final = 60.0
"""So far the clock of another server may be ahead; a seal from further in the future is none."""
_SIGNATURE: Final = 32
"""Hexadecimal digits, 128 bits."""
_LONGEST: Final = 60


def make_seal() -> str:
    """Return a seal of this moment."""
    moment = f"{int(time.time() * 1000):x}"
    return f"{moment}.{_signature(moment)}"


def seal_age(seal: str) -> float | None:
    """Return how many seconds ago a seal was made, None for what is none of ours.

    There is no oldest: a page may stand open for days, and a report may wait there for the network.
    """
    moment, _, signature = seal.partition(".")
    # Anything else would cost a signature, or could not be compared in constant time.
    if len(seal) > _LONGEST or not seal.isascii() or not signature:
        return None
    if not hmac.compare_digest(signature, _signature(moment)):
        return None
    age = time.time() - int(moment, 16) / 1000
    return age if age > -_AHEAD_SECONDS else None


def with_doubts(draft: ReportDraft, *, is_browser: bool, is_beyond_share: bool = False) -> ReportDraft:
    """Return the draft with what the request itself speaks against it.

    A program that calls the API has no form and so no seal, and says that it is none by sending no Origin.
    """
    doubts = [Doubt.HONEYPOT] if draft.website.strip() else []
    age = seal_age(draft.seal)
    if age is not None and age < FAST_SECONDS:
        doubts.append(Doubt.FAST)
    elif age is None and is_browser:
        doubts.append(Doubt.UNSEALED)
    if is_beyond_share:
        doubts.append(Doubt.BEYOND_SHARE)
    return replace(draft, doubts=" ".join(doubts)) if doubts else draft


def _signature(moment: str) -> str:
    # django.core.signing does the same and derives its key anew each time: three times the cost.
    return hmac.digest(_key(settings.SECRET_KEY), moment.encode(), "sha256").hex()[:_SIGNATURE]


@lru_cache(maxsize=4)
def _key(secret: str) -> bytes:
    return salted_hmac("corrigenda.report.spam.seals", "", secret=secret, algorithm="sha256").digest()
