"""E-mail addresses of people, and the password by mail."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.tokens import default_token_generator
from django.core import signing
from django.db import transaction
from rest_framework.exceptions import NotFound

from accounts import limits, names
from accounts.actions.mailing import queue_mail
from accounts.actions.people import set_password
from accounts.actions.sessions import lock_user
from accounts.ids import parse_id
from accounts.models import User, new_token_name

VERIFY = "accounts.email"
VERIFY_S = 3 * 24 * 3600


class LinkRefused(Exception):
    """The link of a mail is not ours, too old, or was used."""


def set_email(*, user: User, email: str) -> User:
    """Give a person another address, once a mail sent there has shown that it is theirs; an empty one at once."""
    with transaction.atomic():
        locked = lock_user(user)
        locked.unverified_email = "" if email == locked.email else email
        if not email:
            locked.email = ""
        locked.save(update_fields=["email", "unverified_email"])
        if locked.unverified_email:
            queue_mail(kind="verify", key=f"verify:{new_token_name()}", user=locked, about={"email": email})
    return locked


def verification_of(user: User, email: str) -> str:
    """What the link of a mail to that address carries."""
    return signing.dumps({"user": str(user.pk), "email": email}, salt=VERIFY)


def verify_email(*, token: str) -> User:
    """The address is the person's from here on.

    Raises:
        LinkRefused: or it was verified before, or another one was asked for since.
    """
    try:
        said: dict[str, Any] = signing.loads(token, salt=VERIFY, max_age=VERIFY_S)
    except signing.BadSignature:
        raise LinkRefused from None
    with transaction.atomic():
        people = User.objects.select_for_update(no_key=True)
        user: User | None = people.filter(pk=said["user"], is_active=True).first()
        if user is None or not user.unverified_email or user.unverified_email != said["email"]:
            raise LinkRefused
        user.email, user.unverified_email = user.unverified_email, ""
        user.save(update_fields=["email", "unverified_email"])
    return user


def forget_password(*, name: str) -> None:
    """Somebody, named by user name or address, cannot get in: mail them a link, if there is such a person.

    Here it is only noted: whom it is about is looked up by the worker, so that neither answer nor time tells.
    """
    queue_mail(kind="forgotten", key=f"forgotten:{new_token_name()}", about={"name": name[:256]})


def mail_resets(*, name: str) -> None:
    """Queue a link for each of those who are meant. (An address may be that of several accounts.)"""
    for user in _meant(name):
        # Whoever writes other people's names there must not fill their mailboxes.
        if not limits.take("mails", f"reset:{user.pk}"):
            queue_mail(kind="reset", key=f"reset:{new_token_name()}", user=user)


def _meant(name: str) -> list[User]:
    people = User.objects.filter(is_active=True, is_bot=False).exclude(email="")
    if "@" in name:
        by_address: list[User] = list(people.filter(email__iexact=name.strip())[:10])
        if by_address:
            return by_address
    return list(people.filter(username_key=names.fold(name.strip())))


def find_by_reset(*, user_id: str, token: str) -> User:
    """Whose link it is.

    Raises:
        LinkRefused: nobody's, or no longer: it is good for an hour, until the next log-in or change of the password.
    """
    user: User | None
    try:
        user = User.objects.filter(pk=parse_id(user_id), is_active=True).first()
    except NotFound:
        user = None
    if user is None or not default_token_generator.check_token(user, token):
        raise LinkRefused
    return user


def reset_password(*, user_id: str, token: str, password: str) -> User:
    """A new password by a link: every device is logged out, and the link is used up.

    Raises:
        LinkRefused: see `find_by_reset`.
    """
    with transaction.atomic():
        user = lock_user(find_by_reset(user_id=user_id, token=token))
        find_by_reset(user_id=user_id, token=token)  # as it is now: of two at once the second finds it used
        return set_password(user=user, password=password)
