"""Addresses that answers come back to: a mailbox with a token behind a plus, made and read as pure functions.

The token names a report and proves that we wrote it down: its number and eighty bits of a keyed hash, in
letters that survive a mail system which changes their case. It opens nothing but the way back.
"""

import re
from base64 import b32encode
from typing import Final

from django.utils.crypto import constant_time_compare, salted_hmac

_SALT: Final = "corrigenda.reply-address"
_PROOF_BYTES: Final = 10
_TOKEN: Final = re.compile(r"r(?P<number>[1-9][0-9]{0,17})-(?P<proof>[a-z2-7]{16})")


def reply_address(mailbox: str, number: int) -> str:
    """Return the address of a mailbox for the answers to report `number`; empty where there is no mailbox."""
    name, at, domain = mailbox.rpartition("@")
    return f"{name}+{reply_token(number)}@{domain}" if at else ""


def reply_token(number: int) -> str:
    """Return the token of a report."""
    digest = salted_hmac(_SALT, str(number), algorithm="sha256").digest()
    return f"r{number}-{b32encode(digest[:_PROOF_BYTES]).decode('ascii').lower()}"


def tag_of(address: str) -> str:
    """Return what stands behind the plus in an address, in lower case; empty where nothing does."""
    return address.rpartition("@")[0].partition("+")[2].lower()


def number_in(address: str) -> int | None:
    """Return the number of the report that an address was made for; None for any other address."""
    found = _TOKEN.fullmatch(tag_of(address))
    if found is None:
        return None
    number = int(found["number"])
    return number if constant_time_compare(found.group(), reply_token(number)) else None
