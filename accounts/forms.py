"""The forms of the pages and of the administration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import auth
from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import actions, names, second_step
from accounts.limits import TooOften
from accounts.models import User

if TYPE_CHECKING:
    from django.http import HttpRequest

PASSWORD_CHARACTERS = 1024
TAKEN = ValidationError(gettext_lazy("This user name is taken."), code="unique")


def _wrong_passwords(wait_s: int) -> str:
    return ngettext(
        "Too many wrong passwords. Try again in %(seconds)d second.",
        "Too many wrong passwords. Try again in %(seconds)d seconds.",
        wait_s,
    ) % {"seconds": wait_s}


def _wrong_codes(wait_s: int) -> str:
    return ngettext(
        "Too many wrong codes. Try again in %(seconds)d second.",
        "Too many wrong codes. Try again in %(seconds)d seconds.",
        wait_s,
    ) % {"seconds": wait_s}


class LoginForm(forms.Form):
    """User name and password, checked."""

    username = forms.CharField(
        label=gettext_lazy("Username"),
        max_length=256,
        widget=forms.TextInput(
            # "webauthn": browsers offer passkeys beside the names that they know.
            attrs={
                "autocomplete": "username webauthn",
                "autocapitalize": "none",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=PASSWORD_CHARACTERS,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, request: HttpRequest, data: Any = None) -> None:
        super().__init__(data)
        self.request = request
        self.user: User | None = None
        self.wait_s: int | None = None  # where there were too many wrong passwords

    def clean(self) -> dict[str, Any]:
        """Finds the person: `self.user`."""
        cleaned = self.cleaned_data
        if "username" in cleaned and "password" in cleaned:
            try:
                found = auth.authenticate(self.request, username=cleaned["username"], password=cleaned["password"])
            except TooOften as refused:
                self.wait_s = refused.wait
                self.add_error(None, _wrong_passwords(refused.wait))
                return cleaned
            self.user = found if isinstance(found, User) else None
            if self.user is None:
                self.add_refusal()
        return cleaned

    def add_refusal(self) -> None:
        """The one message for all that can be wrong."""
        self.add_error(None, _("User name or password is wrong."))


class CodeForm(forms.Form):
    """The code of somebody whose password was right, checked."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=64,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}
        ),
        help_text=gettext_lazy("Six digits of your authenticator app, or one of your recovery codes."),
    )

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(data)
        self.user = user
        self.wait_s: int | None = None  # where there were too many wrong codes

    def clean_code(self) -> str:
        """Good, and used by this."""
        code: str = self.cleaned_data["code"]
        try:
            if not second_step.check_code(self.user, code):
                raise ValidationError(_("This code is wrong, or was used before."), code="two_factor_refused")
        except TooOften as refused:
            self.wait_s = refused.wait
            raise ValidationError(_wrong_codes(refused.wait)) from None
        return code


class SignupForm(forms.Form):
    """What a new account needs."""

    username = forms.CharField(
        label=gettext_lazy("Username"),
        max_length=names.NAME_CHARACTERS,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}
        ),
        help_text=gettext_lazy("Letters, digits and @ . + - _"),
    )
    display_name = forms.CharField(
        label=gettext_lazy("Display name"),
        required=False,
        max_length=names.NAME_CHARACTERS,
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
        help_text=gettext_lazy("What others see. Your username, if left empty."),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=PASSWORD_CHARACTERS,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("At least 8 characters."),
    )

    def clean_username(self) -> str:
        """The name as it is kept, if it is free."""
        username: str = User.normalize_username(self.cleaned_data["username"])
        if len(username) > names.NAME_CHARACTERS:  # normalising makes more of some characters
            raise ValidationError(
                _("At most %(most)d characters.") % {"most": names.NAME_CHARACTERS}, code="max_length"
            )
        names.validate_username(username)
        if not User.objects.is_free(username):
            raise TAKEN
        return username

    def clean_display_name(self) -> str:
        """One visible line, or nothing."""
        display_name = names.tidy(self.cleaned_data["display_name"])
        if display_name:
            names.validate_display_name(display_name)
        return display_name

    def clean(self) -> dict[str, Any]:
        """The password is judged with the names."""
        cleaned = self.cleaned_data
        if "password" in cleaned:
            user = User(username=cleaned.get("username", ""), display_name=cleaned.get("display_name", ""))
            try:
                validate_password(cleaned["password"], user)
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned


class ForgottenForm(forms.Form):
    """Who cannot get in."""

    name = forms.CharField(
        label=gettext_lazy("Username or e-mail address"),
        max_length=256,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}
        ),
    )


class NewPasswordForm(forms.Form):
    """A new password for somebody."""

    password = forms.CharField(
        label=gettext_lazy("New password"),
        max_length=PASSWORD_CHARACTERS,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "autofocus": True}),
        help_text=gettext_lazy("At least 8 characters."),
    )

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(data)
        self.user = user

    def clean_password(self) -> str:
        """Good enough."""
        password: str = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password


class UserAddForm(AdminUserCreationForm):  # type: ignore[type-arg] # not generic at run time
    """A new person, made in the administration."""

    class Meta:
        model = User
        fields = ("username", "display_name", "email")

    def clean_username(self) -> str:
        """Whether it is free is for `User.clean`, which compares as log-in does."""
        username: str = self.cleaned_data["username"]
        return username


class UserPasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg] # not generic at run time
    """A new password for somebody, which ends all their sessions."""

    def save(self, commit: bool = True) -> User:  # noqa: FBT001, FBT002 - Django's signature
        """Through the action."""
        password = self.cleaned_data["password1"] if self.cleaned_data["set_usable_password"] else None
        user = actions.set_password(user=self.user, password=password)
        self.user = user
        return user
