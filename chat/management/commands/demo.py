"""manage.py demo"""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from accounts.models import User
from chat import actions
from chat.models import Conversation, Message

PASSWORD = "brook-demo"  # noqa: S105 - printed at the start; for trying out, on a server nobody else reaches
PEOPLE = {"alice": "Alice Moreau", "bob": "Bob Lindqvist", "carol": "Carol Weiss"}
DIALOGUE = (
    ("bob", "Morning! The gauge at the old mill reads `1.82 m`, 6 cm over yesterday."),
    ("carol", "I walked past at eight. The footbridge is still dry 👍"),
    ("alice", "Thanks, both. I will log it. @carol, can you look at the south sensor before noon?"),
    ("carol", "South sensor is fine, it was only the cable."),
    ("alice", "Perfect, closing the ticket ✨"),
)


class Command(BaseCommand):
    """Makes three people with something to say to each other, once."""

    help = "Create demo people and a conversation, unless there are people already."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Makes nobody on a server that has people; says how to log in where they are the demo's."""
        with transaction.atomic():
            if User.objects.exists():
                self._announce()
                return
            cast = {name: User.objects.create_user(name, PASSWORD, display_name=full) for name, full in PEOPLE.items()}
            group = actions.create_group(
                creator=cast["alice"],
                title="River Team",
                people=cast.values(),
                description="Levels, sensors and who walks the bank today.",
            )
            self._say(cast, group, DIALOGUE)
            self._answer(cast, group)
            self._all_read(cast, group)
            direct, _new = actions.open_direct(user=cast["bob"], partner=cast["alice"])
            self._say(cast, direct, [("bob", "Hi Alice, welcome to Brook! Open a second browser as me and answer 👋")])
        self._announce()

    def _announce(self) -> None:
        first = User.objects.filter(username=next(iter(PEOPLE))).first()
        if first is not None and first.check_password(PASSWORD):
            self.stdout.write(f"Demo people: {', '.join(PEOPLE)}, password {PASSWORD}")

    def _say(self, cast: dict[str, User], conversation: Conversation, lines: Any) -> None:
        for number, (name, text) in enumerate(lines):
            actions.send_message(
                sender=cast[name],
                conversation_id=conversation.pk,
                client_id=f"demo-{conversation.pk}-{number}",
                content=text,
            )

    def _answer(self, cast: dict[str, User], group: Conversation) -> None:
        """A thread under the first message, a reply to the last, and a message that was better said twice."""
        first, *_others, last = group.messages.order_by("seq")
        answers = (
            ("alice", "6 cm since when?", None, first.pk),
            ("bob", "Since eight in the evening.", None, first.pk),
            ("carol", "Well done!", last.pk, None),
        )
        for number, (name, text, reply_to, thread_root) in enumerate(answers):
            message, _new = actions.send_message(
                sender=cast[name],
                conversation_id=group.pk,
                client_id=f"demo-answer-{group.pk}-{number}",
                content=text,
                reply_to=reply_to,
                thread_root=thread_root,
            )
        actions.edit_message(user=cast["carol"], message_id=message.pk, content="Well done, all of you 🎉")

    def _all_read(self, cast: dict[str, User], group: Conversation) -> None:
        for person in cast.values():
            actions.mark_read(user=person, conversation_id=group.pk, seq=Message.objects.count())
