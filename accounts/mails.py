"""What the mails of accounts say."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import actions
from accounts.posting import compose

if TYPE_CHECKING:
    from django.core.mail import EmailMultiAlternatives

    from accounts.models import Mail


def verify(mail: Mail) -> EmailMultiAlternatives | None:
    """Is this address yours?"""
    user, email = mail.user, mail.about["email"]
    if user is None or user.unverified_email != email:
        return None
    path = reverse("email-verify", args=[actions.verification_of(user, email)])
    context = {"user": user, "link": f"{settings.BASE_URL}{path}"}
    return compose("verify", to=email, subject=_("Is this your e-mail address?"), context=context)


def forgotten(mail: Mail) -> None:
    """No mail by itself: those who are meant get one each."""
    actions.mail_resets(name=mail.about["name"])


def reset(mail: Mail) -> EmailMultiAlternatives | None:
    """A link to a new password."""
    user = mail.user
    if user is None or not user.is_active or not user.email:
        return None
    path = reverse("password-reset", args=[str(user.pk), default_token_generator.make_token(user)])
    context = {"user": user, "link": f"{settings.BASE_URL}{path}"}
    return compose("reset", to=user.email, subject=_("A new password for Brook"), context=context)


def passkey(mail: Mail) -> EmailMultiAlternatives | None:
    """Passkeys were added or removed: whoever did not do that themselves should know."""
    user, about = mail.user, mail.about
    if user is None or not user.is_active or not user.email:
        return None
    added = about["change"] == "added"
    subject = _("A passkey was added to your account") if added else _("A passkey was removed from your account")
    context = {
        "user": user,
        "added": added,
        "names": about["names"],
        "at": datetime.fromisoformat(about["at"]).astimezone(ZoneInfo(user.time_zone)),
        "link": f"{settings.BASE_URL}{reverse('settings')}#passkeys",
    }
    return compose("passkey", to=user.email, subject=subject, context=context)
