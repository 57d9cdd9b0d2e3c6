"""Every change of people and sessions: one transaction each, the event last.

Whoever locks a user's row and sessions locks the user first.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts import avatars, files, names, preferences, tokens
from accounts.models import Block, Session, StreamTicket, User, new_token_name
from accounts.serializers import user_json
from realtime import topics
from realtime.log import append

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from rest_framework_simplejwt.tokens import RefreshToken

    from accounts.devices import Device

REFRESH_GRACE = timedelta(seconds=10)  # for the answer that was lost, and for two requests at once
AVATARS = "avatars"
NO_INVITE = "This invite is not valid, or no longer."
KEPT_AFTER_END = timedelta(days=30)
MAX_BLOCKED = 1000
NO_STATUS = {"status_text": "", "status_emoji": "", "status_expires_at": None}
STATUSES_AT_ONCE = 500


class UsernameTaken(Exception):
    """Somebody else has this user name, in whatever case."""


class TooManyBlocked(Exception):
    """A person blocks `MAX_BLOCKED` people already."""


class InviteRefused(Exception):
    """The invite lets nobody in any more, or never did."""


class LoginRefused(Exception):
    """The person was deactivated, or their password changed, between the check of the password and the log-in."""


class RefreshRefused(Exception):
    """The refresh token lets nobody in any more."""


# --- people -----------------------------------------------------------------------------------------------------------
def register(*, username: str, password: str, display_name: str = "", invite: str = "") -> User:
    """A new person, from validated input; with an invite one who is in its group, too.

    Raises:
        UsernameTaken: the name is not free.
        InviteRefused: the invite lets nobody in.
    """
    user = User(username=User.normalize_username(username), display_name=names.tidy(display_name))
    user.set_password(password)  # slow on purpose: not inside the transaction, which on SQLite keeps all others waiting
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            if invite:
                admit: Callable[..., bool] = import_string(settings.SIGNUP_INVITE)  # of the app above us
                if not admit(user=user, code=invite):
                    raise InviteRefused
    except IntegrityError:
        raise UsernameTaken from None
    return user


def update_profile(*, user: User, changes: Mapping[str, Any]) -> User:
    """Set fields of a person; everybody hears of it where it shows. Preferences that are left out stay as they are.

    `avatar` is a file with a picture, or None.

    Raises:
        UsernameTaken: the changes name a user name that is not free.
        images.NotAPicture, images.TooManyPixels, images.Busy: see there.
    """
    with avatars.kept(AVATARS, changes) as changes:
        return _update_profile(user, changes)


def _update_profile(user: User, changes: Mapping[str, Any]) -> User:
    try:
        with transaction.atomic():
            locked = _locked(user)
            if "avatar" in changes:
                files.remove_after_commit([locked.avatar] if locked.avatar else [])
            before, preferred = _public(locked), preferences.complete(locked.preferences)
            written = {**_over(locked, changes), **changes}
            if "preferences" in changes:
                written["preferences"] = {**locked.preferences, **changes["preferences"]}
            for name, value in written.items():
                setattr(locked, name, value)
            locked.save(update_fields=list(written))
            after = _public(locked)
            if after != before:
                append(topic=topics.EVERYONE, type="user.updated", payload={"user": after})
            prefers = preferences.complete(locked.preferences)
            if prefers != preferred:
                append(topic=topics.user(locked.pk), type="me.updated", payload={"preferences": prefers})
    except IntegrityError:
        raise UsernameTaken from None
    return locked


def _over(user: User, changes: Mapping[str, Any]) -> dict[str, Any]:
    """What a change of the status does away with: all of the one before, if that has expired."""
    over = user.status_expires_at is not None and user.status_expires_at <= timezone.now()
    return dict(NO_STATUS) if over and NO_STATUS.keys() & changes.keys() else {}


def end_statuses() -> int:
    """Take away the statuses that have expired, and let everybody see them go; how many those were. For a job.

    Whoever reads a person sees it already: this is for those who look at what they read before.
    """
    expired = User.objects.filter(status_expires_at__lte=timezone.now()).order_by("status_expires_at")
    if not expired.exists():  # mostly nobody: then SQLite's lock on writing stays free
        return 0
    with transaction.atomic():
        # Who is locked is changing their profile, or is taken care of by another worker.
        people = list(expired.select_for_update(skip_locked=True, no_key=True)[:STATUSES_AT_ONCE])
        for user in people:
            shown = bool(user.status_text or user.status_emoji)
            for name, value in NO_STATUS.items():
                setattr(user, name, value)
            user.save(update_fields=list(NO_STATUS))
            if shown:
                append(topic=topics.EVERYONE, type="user.updated", payload={"user": _public(user)})
    return len(people)


def set_password(*, user: User, password: str | None, keep: Session | None = None) -> User:
    """Give a person a new password (None: one that nobody knows), and end all their sessions but one."""
    hashed = make_password(password)
    with transaction.atomic():
        locked = _locked(user)
        locked.password = hashed
        locked.save(update_fields=["password"])
        _end_all(locked, Session.EndReason.PASSWORD_CHANGE, keep)
    return locked


def deactivate(*, user: User) -> User:
    """Shut a person out: no log-in, no session, in no list. What they wrote stays."""
    with transaction.atomic():
        locked = _locked(user)
        locked.is_active = False
        locked.save(update_fields=["is_active"])
        _end_all(locked, Session.EndReason.BANNED)
    return locked


def activate(*, user: User) -> User:
    """Let a deactivated person log in again."""
    with transaction.atomic():
        locked = _locked(user)
        locked.is_active = True
        locked.save(update_fields=["is_active"])
    return locked


def block(*, user: User, target: User) -> bool:
    """Want nothing of somebody any more; False if that was so already. Nobody but oneself hears of it.

    Raises:
        TooManyBlocked: the list is told whole, and must stay short.
    """
    with transaction.atomic():
        locked = _locked(user)
        if locked.blocks.filter(blocked=target).exists():
            return False
        if locked.blocks.count() >= MAX_BLOCKED:
            raise TooManyBlocked
        locked.blocks.create(blocked=target)
        _tell_blocked(locked)
    return True


def unblock(*, user: User, target: User) -> bool:
    """Take a block back; False if there was none."""
    with transaction.atomic():
        locked = _locked(user)
        removed, _by_model = locked.blocks.filter(blocked=target).delete()
        if removed:
            _tell_blocked(locked)
    return bool(removed)


def _tell_blocked(user: User) -> None:
    append(topic=topics.user(user.pk), type="me.updated", payload={"blocked": Block.objects.by(user)})


def _locked(user: User) -> User:
    # NO KEY: messages and sessions that refer to the person need not wait.
    locked: User = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    return locked


def _public(user: User) -> dict[str, Any]:
    return {key: value for key, value in user_json(user).items() if key != "last_seen_at"}


def tidy_avatars() -> None:
    """Delete pictures that are nobody's, left over from a crash or a deleted person. For a job, now and then."""
    files.sweep(AVATARS, lambda names: User.objects.filter(avatar__in=names).values_list("avatar", flat=True))


# --- sessions ---------------------------------------------------------------------------------------------------------
def open_session(
    *, user: User, kind: Session.Kind, device: Device, lifetime: timedelta, session_key: str = ""
) -> Session:
    """Log a person in whose password was just found right.

    Raises:
        LoginRefused: meanwhile it changed, or they were deactivated. Without this a log-in that runs beside a change of
            the password would leave a session that the change did not end.
    """
    now = timezone.now()
    with transaction.atomic():
        locked = _locked(user)
        if locked.password != user.password or not locked.is_active:
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
        return _end_all(_locked(user), reason, except_session)


def _end_all(user: User, reason: Session.EndReason, keep: Session | None = None) -> int:
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
