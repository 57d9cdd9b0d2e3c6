"""Log-ins: opened, renewed, ended. Whoever locks a user's row and sessions locks the user first."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts import tokens
from accounts.models import Session, SpentChallenge, StreamTicket, TwoFactor, User, new_token_name
from realtime import topics
from realtime.log import append

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rest_framework_simplejwt.tokens import RefreshToken

    from accounts.devices import Device

REFRESH_GRACE = timedelta(seconds=10)  # for the answer that was lost, and for two requests at once
KEPT_AFTER_END = timedelta(days=30)


class LoginRefused(Exception):
    """The person was deactivated, or their password changed, between the check of the password and the log-in."""


class Suspended(LoginRefused):
    """The person is suspended; the text says until when."""


class RefreshRefused(Exception):
    """The refresh token lets nobody in any more."""


def lock_user(user: User) -> User:
    """The person as they are now, their row locked."""
    # NO KEY: messages and sessions that refer to the person need not wait.
    locked: User = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    return locked


def open_session(
    *,
    user: User,
    kind: Session.Kind,
    device: Device,
    lifetime: timedelta,
    session_key: str = "",
    two_factor: bool = False,
) -> Session:
    """Log a person in whose password was just found right, and their code where `two_factor` is true.

    Raises:
        LoginRefused: meanwhile it changed, they were deactivated, or a code is asked for now. Without this a log-in
            that runs beside a change of the password would leave a session that the change did not end.
        Suspended: not before the suspension is over.
    """
    now = timezone.now()
    with transaction.atomic():
        locked = lock_user(user)
        if locked.password != user.password or not locked.is_active:
            raise LoginRefused
        if locked.is_suspended:
            raise Suspended(locked.suspension)
        if not two_factor and TwoFactor.objects.active().filter(user=locked).exists():
            raise LoginRefused
        locked.last_login = now
        locked.save(update_fields=["last_login"])
        return Session.objects.create(
            user=locked,
            kind=kind,
            created_at=now,
            last_seen_at=now,
            rotated_at=now,
            expires_at=now + lifetime,
            user_agent=device.user_agent,
            address=device.address,
            session_key=session_key,
            two_factor=two_factor,
            refresh_jti=new_token_name() if kind == Session.Kind.API else "",
        )


def renew_session_key(*, session: Session, session_key: str) -> None:
    """Note that the browser of a session got another cookie."""
    Session.objects.filter(pk=session.pk).update(session_key=session_key)


def rotate(*, token: RefreshToken) -> Session:
    """The session of a refresh token, with the next token in it.

    The token before it gets that next one again for `REFRESH_GRACE`. Any older one means that two parties hold the
    session, and nobody can tell which of them is its person: it ends (RFC 9700, 4.14.2).

    Raises:
        RefreshRefused: the session has ended, or ends by this.
    """
    with transaction.atomic():
        sessions = Session.objects.live().select_related("user").select_for_update(of=("self",))
        session = sessions.filter(pk=token.get(tokens.SESSION_CLAIM), user=token.get(tokens.USER_CLAIM)).first()
        if session is None:
            raise RefreshRefused
        now = timezone.now()
        if token["jti"] == session.refresh_jti:
            _advance(session, now)
            return session
        if token["jti"] == session.previous_jti and now - session.rotated_at <= REFRESH_GRACE:
            return session
        _end([session], Session.EndReason.REFRESH_REUSED)
    raise RefreshRefused  # outside the transaction, which an exception would undo


def _advance(session: Session, now: datetime) -> None:
    session.previous_jti, session.refresh_jti = session.refresh_jti, new_token_name()
    session.rotated_at = session.last_seen_at = now
    session.expires_at = now + tokens.refresh_lifetime()
    session.save(update_fields=["previous_jti", "refresh_jti", "rotated_at", "last_seen_at", "expires_at"])


def end_session(*, session: Session, reason: Session.EndReason) -> bool:
    """Log one device out; False if it was out already."""
    with transaction.atomic():
        found = list(Session.objects.select_for_update().filter(pk=session.pk, ended_at=None))
        _end(found, reason)
    return bool(found)


def end_sessions(*, user: User, reason: Session.EndReason, except_session: Session | None = None) -> int:
    """Log a person out on all devices but one; how many that were."""
    with transaction.atomic():
        return end_all(lock_user(user), reason, except_session)


def end_all(user: User, reason: Session.EndReason, keep: Session | None = None) -> int:
    """End the sessions of a person whose row the caller has locked, but for one; how many that were."""
    sessions = Session.objects.select_for_update().filter(user=user, ended_at=None).order_by("pk")
    if keep is not None:
        sessions = sessions.exclude(pk=keep.pk)
    return _end(list(sessions), reason)


def issue_ticket(*, session: Session) -> str:
    """A ticket that opens one stream or poll for the session, within `StreamTicket.LIFETIME`."""
    ticket = secrets.token_urlsafe(32)
    expires_at = timezone.now() + StreamTicket.LIFETIME
    StreamTicket.objects.create(key=StreamTicket.key_of(ticket), session=session, expires_at=expires_at)
    return ticket


def redeem_ticket(*, ticket: str) -> Session | None:
    """The live session of a ticket, with its user; None where it is none of ours, too old, or was used before."""
    found = StreamTicket.objects.filter(key=StreamTicket.key_of(ticket)).select_related("session").first()
    if found is None or StreamTicket.objects.filter(pk=found.pk).delete()[0] == 0:  # who deletes it has it
        return None
    if found.expires_at <= timezone.now():
        return None
    return Session.objects.find_live(found.session_id, found.session.user_id)


def tidy_sessions() -> None:
    """End the sessions that ran out, and forget those that ended long ago. For a job that runs now and then."""
    now = timezone.now()
    StreamTicket.objects.filter(expires_at__lte=now).delete()
    SpentChallenge.objects.filter(expires_at__lte=now).delete()
    with transaction.atomic():
        expired = Session.objects.select_for_update(skip_locked=True).filter(ended_at=None, expires_at__lte=now)
        _end(list(expired.order_by("pk")[:1000]), Session.EndReason.EXPIRED)
    Session.objects.filter(ended_at__lt=now - KEPT_AFTER_END).delete()


def _end(sessions: Iterable[Session], reason: Session.EndReason) -> int:
    """End sessions whose rows the caller has locked: the row, the browser's cookie, the streams."""
    sessions = list(sessions)
    ended_at = timezone.now()
    Session.objects.filter(pk__in=[session.pk for session in sessions]).update(ended_at=ended_at, end_reason=reason)
    store = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
    for session in sessions:
        session.ended_at, session.end_reason = ended_at, reason
        if session.session_key:
            store(session.session_key).delete()
    for session in sessions:
        append(topic=topics.session(session.pk), type="auth.ended", payload={"reason": reason})
    return len(sessions)
