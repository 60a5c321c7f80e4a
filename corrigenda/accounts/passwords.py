"""Which passwords are too easy to guess: rules about what is known, none about which characters it has."""

import string
from collections.abc import Iterable
from functools import cached_property
from typing import Final
from urllib.parse import urlsplit

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from corrigenda.models import Site

LONGEST: Final = 1_024
"""Characters of a password; longer ones are refused before anything is computed."""
LEAST: Final = 10
"""ASVS 5.0, 6.2.1 asks for 8."""
_ROOM: Final = 8
"""Characters that must be left when what everybody knows is taken away."""
_SHORT_UNIT: Final = 4
_DECORATION: Final = string.digits + string.punctuation + string.whitespace
_LEAST_WORD: Final = 4


class NotTooLong:
    """Refuses what nobody types and what would only cost time."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:  # noqa: ARG002 (Django's)
        """Raise ValidationError for a password that is too long."""
        if len(password) > LONGEST:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        """Say the rule."""
        return _("A password has at most %(most)d characters.") % {"most": LONGEST}


class NotCommon(CommonPasswordValidator):
    """Refuses the 19,641 passwords of Django's list, also with a few digits or signs around them.

    The list is Royce Williams's, made from published breaches; it is part of Django and under its licence.
    """

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:  # noqa: ARG002 (Django's)
        """Raise ValidationError for a password that is tried among the first."""
        if len(password) > LONGEST:
            return
        text = password.lower().strip()
        if any(core in self.passwords for core in _cores(text)) or _is_short_unit(text):
            raise ValidationError(
                _("This password is on lists of common passwords, or nearly so. Please choose another one."),
                code="password_too_common",
            )

    def get_help_text(self) -> str:
        """Say the rule."""
        return _("A password must not be a common one.")


class NotOfThisDesk:
    """Refuses the names of this desk and of its newspapers with less than eight other characters."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:  # noqa: ARG002 (Django's)
        """Raise ValidationError for a password that somebody guesses who knows where it is used."""
        if len(password) > LONGEST:
            return
        text = "".join(sign for sign in password.casefold() if sign.isalnum())
        rest = text
        for word in sorted(self._words, key=len, reverse=True):
            rest = rest.replace(word, "")
        if rest != text and (len(rest) < _ROOM or rest in self._common.passwords):
            raise ValidationError(
                _(
                    "This password is little more than the name of this desk or of a newspaper. "
                    "Please choose another one."
                ),
                code="password_of_this_desk",
            )

    def get_help_text(self) -> str:
        """Say the rule."""
        return _("A password must not be the name of this desk or of a newspaper.")

    @cached_property
    def _common(self) -> CommonPasswordValidator:
        return CommonPasswordValidator()

    @property
    def _words(self) -> set[str]:
        texts = ["corrigenda"]
        for site in Site.objects.prefetch_related("origins"):
            hosts = [urlsplit(origin.origin).hostname or "" for origin in site.origins.all()]
            texts += [site.name, site.slug, *hosts]
        return set(_words_of(texts))


def _words_of(texts: Iterable[str]) -> Iterable[str]:
    for text in texts:
        parts = "".join(sign if sign.isalnum() else " " for sign in text.casefold()).split()
        yield from (word for word in (*parts, "".join(parts)) if len(word) >= _LEAST_WORD)


def _cores(text: str) -> Iterable[str]:
    """Yield the text without up to seven digits or signs at its ends, in each way: a core may be digits."""
    for start in range(_ROOM):
        for end in range(_ROOM - start):
            if not (text[:start] + text[len(text) - end :]).strip(_DECORATION):
                yield text[start : len(text) - end]


def _is_short_unit(text: str) -> bool:
    """Whether the text is up to four characters over and over."""
    return any(
        text == (text[:size] * (len(text) // size + 1))[: len(text)] for size in range(1, _SHORT_UNIT + 1)
    )
