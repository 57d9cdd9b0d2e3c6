"""Gives every log-in of Django's a session row, and ends the row at every log-out.

By Django's signals, because the administration (and whatever else calls `login`) does not pass our pages: there is no
way to be logged in without a row.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver

from accounts import actions
from accounts.authentication import ROW_KEY
from accounts.devices import device_of
from accounts.models import Session, User
from accounts.second_step import was_passed

if TYPE_CHECKING:
    from django.http import HttpRequest


@receiver(user_logged_in, dispatch_uid="accounts.open_row")
def open_row(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """Make the row behind a browser's cookie.

    Raises:
        LoginRefused: see `actions.open_session`; the browser is left logged out.
    """
    store = request.session
    before: Session | None = getattr(request, "session_row", None)
    if before is not None:
        # Somebody else logs in over an open session: Django threw its cookie away already.
        actions.end_session(session=before, reason=Session.EndReason.LOGOUT)
    store.cycle_key()  # also where Django saw no need, so that the cookie is this row's alone
    try:
        row = actions.open_session(
            user=user,
            kind=Session.Kind.BROWSER,
            device=device_of(request),
            lifetime=timedelta(seconds=store.get_expiry_age()),
            session_key=store.session_key or "",
            two_factor=was_passed(request),
        )
    except actions.LoginRefused:
        store.flush()
        raise
    store[ROW_KEY] = str(row.pk)
    request.session_row = row  # type: ignore[attr-defined]


@receiver(user_logged_out, dispatch_uid="accounts.end_row")
def end_row(request: HttpRequest, **_kwargs: Any) -> None:
    """End the row behind a browser's cookie."""
    row_id = request.session.get(ROW_KEY)
    row = Session.objects.filter(pk=row_id).first() if row_id else None
    if row is not None:
        actions.end_session(session=row, reason=Session.EndReason.LOGOUT)
