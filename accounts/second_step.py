"""The second step of a log-in, for all that log people in: the API, the log-in page, and what else calls `login`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.crypto import constant_time_compare

from accounts import actions, limits
from accounts.models import TwoFactor, User

if TYPE_CHECKING:
    from django.http import HttpRequest

BEGUN = "brook_second_step"  # in Django's session
TIME_S = 600  # to find one's phone


def is_asked_of(user: User) -> bool:
    """Whether the person's password alone does not let them in."""
    return TwoFactor.objects.active().filter(user=user).exists()


def is_required_of(user: User) -> bool:
    """Whether the person may enter the administration only with it."""
    return settings.REQUIRE_TWO_FACTOR_STAFF and user.is_staff


def check_code(user: User, code: str) -> bool:
    """Whether a code is good, which it is once.

    Counted by account, from wherever: whoever may guess here has the right password already, so nobody else can lock
    the person out.

    Raises:
        TooOften: too many wrong ones.
    """
    limits.require("two_factor", str(user.pk))
    try:
        actions.use_code(user=user, code=code)
    except actions.CodeRefused:
        return False
    limits.give_back("two_factor", str(user.pk))
    return True


def begin(request: HttpRequest, user: User, target: str) -> None:
    """Remember in the visitor's own session who has shown the right password, and where they want to go."""
    request.session.cycle_key()
    request.session[BEGUN] = {
        "user": str(user.pk),
        "hash": user.get_session_auth_hash(),
        "until": time.time() + TIME_S,
        "next": target,
    }


def begun(request: HttpRequest) -> tuple[User, str] | None:
    """Who has shown the right password here a moment ago, and where they want to go; None for nobody."""
    kept = request.session.get(BEGUN)
    if kept is None or kept["until"] < time.time():
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True).first()
    # A new password since then: the one that was shown opens nothing.
    if user is None or not constant_time_compare(kept["hash"], user.get_session_auth_hash()):
        return None
    return user, kept["next"]


def note_passed(request: HttpRequest) -> None:
    """That whoever makes this request has shown a code, for the log-in that follows."""
    request.two_factor_passed = True  # type: ignore[attr-defined]


def was_passed(request: HttpRequest) -> bool:
    """Whether they have."""
    return getattr(request, "two_factor_passed", False)
