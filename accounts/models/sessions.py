"""The log-ins behind people's browsers and tokens."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from accounts.ids import is_id
from accounts.models.users import User, new_id
from realtime.compiled import CompiledQuery, Slot

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

TOUCH_EVERY = timedelta(minutes=1)
EXTEND_EVERY = timedelta(days=1)


def new_token_name() -> str:
    """A name (`jti`) for a refresh token."""
    return secrets.token_hex(16)


class SessionQuerySet(models.QuerySet["Session"]):
    """Log-ins, by their state."""

    def live(self, now: datetime | Slot | None = None) -> SessionQuerySet:
        """Those that let somebody in now."""
        return self.filter(ended_at=None, expires_at__gt=now or timezone.now(), user__is_active=True)

    def find_suspended(self, session_id: str | UUID, user_id: str | UUID) -> Session | None:
        """The session with its user, if that person was suspended and still is."""
        try:
            ended = self.filter(pk=session_id, user_id=user_id, end_reason=Session.EndReason.SUSPENDED)
            found = ended.filter(user__suspended_until__gt=timezone.now())
            return found.select_related("user").first()
        except ValidationError:
            return None

    def touch_all(self, session_ids: Iterable[str]) -> None:
        """Note that they are in use now; those of which that was noted within the last minute are left alone."""
        now = timezone.now()
        ids = [session_id for session_id in session_ids if is_id(session_id)]
        self.filter(pk__in=ids, last_seen_at__lt=now - TOUCH_EVERY).update(last_seen_at=now)

    def find_live(self, session_id: str | UUID, user_id: str | UUID) -> Session | None:
        """The session with its user, in one query, if it lets that person in now."""
        try:
            return FIND_LIVE.first(id=session_id, user_id=user_id, now=timezone.now())
        except ValidationError:
            return None


class Session(models.Model):
    """One log-in on one device: a browser with its cookie, or a program with its tokens.

    Every request is checked against this row, so that log-out, a ban or a new password count at once. The current
    refresh token follows from the row alone (`refresh_jti`, `rotated_at`, `expires_at`), so that it can be given again.
    """

    class Kind(models.TextChoices):
        """What holds the session."""

        BROWSER = "browser"
        API = "api"

    class EndReason(models.TextChoices):
        """Why it ended."""

        LOGOUT = "logout"
        PASSWORD_CHANGE = "password_change"  # noqa: S105 - a reason, not a password
        REVOKED = "revoked"
        REFRESH_REUSED = "refresh_reused"
        BANNED = "banned"
        SUSPENDED = "suspended"
        DELETED = "deleted"
        EXPIRED = "expired"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    kind = models.CharField(max_length=10, choices=Kind)
    created_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    user_agent = models.CharField(max_length=200, blank=True, default="")
    address = models.GenericIPAddressField(null=True, blank=True)
    two_factor = models.BooleanField(default=False)  # a code was shown, not the password alone
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=20, choices=EndReason, blank=True, default="")
    session_key = models.CharField(max_length=40, blank=True, default="")
    refresh_jti = models.CharField(max_length=32, blank=True, default="")
    previous_jti = models.CharField(max_length=32, blank=True, default="")
    rotated_at = models.DateTimeField(default=timezone.now)

    token_expires_at: datetime | None = None  # of the access token that brought this object, where one did

    objects = SessionQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["ended_at"], name="session_ended", condition=models.Q(ended_at__isnull=False)),
            models.Index(fields=["user", "-id"], name="session_live", condition=models.Q(ended_at__isnull=True)),
            models.Index(fields=["address", "-id"], name="session_address", condition=models.Q(address__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind} since {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def is_live(self) -> bool:
        """Whether it lets its person in now."""
        return self.ended_at is None and self.expires_at > timezone.now() and self.user.is_active

    def extend(self, lifetime: timedelta) -> bool:
        """Let it last so long from now on; written, and True, at most once a day."""
        expires_at = timezone.now() + lifetime
        if expires_at - self.expires_at < EXTEND_EVERY:
            return False
        self.expires_at = expires_at
        self.save(update_fields=["expires_at"])
        return True

    def touch(self) -> None:
        """Note that it is in use; written at most once a minute, because it happens on every request."""
        now = timezone.now()
        if now - self.last_seen_at < TOUCH_EVERY:
            return
        self.last_seen_at = now
        Session.objects.filter(pk=self.pk, last_seen_at__lt=now - TOUCH_EVERY).update(last_seen_at=now)


# Every request begins with it.
FIND_LIVE: CompiledQuery[Session] = CompiledQuery(
    lambda: (
        Session.objects.live(Slot("now", models.DateTimeField()))
        .select_related("user")
        .filter(id=Slot("id", models.UUIDField()), user_id=Slot("user_id", models.UUIDField()))
    )
)


class StreamTicket(models.Model):
    """Lets in once, for a short time, where a client can send neither header nor cookie (EventSource on another site).

    `key` is a hash: who reads the table cannot use what is in it.
    """

    LIFETIME = timedelta(seconds=30)

    key = models.CharField(max_length=64, primary_key=True, editable=False)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="tickets")
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"of session {self.session_id}"

    @staticmethod
    def key_of(ticket: str) -> str:
        """What is kept of a ticket."""
        return hashlib.sha256(ticket.encode()).hexdigest()


def sessions_ended_since(moment: datetime) -> dict[str, str]:
    """Ids of the sessions that stopped letting their people in at or after a moment, and why, as `Session.EndReason`.

    For the realtime hub, which looks now and then in case it missed an `auth.ended`; it must ask with some overlap,
    because the time is taken before the commit and clocks differ. Sessions that are open while their person is not
    active (a change made past the actions) are always among them, as banned.
    """
    ended = Session.objects.filter(ended_at__gte=moment).values_list("id", "end_reason")
    shut_out = Session.objects.filter(ended_at=None, user__is_active=False).values_list("id", flat=True)
    return {
        **{str(session_id): reason for session_id, reason in ended},
        **{str(session_id): Session.EndReason.BANNED.value for session_id in shut_out},
    }
