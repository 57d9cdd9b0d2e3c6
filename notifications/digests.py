"""The mail of what somebody missed, and the link that ends such mails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import ngettext

from accounts.models import User
from accounts.posting import compose
from notifications.models import Digest, Notification, Preferences
from notifications.wording import title_of

if TYPE_CHECKING:
    from django.core.mail import EmailMultiAlternatives

    from accounts.models import Mail

SALT = "notifications.digest"


def digest(mail: Mail) -> EmailMultiAlternatives | None:
    """What the person has still not read; None where nothing is left, or they want no such mails any more."""
    user = mail.user
    if user is None or not user.is_active or not user.email:
        return None
    if Preferences.objects.of(user).email_digest == Digest.NEVER:
        return None
    missed = list(Notification.objects.of(user).unread().filter(pk__in=mail.about["ids"]))
    if not missed:
        return None
    unsubscribe = f"{settings.BASE_URL}{reverse('unsubscribe', args=[token_of(user)])}"
    more = mail.about["more"]
    context = {
        "user": user,
        "missed": [{"title": title_of(each), "text": each.text, "link": link_to(each)} for each in missed],
        "more": more,
        "link": settings.BASE_URL,
        "settings_link": f"{settings.BASE_URL}{reverse('settings')}",
        "unsubscribe_link": unsubscribe,
    }
    count = len(missed) + more
    subject = (
        title_of(missed[0])
        if count == 1
        else ngettext("%(count)d thing you missed", "%(count)d things you missed", count) % {"count": count}
    )
    # One click, for mail programs (RFC 2369, RFC 8058).
    headers = {"List-Unsubscribe": f"<{unsubscribe}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return compose("digest", to=user.email, subject=subject, context=context, headers=headers)


def link_to(notification: Notification) -> str:
    """Where a click on it leads."""
    place = "/notifications" if notification.conversation_id is None else f"/c/{notification.conversation_id}"
    seq: Any = notification.data.get("seq")
    at_message = notification.conversation_id is not None and notification.message_id is not None and seq
    return f"{settings.BASE_URL}{place}/{seq}" if at_message else f"{settings.BASE_URL}{place}"


def token_of(user: User) -> str:
    """What the link carries: it ends these mails and does nothing else, and so it stays good."""
    return signing.dumps(str(user.pk), salt=SALT)


def user_of(token: str) -> User | None:
    """Whose link it is; None for none of ours."""
    try:
        user_id = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    found: User | None = User.objects.filter(pk=user_id, is_active=True).first()
    return found
