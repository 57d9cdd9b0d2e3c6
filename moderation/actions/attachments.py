"""Taking files away, as staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy

from chat import actions as chat
from moderation.actions.auditing import note, require
from moderation.actions.removing import tell_sender
from moderation.models import Act

if TYPE_CHECKING:
    from accounts.models import User
    from chat.models import Attachment
    from moderation.models import Report


def remove_file(*, attachment: Attachment, by: User, reason: str, text: str = "", report: Report | None = None) -> None:
    """Remove a file with the message that it came with, which can be put back; or one that waits for its message.

    Raises:
        NotAllowed, WrongField: see `require`.
        Unfit: it belongs to a message that is to be sent later, or was removed already.
    """
    reason = require(by, Act.REMOVE_FILE, reason)
    message = attachment.message
    before = {"file": str(attachment.pk), "kind": attachment.kind, "size": attachment.size}
    with transaction.atomic():
        note(by=by, act=Act.REMOVE_FILE, target=message or attachment, reason=reason, before=before, report=report)
        if message is None:
            chat.discard_attachment(attachment=attachment)
        else:
            chat.remove_message(message=message, by=by)
            tell_sender(message, Act.REMOVE, gettext_lazy("Staff removed a message of yours"), text)
