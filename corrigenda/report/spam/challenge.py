"""Proof of work: while too many reports arrive at a site, each must come with the solution of a puzzle.

The scheme is ALTCHA's, version 1. A solution counts for one idempotency key alone, under which at most one
report is ever stored: so none has to be remembered.
"""

import base64
import binascii
from datetime import timedelta
from functools import lru_cache
from typing import Annotated, Final, TypedDict
from urllib.parse import parse_qs

import msgspec
from altcha.v1 import ChallengeOptions, Payload, create_challenge, verify_solution
from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac

from corrigenda.models import Site
from corrigenda.web.limits import LIMITS

EXPIRES: Final = timedelta(minutes=10)
_ALGORITHM: Final = "SHA-256"
_LONGEST: Final = 2000
"""Characters of a payload: four times what the longest key makes of one."""


class Challenge(TypedDict):
    """A puzzle as ALTCHA's solvers read it: find the number behind the salt whose hash is the challenge."""

    algorithm: str
    challenge: str
    salt: str
    maxnumber: int
    signature: str


class PressureError(Exception):
    """More reports arrive than the site takes unasked, and this one comes without a solution."""

    def __init__(self, challenge: Challenge, seconds: int) -> None:
        super().__init__("A solved challenge is needed.")
        self.challenge = challenge
        self.seconds = seconds
        """After which one may pass without."""


class _Payload(msgspec.Struct):
    """What a solver sends back, as base64 of JSON. Checked here: the library takes types on trust."""

    algorithm: str
    challenge: str
    number: Annotated[int, msgspec.Meta(ge=0, le=2**53)]
    salt: str
    signature: str


_DECODER: Final = msgspec.json.Decoder(_Payload)


def seconds_of_pressure(site: Site) -> int:
    """Count a report at a site; 0, or after how many seconds one may pass without a solution."""
    options = settings.OPTIONS
    if not options.challenge_reports:
        return 0
    return LIMITS.wait(
        b"%d" % site.pk,
        most=options.challenge_reports,
        seconds=options.challenge_seconds,
        kind=b"site",
    )


def check_pressure(site: Site, *, key: str, solution: str) -> None:
    """Count a report at its site; raises PressureError where it needs a solution and has none."""
    seconds = seconds_of_pressure(site)
    # The same key on another site is another report, and needs a solution of its own.
    purpose = f"{site.pk}:{key}"
    if seconds and not is_solved(solution, key=purpose):
        raise PressureError(make_challenge(purpose), seconds)


def make_challenge(key: str) -> Challenge:
    """Return a puzzle whose solution lets one report through, for ten minutes.

    `key` is the number of the site, a colon and the idempotency key.
    """
    most = settings.OPTIONS.challenge_number
    made = create_challenge(
        ChallengeOptions(
            algorithm=_ALGORITHM,
            max_number=most,
            hmac_key=_hmac_key(settings.SECRET_KEY),
            expires=timezone.now() + EXPIRES,
            params={"key": key},
        )
    )
    return {
        "algorithm": made.algorithm,
        "challenge": made.challenge,
        "salt": made.salt,
        "maxnumber": most,
        "signature": made.signature,
    }


def is_solved(solution: str, *, key: str) -> bool:
    """Whether a payload solves a puzzle of ours that was made for this key and has not expired."""
    if not solution or len(solution) > _LONGEST:
        return False
    try:
        given = _DECODER.decode(base64.b64decode(solution, validate=True))
    except (binascii.Error, ValueError, msgspec.DecodeError, RecursionError):
        return False
    asked = parse_qs(given.salt.partition("?")[2])
    if given.algorithm != _ALGORITHM or asked.get("key") != [key] or len(asked.get("expires", ())) != 1:
        return False
    payload = Payload(
        algorithm=_ALGORITHM,
        challenge=given.challenge,
        number=given.number,
        salt=given.salt,
        signature=given.signature,
    )
    return verify_solution(payload, _hmac_key(settings.SECRET_KEY))[0]


@lru_cache(maxsize=4)
def _hmac_key(secret: str) -> bytes:
    return salted_hmac("corrigenda.report.spam.challenge", "", secret=secret, algorithm="sha256").digest()
