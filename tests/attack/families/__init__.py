"""The families of attacks; importing them puts each attack into the registry."""

from tests.attack.families import (
    access,
    addresses,
    headers,
    identity,
    keys,
    known,
    mails,
    memory,
    oracles,
    pages,
    parsing,
    passwords,
    showing,
    slots,
)
from tests.attack.registry import ATTACKS

FAMILIES = (
    access,
    addresses,
    headers,
    identity,
    keys,
    known,
    mails,
    memory,
    oracles,
    pages,
    parsing,
    passwords,
    showing,
    slots,
)

__all__ = ["ATTACKS", "FAMILIES"]
