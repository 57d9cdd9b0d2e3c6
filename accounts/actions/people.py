"""Who is here, and what they say of themselves. Whoever locks a user's row and sessions locks the user first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from accounts import avatars, files, names
from accounts.actions.sessions import end_all, lock_user
from accounts.models import Departure, RetiredName, Session, User
from accounts.screening import PROFILES, noting_refusals, screen_text
from accounts.serializers import chosen_json, user_json
from realtime import topics
from realtime.log import append

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

AVATARS = "avatars"
NO_INVITE = _("This invite is not valid, or no longer.")
NO_STATUS = {"status_text": "", "status_emoji": "", "status_expires_at": None}
STATUSES_AT_ONCE = 500
SCREENED = ("display_name", "status_text")


class UsernameTaken(Exception):
    """Somebody else has this user name, in whatever case."""


class InviteRefused(Exception):
    """The invite lets nobody in any more, or never did."""


def register(*, username: str, password: str, display_name: str = "", invite: str = "") -> User:
    """A new person, from validated input; with an invite one who is in its group, too.

    Raises:
        UsernameTaken: the name is not free.
        InviteRefused: the invite lets nobody in.
        TextRefused: a name has blocked words in it.
    """
    user = User(username=User.normalize_username(username), display_name=names.tidy(display_name))
    user.signed_up_at = timezone.now()
    noticed = screen_text(PROFILES, username=user.username, display_name=user.display_name)
    user.set_password(password)  # slow on purpose: not inside the transaction, which on SQLite keeps all others waiting
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            if noticed is not None:
                noticed(user)
            if RetiredName.objects.covers(user.username):  # here: it cannot be retired meanwhile
                raise UsernameTaken
            if invite:
                admit: Callable[..., bool] = import_string(settings.SIGNUP_INVITE)  # of the app above us
                if not admit(user=user, code=invite):
                    raise InviteRefused
    except IntegrityError:
        raise UsernameTaken from None
    return user


def update_profile(*, user: User, changes: Mapping[str, Any], by_staff: bool = False) -> User:
    """Set fields of a person; everybody hears of it where it shows. Preferences that are left out stay as they are.

    `avatar` is a file with a picture, or None.

    Raises:
        UsernameTaken: the changes name a user name that is not free.
        TextRefused: a text has blocked words in it, and none of the staff wrote it.
        images.NotAPicture, images.TooManyPixels, images.Busy: see there.
    """
    said = {name: changes[name] for name in SCREENED if changes.get(name)} if not by_staff else {}
    with noting_refusals():
        noticed = screen_text(PROFILES, user, **said) if said else None
    with avatars.kept(AVATARS, changes) as changes:
        return _update_profile(user, changes, noticed)


def _update_profile(user: User, changes: Mapping[str, Any], noticed: Callable[[User], None] | None) -> User:
    try:
        with transaction.atomic():
            locked = lock_user(user)
            if "avatar" in changes:
                files.remove_after_commit([locked.avatar] if locked.avatar else [])
            before, chosen = public(locked), chosen_json(locked)
            written = {**_over(locked, changes), **changes}
            if "preferences" in changes:
                written["preferences"] = {**locked.preferences, **changes["preferences"]}
            for name, value in written.items():
                setattr(locked, name, value)
            locked.save(update_fields=list(written))
            if noticed is not None:
                noticed(locked)
            after = public(locked)
            if after != before:
                append(topic=topics.EVERYONE, type="user.updated", payload={"user": after})
            if new := {name: value for name, value in chosen_json(locked).items() if value != chosen[name]}:
                append(topic=topics.user(locked.pk), type="me.updated", payload=new)
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
                append(topic=topics.EVERYONE, type="user.updated", payload={"user": public(user)})
    return len(people)


def set_password(*, user: User, password: str | None, keep: Session | None = None) -> User:
    """Give a person a new password (None: one that nobody knows), and end all their sessions but one."""
    hashed = make_password(password)
    with transaction.atomic():
        locked = lock_user(user)
        locked.password = hashed
        locked.save(update_fields=["password"])
        end_all(locked, Session.EndReason.PASSWORD_CHANGE, keep)
    return locked


def deactivate(*, user: User) -> User:
    """Shut a person out: no log-in, no session, in no list. What they wrote stays."""
    with transaction.atomic():
        locked = lock_user(user)
        locked.is_active = False
        locked.save(update_fields=["is_active"])
        end_all(locked, Session.EndReason.BANNED)
    return locked


def activate(*, user: User) -> User:
    """Let a deactivated person log in again; who deleted their account stays away."""
    with transaction.atomic():
        locked = lock_user(user)
        if Departure.objects.filter(user=locked).exists():
            return locked
        locked.is_active = True
        locked.save(update_fields=["is_active"])
    return locked


def set_exempt(*, user: User, exempt: bool) -> User:
    """Leave a person alone with automatic limits, or no longer."""
    with transaction.atomic():
        locked = lock_user(user)
        locked.is_exempt = exempt
        locked.save(update_fields=["is_exempt"])
    return locked


def public(user: User) -> dict[str, Any]:
    """A person as events tell of them."""
    return {key: value for key, value in user_json(user).items() if key != "last_seen_at"}


def tidy_avatars() -> None:
    """Delete pictures that are nobody's, left over from a crash or a deleted person. For a job, now and then."""
    files.sweep(AVATARS, lambda names: User.objects.filter(avatar__in=names).values_list("avatar", flat=True))
