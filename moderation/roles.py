"""What the staff are: three roles, which are groups of Django's with permissions. docs/moderation.md has the table.

They are made anew after every migration: a permission that is new is given to the roles that are to have it. A role
that was changed by hand keeps what was added; what was taken away comes back. For others make a group of your own.
"""

from __future__ import annotations

from typing import Any

SUPPORT, MODERATOR, ADMINISTRATOR = "Support", "Moderator", "Administrator"

_SUPPORT = {
    "accounts.view_user",
    "accounts.view_session",
    "chat.view_conversation",
    "moderation.view_report",
    "moderation.end_sessions",
    "moderation.reset_two_factor",
}
_MODERATOR = _SUPPORT | {
    "chat.view_messageedit",
    "chat.view_message",
    "moderation.change_report",
    "chat.view_removedmessage",
    "chat.view_attachment",
    "chat.view_invite",
    "moderation.remove_message",
    "moderation.restore_message",
    "moderation.lock_conversation",
    "moderation.archive_conversation",
    "moderation.change_group",
    "moderation.revoke_invite",
    "moderation.warn_user",
    "moderation.suspend_user",
    "moderation.view_auditentry",
    "moderation.view_blockedword",
}
_ADMINISTRATOR = _MODERATOR | {
    "accounts.add_user",
    "accounts.change_user",
    "moderation.ban_user",
    "moderation.send_broadcast",
    "moderation.remove_all_messages",
    "moderation.change_members",
    "moderation.hold_conversation",
    "moderation.export_conversation",
    "moderation.change_blockedword",
    "moderation.exempt_user",
}
ROLES = {SUPPORT: _SUPPORT, MODERATOR: _MODERATOR, ADMINISTRATOR: _ADMINISTRATOR}


def make_roles(**_options: Any) -> None:
    """The groups, with their permissions: after a migration, when all permissions are there."""
    from django.contrib.auth.models import Group, Permission

    known = {
        f"{app}.{codename}": pk
        for pk, app, codename in Permission.objects.values_list("pk", "content_type__app_label", "codename")
    }
    for name, wanted in ROLES.items():
        group, _new = Group.objects.get_or_create(name=name)
        group.permissions.add(*[known[each] for each in sorted(wanted) if each in known])
