"""Every change of people and sessions: one transaction each, the event last."""

from accounts.actions.blocks import TooManyBlocked, block, unblock
from accounts.actions.departing import delete_account, finish_departures
from accounts.actions.people import (
    NO_INVITE,
    InviteRefused,
    UsernameTaken,
    activate,
    deactivate,
    end_statuses,
    register,
    set_password,
    tidy_avatars,
    update_profile,
)
from accounts.actions.sessions import (
    LoginRefused,
    RefreshRefused,
    Suspended,
    end_session,
    end_sessions,
    issue_ticket,
    open_session,
    redeem_ticket,
    renew_session_key,
    rotate,
    tidy_sessions,
)
from accounts.actions.suspending import end_suspension, suspend

__all__ = [
    "NO_INVITE",
    "InviteRefused",
    "LoginRefused",
    "RefreshRefused",
    "Suspended",
    "TooManyBlocked",
    "UsernameTaken",
    "activate",
    "block",
    "deactivate",
    "delete_account",
    "end_session",
    "end_sessions",
    "end_statuses",
    "end_suspension",
    "finish_departures",
    "issue_ticket",
    "open_session",
    "redeem_ticket",
    "register",
    "renew_session_key",
    "rotate",
    "set_password",
    "suspend",
    "tidy_avatars",
    "tidy_sessions",
    "unblock",
    "update_profile",
]
