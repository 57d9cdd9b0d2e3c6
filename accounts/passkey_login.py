"""A passkey in place of a password or a code, for all that log people in: the API and the log-in page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts import actions, ceremonies
from accounts.backends import guarded
from accounts.models import ID_CHARACTERS
from accounts.relying_party import party_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.ceremonies import Ceremony
    from accounts.models import User


def begin(request: HttpRequest, second_of: User | None = None) -> Ceremony:
    """What a browser is asked for: any passkey, or one of somebody's who has shown their password there.

    Raises:
        PasskeysOff: no passkey works at this address.
    """
    party, holder = party_of(request), ceremonies.holder_of_browser(request, second_of)
    return ceremonies.ask_for_one_of(party, second_of, holder) if second_of else ceremonies.ask_for_any(party, holder)


def check(
    request: HttpRequest, proof: dict[str, Any], *, second_of: User | None = None, user: User | None = None
) -> User:
    """Whose passkey has answered the challenge. Counted like a wrong password, by passkey and address.

    Args:
        proof: the `token` that came with the challenge, and the browser's `credential`.
        second_of: as it was begun.
        user: whose passkey alone will do, be it begun for anybody's.

    Raises:
        PasskeyExpired: the challenge is over: another one may do.
        PasskeyRefused: it proves nothing.
        PasskeysOff: no passkey works at this address.
        TooOften: too many wrong ones from there.
    """
    party, holder = party_of(request), ceremonies.holder_of_browser(request, second_of)
    purpose = ceremonies.SECOND_STEP if second_of else ceremonies.LOG_IN
    problem = actions.PasskeyRefused()

    def shown() -> User | None:
        nonlocal problem
        try:
            return actions.use_passkey(
                party=party, purpose=purpose, holder=holder, user=second_of or user, **proof
            ).user
        except actions.PasskeyRefused as refused:
            problem = refused
            return None

    claimed = str(proof["credential"].get("id"))[:ID_CHARACTERS]
    found: User | None = guarded(request, f"passkey {claimed}", shown)
    if found is None:
        raise problem
    return found
