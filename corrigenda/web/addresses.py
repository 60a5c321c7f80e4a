"""What is said of an address that cannot be taken, in the language now in use."""

from django.utils.translation import ngettext

from corrigenda.connectors.addresses import MOST_CHARACTERS, AddressError, LongAddressError


def said_of(error: AddressError, otherwise: str) -> str:
    """Return that an address is too long, where it is, else the sentence of the place that asked for it."""
    return too_long(MOST_CHARACTERS) if isinstance(error, LongAddressError) else otherwise


def too_long(most: int) -> str:
    """Return the sentence for a text of more than `most` characters."""
    sentence = ngettext(
        "This is too long: %(most)s character at most.",
        "This is too long: %(most)s characters at most.",
        most,
    )
    return sentence % {"most": most}
