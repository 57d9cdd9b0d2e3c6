"""Passkeys of a person: added, used, renamed, taken away."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import ceremonies
from accounts.actions.mailing import queue_mail
from accounts.actions.sessions import lock_user
from accounts.authenticators import keeper_of
from accounts.ceremonies import CeremonyRefused, ChallengeRefused
from accounts.models import MAX_PASSKEYS, Passkey, SpentChallenge, new_token_name

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.ceremonies import Challenge
    from accounts.models import Session, User
    from accounts.relying_party import RelyingParty

logger = logging.getLogger(__name__)


class TooManyPasskeys(Exception):
    """The person has as many as they may have."""


class PasskeyKnown(Exception):
    """It is registered here already, by this person or another one."""


class PasskeyRefused(Exception):
    """What the browser sent proves nothing. Why is in the log: whoever sent it learns only that."""


class PasskeyExpired(PasskeyRefused):
    """The challenge that it answers is over, was answered before, or is not this browser's."""


def add_passkey(
    *,
    user: User,
    session: Session,
    party: RelyingParty,
    token: str,
    credential: dict[str, Any],
    name: str,
    device_name: str,
) -> Passkey:
    """A passkey for the person, made by the browser that the token was given to.

    Args:
        name: as the person wants it; empty: by what keeps it, or else by the device it was made on.

    Raises:
        PasskeyExpired, PasskeyRefused: it is not what was asked for.
        TooManyPasskeys: there are `MAX_PASSKEYS`.
        PasskeyKnown: somebody has it.
    """
    try:
        challenge = ceremonies.read_challenge(token, ceremonies.ADD, ceremonies.holder_of_session(session))
        _spend(challenge)
        made = ceremonies.new_passkey(party, challenge, credential)
    except CeremonyRefused as error:
        raise _refused(error) from None
    name = name or keeper_of(made.aaguid) or device_name
    with transaction.atomic():
        locked = lock_user(user)
        if locked.passkeys.count() >= MAX_PASSKEYS:
            raise TooManyPasskeys
        passkey, is_new = Passkey.objects.get_or_create(
            credential_id=made.credential_id,
            defaults={
                "user": locked,
                "name": name,
                "public_key": made.public_key,
                "sign_count": made.sign_count,
                "transports": made.transports,
                "aaguid": made.aaguid,
                "backed_up": made.backed_up,
            },
        )
        if not is_new:
            raise PasskeyKnown
        _mail(locked, "added", [name])
    return passkey


def use_passkey(
    *,
    party: RelyingParty,
    purpose: str,
    holder: str,
    token: str,
    credential: dict[str, Any],
    user: User | None = None,
) -> Passkey:
    """The passkey that has answered the challenge of a log-in, with its person: nobody is logged in by this.

    Args:
        purpose: `ceremonies.LOG_IN`, or `SECOND_STEP` after the password.
        user: whose passkey alone will do; None for anybody's.

    A count that did not grow means that two devices have the key, and nobody can tell which of them asks: it is
    refused, and noted on the passkey (WebAuthn, 6.1.1).

    Raises:
        PasskeyExpired, PasskeyRefused: it proves nothing.
    """
    try:
        challenge = ceremonies.read_challenge(token, purpose, holder)
        _spend(challenge)
        with transaction.atomic():
            passkey = _find(ceremonies.credential_id_of(credential), user)
            answer = ceremonies.check_answer(party, challenge, credential, passkey)
            counts = bool(answer.sign_count or passkey.sign_count)
            is_copy = counts and answer.sign_count <= passkey.sign_count
            now = timezone.now()
            if is_copy:
                passkey.cloned_at = now
            else:
                passkey.sign_count, passkey.backed_up, passkey.last_used_at = answer.sign_count, answer.backed_up, now
            passkey.save(update_fields=["sign_count", "backed_up", "last_used_at", "cloned_at"])
    except CeremonyRefused as error:
        raise _refused(error) from None
    if is_copy:  # outside the transaction, which an exception would undo
        logger.warning("a passkey (%s) counts backwards: there may be a copy of it", passkey.pk)
        raise PasskeyRefused
    return passkey


def rename_passkey(*, user: User, passkey_id: UUID, name: str) -> Passkey | None:
    """Another name for one of the person's; None where it is none of theirs."""
    with transaction.atomic():
        passkey = Passkey.objects.select_for_update().filter(pk=passkey_id, user=user).first()
        if passkey is not None:
            passkey.name = name
            passkey.save(update_fields=["name"])
    return passkey


def remove_passkey(*, user: User, passkey_id: UUID) -> bool:
    """It logs nobody in any more; False where it is none of the person's."""
    with transaction.atomic():
        return bool(drop_passkeys(lock_user(user), pk=passkey_id))


def drop_passkeys(user: User, **which: Any) -> int:
    """Delete passkeys of a person whose row the caller has locked, and tell them by mail; how many that were."""
    passkeys = Passkey.objects.filter(user=user, **which).order_by("pk")
    names = list(passkeys.values_list("name", flat=True))
    if names:
        passkeys.delete()
        _mail(user, "removed", names)
    return len(names)


def _find(credential_id: str, user: User | None) -> Passkey:
    passkeys = Passkey.objects.select_for_update(of=("self",)).select_related("user")
    found = passkeys.filter(credential_id=credential_id, user__is_active=True)
    passkey = (found.filter(user=user) if user else found).first()
    if passkey is None:
        raise CeremonyRefused("nobody has it, or somebody else than who began")
    return passkey


def _spend(challenge: Challenge) -> None:
    """Before anything is looked at, and for good: an answer that is refused uses it up as well."""
    expires_at = timezone.now() + ceremonies.LIFETIME
    _spent, is_new = SpentChallenge.objects.get_or_create(key=challenge.key, defaults={"expires_at": expires_at})
    if not is_new:
        raise ChallengeRefused("answered before")


def _refused(error: CeremonyRefused) -> PasskeyRefused:
    logger.info("a passkey was refused: %.300r", str(error))
    return PasskeyExpired() if isinstance(error, ChallengeRefused) else PasskeyRefused()


def _mail(user: User, change: str, names: list[str]) -> None:
    if settings.MAIL and user.email:
        about = {"change": change, "names": names, "at": timezone.now().isoformat()}
        queue_mail(kind="passkey", key=f"passkey:{new_token_name()}", user=user, about=about)
