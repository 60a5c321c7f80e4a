"""The forms of sign-in and of a new password; sizes are checked before anything is computed."""

import math
from typing import Any, Final

from allauth.account.forms import ChangePasswordForm, LoginForm
from allauth.account.models import Login
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.forms import BaseForm, Form
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from corrigenda.accounts import counting, hashing
from corrigenda.accounts.audit import origin_of
from corrigenda.accounts.backend import ClosedError, is_present_password
from corrigenda.accounts.passwords import LONGEST
from corrigenda.models import Member

LONGEST_LOGIN: Final = 254
"""Characters of a user name or an e-mail address (RFC 5321, with erratum 1690)."""
BUSY_SECONDS: Final = 5


def _label(form: BaseForm, **labels: object) -> None:
    """Label the fields outside of them: allauth's placeholders are gone as soon as somebody types."""
    for name, label in labels.items():
        form.fields[name].label = str(label)
        form.fields[name].widget.attrs.pop("placeholder", None)


def _limit(form: BaseForm, **lengths: int) -> None:
    """Refuse longer texts. There is no `maxlength`: a browser would cut a password without a word."""
    for name, most in lengths.items():
        form.fields[name].validators.append(MaxLengthValidator(most))


class Slowed:
    """A form that may have to be sent again later; the view answers with its status and its seconds."""

    status: int = 200
    seconds: int = 0

    def _wait(self, error: counting.MustWaitError) -> ValidationError:
        self.status, self.seconds = 429, error.seconds
        return ValidationError(
            _("Too many attempts. Please try again in %(time)s.") % {"time": _time(error.seconds)},
            code="wait",
        )

    def _busy(self) -> ValidationError:
        self.status, self.seconds = 503, BUSY_SECONDS
        return ValidationError(
            _("Too many people are signing in at this moment. Please try again in %(time)s.")
            % {"time": _time(BUSY_SECONDS)},
            code="busy",
        )


def _time(seconds: int) -> str:
    if seconds <= 120:
        return ngettext("%(number)d second", "%(number)d seconds", seconds) % {"number": seconds}
    minutes = math.ceil(seconds / 60)
    return ngettext("%(number)d minute", "%(number)d minutes", minutes) % {"number": minutes}


class SignInForm(Slowed, LoginForm):
    """Name or e-mail address, and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label(self, login=gettext_lazy("User name or e-mail address"), password=gettext_lazy("Password"))
        _limit(self, login=LONGEST_LOGIN, password=LONGEST)
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["password"].help_text = ""
        self.fields["remember"].label = _("Stay signed in on this device")

    def clean(self) -> dict[str, Any]:
        """Sign the member in, or say in one sentence for all that it did not work."""
        said: dict[str, Any] = Form.clean(self) or {}
        if self.errors:
            return said
        try:
            member = authenticate(self.request, username=said["login"], password=said["password"])
        except counting.MustWaitError as error:
            raise self._wait(error) from None
        except hashing.BusyError:
            raise self._busy() from None
        except ClosedError:
            raise ValidationError(
                _("This account is closed. An administrator of this desk can open it again."), code="closed"
            ) from None
        if member is None:
            raise ValidationError(
                _("There is no account with this name and this password. Please check both."), code="mismatch"
            )
        self.user, self._login = member, Login(user=member)
        return said


class NewPasswordForm(Slowed, ChangePasswordForm):
    """The present password, and the new one twice."""

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        _label(
            self,
            oldpassword=gettext_lazy("Present password"),
            password1=gettext_lazy("New password"),
            password2=gettext_lazy("New password, again"),
        )
        _limit(self, oldpassword=LONGEST, password1=LONGEST, password2=LONGEST)

    @property
    def member(self) -> Member:
        """Return whose password it is."""
        if not isinstance(self.user, Member):
            raise TypeError("The form is for members who have signed in.")
        return self.user

    def clean_oldpassword(self) -> str:
        """Check the present password. Wrong ones are counted: an open session is no place to guess it."""
        present: str = self.cleaned_data["oldpassword"]
        try:
            is_right = is_present_password(self.member, present, origin=origin_of(self.request))
        except counting.MustWaitError as error:
            raise self._wait(error) from None
        except hashing.BusyError:
            raise self._busy() from None
        if not is_right:
            raise ValidationError(_("This is not your present password."), code="mismatch")
        return present
