"""Asking for a second thing at log-in: turned on, used, turned off."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.actions.passkeys import drop_passkeys
from accounts.actions.sessions import end_all, lock_user
from accounts.models import (
    RECOVERY_CODES,
    RecoveryCode,
    Session,
    TwoFactor,
    User,
    new_recovery_code,
)


class AlreadyOn(Exception):
    """The person has turned it on before."""


class CodeRefused(Exception):
    """The code is wrong, was used before, or there is nothing that it could be a code of."""


def begin_two_factor(*, user: User) -> str:
    """A secret for the person's app: nothing is asked for before `confirm_two_factor`.

    Raises:
        AlreadyOn: there is one in use.
    """
    with transaction.atomic():
        locked = lock_user(user)
        if TwoFactor.objects.active().filter(user=locked).exists():
            raise AlreadyOn
        two_factor = TwoFactor(user=locked)
        secret = two_factor.new_secret()
        TwoFactor.objects.filter(user=locked).delete()
        two_factor.save(force_insert=True)
    return secret


def confirm_two_factor(*, user: User, session: Session, code: str) -> list[str]:
    """Ask for codes from here on, now that the app has shown one: recovery codes, told this once.

    Raises:
        CodeRefused: it is not the app's code of this moment.
        AlreadyOn: that was done before.
    """
    with transaction.atomic():
        locked = lock_user(user)
        two_factor = TwoFactor.objects.filter(user=locked).first()
        if two_factor is None:
            raise CodeRefused
        if two_factor.confirmed_at is not None:
            raise AlreadyOn
        period = two_factor.period_of(code)
        if period is None:
            raise CodeRefused
        two_factor.confirmed_at, two_factor.last_period = timezone.now(), period
        two_factor.save()
        Session.objects.filter(pk=session.pk).update(two_factor=True)
        return _new_codes(locked)


def use_code(*, user: User, code: str) -> None:
    """Take a code of the app, or a recovery code: neither is good again.

    Raises:
        CodeRefused: it is none of the two.
    """
    with transaction.atomic():
        two_factor = TwoFactor.objects.active().select_for_update().filter(user=user).first()
        if two_factor is None:
            raise CodeRefused
        period = two_factor.period_of(code.replace(" ", ""))
        if period is not None:
            two_factor.last_period = period
            two_factor.save(update_fields=["last_period"])
        elif not RecoveryCode.objects.filter(user=user, key=RecoveryCode.key_of(code)).delete()[0]:
            raise CodeRefused


def renew_recovery_codes(*, user: User) -> list[str]:
    """New recovery codes; the old ones are good for nothing.

    Raises:
        CodeRefused: nothing asks for any.
    """
    with transaction.atomic():
        locked = lock_user(user)
        if not TwoFactor.objects.active().filter(user=locked).exists():
            raise CodeRefused
        return _new_codes(locked)


def disable_two_factor(*, user: User) -> bool:
    """Ask for the password alone again; False if that was so."""
    with transaction.atomic():
        locked = lock_user(user)
        was_on = TwoFactor.objects.active().filter(user=locked).exists()
        TwoFactor.objects.filter(user=locked).delete()
        RecoveryCode.objects.filter(user=locked).delete()
        Session.objects.filter(user=locked, ended_at=None).update(two_factor=False)
    return was_on


def reset_two_factor(*, user: User) -> bool:
    """For staff, when somebody has lost their app, codes or passkeys: off, no passkeys, and logged out everywhere.

    Whoever asks staff for it must have shown who they are.

    Returns:
        False if it was off, and there were no passkeys.
    """
    with transaction.atomic():
        was_on = disable_two_factor(user=user)
        locked = lock_user(user)
        had_any = bool(drop_passkeys(locked)) or was_on
        if had_any:
            end_all(locked, Session.EndReason.REVOKED)
    return had_any


def _new_codes(user: User) -> list[str]:
    RecoveryCode.objects.filter(user=user).delete()
    codes = [new_recovery_code() for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, key=RecoveryCode.key_of(code)) for code in codes)
    return codes
