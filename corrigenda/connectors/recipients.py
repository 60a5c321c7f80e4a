"""Which e-mail addresses lead to one mailbox, its keyed digest, and the token by which it wants no mail."""

import contextlib
import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache
from typing import Final

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

DOTLESS: Final = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}
"""Domains whose mailboxes ignore dots in the name, and what each is counted as (Google documents both)."""

MOST_DOMAIN: Final = 253
"""Characters of a domain that is written in IDNA; a longer one is no mail server's (RFC 1035, 2.3.4)."""

# The unquoted name of RFC 5322, 3.2.3, in ASCII: what else there is has many spellings for one mailbox. Mail
# servers have taken a hyphen or a bar at its beginning for an option or a command, and per cent and
# exclamation marks for a way through another host. A domain has a dot, which "localhost" has not, and is no
# address literal.
_LABEL: Final = r"[^@.\s\[\]\"\\,;:<>()]+"
_PLAIN: Final = re.compile(rf"(?![-|])[A-Za-z0-9#$&'*+/=?^_`{{|}}~.-]{{1,64}}@(?:{_LABEL}\.)+{_LABEL}")
_ESCAPED: Final = re.compile(r"\\(.)")

LONGEST: Final = 320
"""Characters of an address: 64 of the name, 255 of the domain (RFC 5321, 4.5.3.1)."""

DIGEST_BYTES: Final = 20
_PROOF_BYTES: Final = 10
_TOKEN_CHARACTERS: Final = (DIGEST_BYTES + _PROOF_BYTES) // 3 * 4
_DIGEST_SALT: Final = "corrigenda.recipient"
_STOP_SALT: Final = "corrigenda.stop"


def is_plain(address: str) -> bool:
    """Whether an address is of the one form that this desk writes to.

    Quoted names ("olena"@mail.example), names beyond ASCII, address literals and hosts without a dot are
    valid and hardly ever genuine: with them one mailbox would have many spellings, each with its own limit.
    Names that a mail server may obey (-x, |x, a%b, a!b) are hardly ever genuine either.
    """
    return len(address) <= LONGEST and _PLAIN.fullmatch(address) is not None


def mailbox_of(address: str) -> str:
    """Return one spelling for all addresses that lead to a mailbox.

    Lower case throughout (the name before the @ may differ by case in theory, RFC 5321, 2.4, and hardly ever
    does); the domain in IDNA; what follows a plus in the name is left out (subaddressing, RFC 5233); dots in
    the name are, where the domain ignores them; quotation marks around the name and backslashes in them say
    nothing (RFC 5321, 4.1.2). Two that are taken for one share a limit and a stop link.
    """
    name, at, domain = address.strip().rpartition("@")
    if not at:
        return address.strip().casefold()
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = _ESCAPED.sub(r"\1", name[1:-1])
    name, domain = name.casefold(), domain.rstrip(".").casefold()
    # Python writes a name in IDNA in a time that grows with the square of its length.
    if not domain.isascii() and len(domain) <= MOST_DOMAIN:
        with contextlib.suppress(UnicodeError):  # such a domain is counted as it is written
            domain = domain.encode("idna").decode("ascii")
    # A name that begins with a plus has nothing before it that could be a mailbox.
    name = name.partition("+")[0] or name
    if domain in DOTLESS:
        name, domain = name.replace(".", "") or name, DOTLESS[domain]
    return f"{name}@{domain}"


def digest_of(address: str) -> str:
    """Return the keyed digest of the mailbox behind an address: 40 hexadecimal digits.

    Without the secret key nobody can tell from it whether an address is meant.
    """
    mailbox = mailbox_of(address).encode("utf-8", "replace")
    return hmac.digest(_key(_DIGEST_SALT, settings.SECRET_KEY), mailbox, "sha256")[:DIGEST_BYTES].hex()


def stop_token(digest: str) -> str:
    """Return the token that stops mail to a mailbox: its digest, and a proof that this desk made it."""
    plain = bytes.fromhex(digest)
    return urlsafe_b64encode(plain + _proof(digest)).decode("ascii")


def digest_in(token: str) -> str | None:
    """Return the digest in a token that this desk made; None for any other text."""
    if len(token) != _TOKEN_CHARACTERS:
        return None
    try:
        content = urlsafe_b64decode(token.encode("ascii"))
    except ValueError:
        return None
    digest = content[:DIGEST_BYTES].hex()
    return digest if constant_time_compare(token, stop_token(digest)) else None


def _proof(digest: str) -> bytes:
    key = _key(_STOP_SALT, settings.SECRET_KEY)
    return hmac.digest(key, digest.encode("ascii"), "sha256")[:_PROOF_BYTES]


@lru_cache(maxsize=8)
def _key(salt: str, secret: str) -> bytes:
    """Return the key for one purpose; deriving it anew would take most of the time of a digest."""
    return salted_hmac(salt, "", secret=secret, algorithm="sha256").digest()
