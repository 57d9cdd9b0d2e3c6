"""People."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from uuid_utils.compat import uuid7

from accounts import names, preferences
from accounts.files import version_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

# The part of a folded display name that is searched and sorted by. Folding can make 18 characters of one (U+FDFA), and
# an index entry of PostgreSQL holds 2,704 bytes.
SEARCHED_CHARACTERS = 128


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

    def is_free(self, username: str) -> bool:
        """Whether a user name is nobody's, and was not until lately."""
        from accounts.models.departures import RetiredName

        taken = self.filter(username_key=names.fold(username)).exists()
        return not taken and not RetiredName.objects.covers(username)

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
        help_text=gettext_lazy("The user name, if left empty."),
    )
    email = models.EmailField(blank=True, default="")  # shown to be the person's by a mail, or said so by staff
    unverified_email = models.EmailField(blank=True, default="", editable=False)
    status_text = models.CharField(
        max_length=names.STATUS_CHARACTERS, blank=True, default="", validators=[names.validate_line]
    )
    status_emoji = models.CharField(
        max_length=names.EMOJI_CHARACTERS, blank=True, default="", validators=[names.validate_line]
    )
    status_expires_at = models.DateTimeField(null=True, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC", validators=[names.validate_time_zone])
    language = models.CharField(max_length=10, blank=True, default="", editable=False)  # empty: the browser's
    preferences = models.JSONField(default=dict, blank=True, editable=False)  # only what was set: see `prefers`
    avatar = models.CharField(max_length=100, blank=True, default="", editable=False)  # its name in the storage
    is_bot = models.BooleanField(default=False)
    is_staff = models.BooleanField(default=False, help_text=gettext_lazy("May enter the administration."))
    is_active = models.BooleanField(
        default=True, help_text=gettext_lazy("A deactivated person cannot log in, and is not listed.")
    )
    suspended_until = models.DateTimeField(null=True, blank=True, editable=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)
    signed_up_at = models.DateTimeField(null=True, blank=True, editable=False)  # None: staff or a program made it
    is_exempt = models.BooleanField(default=False, editable=False)  # from automatic limits, by an act of staff
    last_seen_at = models.DateTimeField(null=True, blank=True, editable=False)

    # Derived from the names by `derive`. Unique here, because no LOWER() of a database folds every letter.
    username_key = models.CharField(
        max_length=3 * names.NAME_CHARACTERS,
        unique=True,
        editable=False,
        error_messages={"unique": gettext_lazy("This user name is taken.")},
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
            models.Index(
                fields=["signed_up_at"], name="user_signed_up", condition=models.Q(signed_up_at__isnull=False)
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
            raise ValidationError({"username": ValidationError(_("This user name is taken."), code="unique")})

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
        return avatar_url(self.pk, self.avatar)

    @property
    def is_suspended(self) -> bool:
        """Whether staff shut the person out for a time that is not over yet; it ends by itself."""
        return self.suspended_until is not None and self.suspended_until > timezone.now()

    @property
    def suspension(self) -> str:
        """What a suspended person is told; empty for all others."""
        if not self.is_suspended or self.suspended_until is None:
            return ""
        until = f"{self.suspended_until.astimezone(UTC):%Y-%m-%d %H:%M}"
        return _("This account is suspended until %(until)s UTC.") % {"until": until}

    def status(self) -> tuple[str, str]:
        """Text and emoji of the status as it stands now: both empty once it has expired."""
        return status(self.status_text, self.status_emoji, self.status_expires_at)

    def prefers(self, name: str) -> bool:
        """Whether the person has something turned on, by its name in `accounts.preferences`."""
        return preferences.complete(self.preferences)[name]


def avatar_url(user_id: UUID, avatar: str) -> str | None:
    """`User.avatar_url` of somebody of whom only these columns were loaded."""
    return f"/api/users/{user_id}/avatar/{version_of(avatar)}" if avatar else None


def status(text: str, emoji: str, expires_at: datetime | None) -> tuple[str, str]:
    """`User.status()` of somebody of whom only these columns were loaded."""
    return ("", "") if expires_at is not None and expires_at <= timezone.now() else (text, emoji)
