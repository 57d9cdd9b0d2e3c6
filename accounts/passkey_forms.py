"""The form of the log-in page that its script fills in with a passkey."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import actions, passkey_login
from accounts.limits import TooOften
from accounts.relying_party import PasskeysOff

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.models import User


class PasskeyForm(forms.Form):
    """What the script of the page has of the browser: a passkey that answers a challenge, checked."""

    token = forms.CharField(max_length=2000, required=False)
    credential = forms.CharField(max_length=50_000, required=False)

    def __init__(self, request: HttpRequest, second_of: User | None) -> None:
        super().__init__(request.POST)
        self.request = request
        self.second_of = second_of
        self.user: User | None = None
        self.wait_s: int | None = None  # where there were too many wrong ones

    def clean(self) -> dict[str, Any]:
        """Finds the person: `self.user`."""
        cleaned = self.cleaned_data
        try:
            credential = orjson.loads(cleaned.get("credential", ""))
        except orjson.JSONDecodeError:
            credential = None
        if not isinstance(credential, dict):
            raise _refused()
        proof = {"token": cleaned.get("token", ""), "credential": credential}
        try:
            self.user = passkey_login.check(self.request, proof, second_of=self.second_of)
        except PasskeysOff as off:
            raise ValidationError(str(off), code="passkeys_unavailable") from None
        except TooOften as refused:
            self.wait_s = refused.wait
            says = ngettext(
                "Too many attempts. Try again in %(seconds)d second.",
                "Too many attempts. Try again in %(seconds)d seconds.",
                refused.wait,
            )
            raise ValidationError(says % {"seconds": refused.wait}) from None
        except actions.PasskeyExpired:
            raise ValidationError(
                _("This took too long, or was used before: try again."), code="passkey_expired"
            ) from None
        except actions.PasskeyRefused:
            raise _refused() from None
        return cleaned

    def add_refusal(self) -> None:
        """The one message for all that can be wrong."""
        self.add_error(None, _refused())


def _refused() -> ValidationError:
    return ValidationError(_("This passkey is not known here, or proves nothing."), code="passkey_refused")
