"""manage.py changepassword"""

from __future__ import annotations

import getpass
from typing import Any

from django.contrib.auth.management.commands import changepassword

from accounts import actions
from accounts.models import Session, User


class Command(changepassword.Command):
    """Django's command, which besides logs the person out everywhere: a token does not know of a new password."""

    def handle(self, *args: Any, **options: Any) -> str:
        """Raises CommandError where Django's does."""
        said = super().handle(*args, **options) or ""
        user = User.objects.get_by_natural_key(options["username"] or getpass.getuser())
        actions.end_sessions(user=user, reason=Session.EndReason.PASSWORD_CHANGE)
        return said
