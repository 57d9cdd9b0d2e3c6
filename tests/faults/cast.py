"""Prints tokens and conversations of new people as JSON: `python -m tests.faults.cast PEOPLE GROUPS`.

Straight through the models and actions: signing up one by one would meet the limit of new accounts.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from datetime import timedelta


def main(people: int, groups: list[list[int]]) -> None:
    """Make the people, and a conversation for each group of them."""
    from django.utils import timezone

    from accounts import tokens
    from accounts.models import Session, User
    from chat import actions

    family = secrets.token_hex(4)
    users = [User.objects.create_user(f"person{number}-{family}") for number in range(people)]
    day = timezone.now() + timedelta(days=1)
    sessions = [Session.objects.create(user=user, kind=Session.Kind.API, expires_at=day) for user in users]
    conversations = [
        actions.create_group(
            creator=users[members[0]], title=f"Group {number}", people=[users[member] for member in members]
        )
        for number, members in enumerate(groups)
    ]
    json.dump(
        {
            "tokens": [tokens.access_for(session) for session in sessions],
            "conversations": [str(conversation.pk) for conversation in conversations],
        },
        sys.stdout,
    )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    main(int(sys.argv[1]), json.loads(sys.argv[2]))
