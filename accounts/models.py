"""People, and the log-ins behind their browsers and tokens."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from uuid_utils.compat import uuid7

from accounts import names, preferences
from accounts.files import version_of
from realtime.compiled import CompiledQuery, Slot

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

# The part of a folded display name that is searched and sorted by. Folding can make 18 characters of one (U+FDFA), and
# an index entry of PostgreSQL holds 2,704 bytes.
SEARCHED_CHARACTERS = 128
TOUCH_EVERY = timedelta(minutes=1)
EXTEND_EVERY = timedelta(days=1)


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562): unguessable enough to be a name, and in order of time for the index."""
    return uuid7()


class UserQuerySet(models.QuerySet["User"]):
    """People, by what is known of them."""

    def search(self, text: str = "") -> UserQuerySet:
        """Active people whose user name or display name contains the text, whatever its case; all for an empty text.

        Ordered by display name, then user name: `search_text` is both, and so unique.
        """
        found = self.filter(is_active=True).order_by("search_text")
        needle = names.fold(names.tidy(text))
        return found.filter(search_text__contains=needle) if needle else found

    def bulk_create(self, objs: Iterable[User], *args: Any, **kwargs: Any) -> list[User]:
        """As Django's, with the derived columns that `save` would have filled in."""
        users = list(objs)
        for user in users:
            user.derive()
        return super().bulk_create(users, *args, **kwargs)


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Makes people, and finds them by user name whatever its case."""

    def get_by_natural_key(self, username: str | None) -> User:
        """The person with this user name, as log-in finds them.

        Raises:
            User.DoesNotExist: there is nobody.
        """
        user: User = self.get(username_key=names.fold(username or ""))
        return user

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        """A person with the user name normalised and the password hashed; nothing is validated here."""
        user: User = self.model(username=User.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> User:
        """A person with every right, for `manage.py createsuperuser`."""
        return self.create_user(username, password, **{**fields, "is_staff": True, "is_superuser": True})


class User(AbstractBaseUser, PermissionsMixin):
    """A person, or a program that talks like one (`is_bot`)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    username = models.CharField(max_length=names.NAME_CHARACTERS, validators=[names.validate_username])
    display_name = models.CharField(
        max_length=names.NAME_CHARACTERS,
        blank=True,
        validators=[names.validate_display_name],
        help_text="The user name, if left empty.",
    )
    email = models.EmailField(blank=True, default="")
    status_text = models.CharField(
        max_length=names.STATUS_CHARACTERS, blank=True, default="", validators=[names.validate_line]
    )
    status_emoji = models.CharField(
        max_length=names.EMOJI_CHARACTERS, blank=True, default="", validators=[names.validate_line]
    )
    status_expires_at = models.DateTimeField(null=True, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC", validators=[names.validate_time_zone])
    preferences = models.JSONField(default=dict, blank=True, editable=False)  # only what was set: see `prefers`
    avatar = models.CharField(max_length=100, blank=True, default="", editable=False)  # its name in the storage
    is_bot = models.BooleanField(default=False)
    is_staff = models.BooleanField(default=False, help_text="May enter the administration.")
    is_active = models.BooleanField(default=True, help_text="A deactivated person cannot log in, and is not listed.")
    date_joined = models.DateTimeField(default=timezone.now, editable=False)
    last_seen_at = models.DateTimeField(null=True, blank=True, editable=False)

    # Derived from the names by `derive`. Unique here, because no LOWER() of a database folds every letter.
    username_key = models.CharField(
        max_length=3 * names.NAME_CHARACTERS,
        unique=True,
        editable=False,
        error_messages={"unique": "This user name is taken."},
    )
    search_text = models.CharField(
        max_length=SEARCHED_CHARACTERS + 1 + 3 * names.NAME_CHARACTERS, default="", editable=False
    )

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints: ClassVar[list[Any]] = [
            # `username_key` is stricter; Django asks that the field people log in with be unique by itself.
            models.UniqueConstraint(fields=["username"], name="user_username"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["search_text"], name="user_listed", condition=models.Q(is_active=True)),
            models.Index(fields=["id"], name="user_inactive", condition=models.Q(is_active=False)),
            models.Index(
                fields=["status_expires_at"],
                name="user_status_expires",
                condition=models.Q(status_expires_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.username

    def save(self, *args: Any, **kwargs: Any) -> None:
        """As Django's, keeping the derived columns true."""
        written = kwargs.get("update_fields")
        if written is None or {"username", "display_name"} & set(written):
            self.derive()
            if written is not None:
                kwargs["update_fields"] = {*written, "display_name", "username_key", "search_text"}
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """For forms: the names as they are kept, and whether the user name is free.

        Raises:
            ValidationError: somebody else has the user name, in whatever case.
        """
        super().clean()
        self.display_name = names.tidy(self.display_name)
        self.derive()
        if User.objects.filter(username_key=self.username_key).exclude(pk=self.pk).exists():
            raise ValidationError({"username": ValidationError("This user name is taken.", code="unique")})

    def derive(self) -> None:
        """Fill in what follows from the names."""
        self.display_name = self.display_name or self.username
        self.username_key = names.fold(self.username)
        self.search_text = f"{names.fold(self.display_name)[:SEARCHED_CHARACTERS]}\n{self.username_key}"

    def get_short_name(self) -> str:
        """What the administration greets a person with."""
        return self.display_name

    @property
    def avatar_url(self) -> str | None:
        """Where the picture is, another address for each; None where there is none."""
        return f"/api/users/{self.pk}/avatar/{version_of(self.avatar)}" if self.avatar else None

    def status(self) -> tuple[str, str]:
        """Text and emoji of the status as it stands now: both empty once it has expired."""
        if self.status_expires_at is not None and self.status_expires_at <= timezone.now():
            return "", ""
        return self.status_text, self.status_emoji

    def prefers(self, name: str) -> bool:
        """Whether the person has something turned on, by its name in `accounts.preferences`."""
        return preferences.complete(self.preferences)[name]


class BlockQuerySet(models.QuerySet["Block"]):
    """Who wants nothing of whom."""

    def by(self, user: User) -> list[str]:
        """Ids of the people whom this person has blocked, the first blocked first."""
        return [str(user_id) for user_id in self.filter(blocker=user).order_by("id").values_list("blocked", flat=True)]

    def between(self, first: User | UUID | Slot, second: User | UUID | Slot) -> BlockQuerySet:
        """Those of one of the two against the other."""
        return self.filter(Q(blocker=first, blocked=second) | Q(blocker=second, blocked=first))

    def around(self, user: User | UUID) -> set[UUID]:
        """Ids of all who have blocked this person, or whom this person has blocked."""
        pairs = self.filter(Q(blocker=user) | Q(blocked=user)).values_list("blocker_id", "blocked_id")
        return {user_id for pair in pairs for user_id in pair} - {user.pk if isinstance(user, User) else user}


class Block(models.Model):
    """That one person wants nothing of another, who is not told."""

    id = models.BigAutoField(primary_key=True)
    blocker = models.ForeignKey(User, on_delete=models.CASCADE, related_name="blocks")
    blocked = models.ForeignKey(User, on_delete=models.CASCADE, related_name="blocked_by")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = BlockQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["blocker", "blocked"], name="block_once"),
        ]

    def __str__(self) -> str:
        return f"{self.blocker_id} blocks {self.blocked_id}"


def new_token_name() -> str:
    """A name (`jti`) for a refresh token."""
    return secrets.token_hex(16)


class SessionQuerySet(models.QuerySet["Session"]):
    """Log-ins, by their state."""

    def live(self, now: datetime | Slot | None = None) -> SessionQuerySet:
        """Those that let somebody in now."""
        return self.filter(ended_at=None, expires_at__gt=now or timezone.now(), user__is_active=True)

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
        EXPIRED = "expired"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    kind = models.CharField(max_length=10, choices=Kind)
    created_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    user_agent = models.CharField(max_length=200, blank=True, default="")
    address = models.GenericIPAddressField(null=True, blank=True)
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


def sessions_ended_since(moment: datetime) -> list[str]:
    """Ids of the sessions that stopped letting their people in at or after a moment.

    For the realtime hub, which looks now and then in case it missed an `auth.ended`; it must ask with some overlap,
    because the time is taken before the commit and clocks differ. Sessions that are open while their person is not
    active (a change made past the actions) are always among them.
    """
    ended = Session.objects.filter(ended_at__gte=moment).values_list("id", flat=True)
    shut_out = Session.objects.filter(ended_at=None, user__is_active=False).values_list("id", flat=True)
    return [str(session_id) for session_id in {*ended, *shut_out}]
