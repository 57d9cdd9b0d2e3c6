"""Passwords, checked in one place for all: the API, the log-in page, the administration."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from django.contrib.auth.backends import ModelBackend

from accounts import limits, names

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest


class LimitedBackend(ModelBackend):
    """Django's check of a password, no oftener than the limits allow."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> Any:
        """The person of this user name and password, else None.

        Raises:
            TooOften: too many wrong ones from there; the password was not even looked at.
        """
        if request is None or username is None or password is None:
            return super().authenticate(request, username, password, **kwargs)
        check = super().authenticate
        return guarded(request, username, lambda: check(request, username, password, **kwargs))


def guarded(request: HttpRequest, username: str, check: Callable[[], Any]) -> Any:
    """What `check` gives; counted by account and address, and by address, where that is nothing.

    Both are counted before the check and given back after a right one, so that many at once do not slip through. Never
    by account alone: anybody could lock out anybody.

    Raises:
        TooOften: too many wrong ones.
    """
    address = limits.address_key(request)
    account = hashlib.blake2b(names.fold(username).encode(), digest_size=16).hexdigest()
    limits.require("logins", f"{account}:{address}")
    try:
        limits.require("login_address", address)
        found = check()
    except BaseException:
        limits.give_back("logins", f"{account}:{address}")
        raise
    if found:
        limits.give_back("logins", f"{account}:{address}")
        limits.give_back("login_address", address)
    return found
