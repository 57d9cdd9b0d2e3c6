"""A morning at the river, always the same: people, conversations and all that can be in them, for pictures of pages.

Put into a server's database by `Server.run`; ids are fixed, since colours follow from them, and so are all times.
"""

from __future__ import annotations

import io
import json
import math
import struct
import wave
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.test import Client
from django.utils import timezone
from PIL import Image, ImageDraw, ImageFilter

from accounts.models import User
from chat.actions.attachments import keep
from chat.models import (
    Attachment,
    Conversation,
    Draft,
    Invite,
    Mention,
    Message,
    Participant,
    Reaction,
    Receipt,
    ReceiptStatus,
    Star,
)
from moderation.models import Report
from notifications.models import Notification, Type
from notifications.wording import write_title

DAY = datetime(2026, 3, 14, tzinfo=UTC)  # a Saturday
NOW = DAY.replace(hour=14, minute=32)  # what the clocks of the browsers say
EVERYBODY = {  # the last digit is their colour
    "ann": ("Ann Sorel", "3", ""),
    "ben": ("Ben Nilsson", "0", ""),
    "carol": ("Carol Weiss", "1", "At the gauge until noon"),
    "daiki": ("Daiki Kondo", "2", "On a train"),
    "lena": ("Lena Azar", "5", ""),
    "mo": ("Mo Ortiz", "6", "Back on Tuesday"),
    "eva": ("Eva Novak", "4", ""),
    "ada": ("Ada Admin", "7", ""),
    "noor": ("Noor Haddad", "1", ""),  # who came today, and knows nobody
}
DESCRIPTION = "Levels, sensors and who walks the bank today."


class Scenery:
    """What is made, and who is in it."""

    def __init__(self) -> None:
        self.people: dict[str, User] = {}
        self.number = 0

    def id(self, digit: str = "0") -> UUID:
        """The next one; its last digit chooses a colour."""
        self.number += 1
        return UUID(f"019c0000-0000-7000-8000-{self.number:011}{digit}")

    # --- people -------------------------------------------------------------------------------------------------------
    def make_people(self) -> None:
        for name, (shown, digit, status) in EVERYBODY.items():
            person = User(
                pk=self.id(digit), username=name, display_name=shown, status_text=status, last_seen_at=at("12:10")
            )
            person.set_unusable_password()
            person.save()
            self.people[name] = person
        User.objects.filter(username="ada").update(is_staff=True, is_superuser=True)

    # --- conversations ------------------------------------------------------------------------------------------------
    def group(self, title: str, digit: str, *names: str, **more: Any) -> Conversation:
        return self._conversation(names, digit, kind="group", title=title, **more)

    def direct(self, name: str) -> Conversation:
        key = ":".join(sorted(str(self.people[each].pk) for each in ("ann", name)))
        return self._conversation(("ann", name), "0", kind="direct", direct_key=key)

    def _conversation(self, names: tuple[str, ...], digit: str, **more: Any) -> Conversation:
        made = Conversation.objects.create(
            pk=self.id(digit), created_by=self.people[names[0]], participant_count=len(names), **more
        )
        made.created_at = at("8:30", 40)
        made.save()
        for number, name in enumerate(names):
            role = ("admin", "member", "moderator")[min(number, 2)] if made.kind == "group" and number < 3 else "member"
            Participant.objects.create(conversation=made, user=self.people[name], role=role)
        return made

    def say(self, where: Conversation, name: str | None, when: datetime, text: str, **more: Any) -> Message:
        where.last_seq += 1
        message = Message.objects.create(
            pk=self.id(),
            conversation=where,
            seq=where.last_seq,
            sender=self.people[name] if name else None,
            client_id=f"scenery-{self.number}",
            content=text,
            created_at=when,
            **more,
        )
        where.last_message, where.last_activity_at = message, when
        where.save()
        return message

    def attach(self, message: Message, name: str, content: bytes, **more: Any) -> None:
        file = io.BytesIO(content)
        file.size = len(content)  # type: ignore[attr-defined] # as uploads have it
        attachment: Attachment = keep(file=file, name=name, **more)
        attachment.pk, attachment.owner, attachment.message = self.id(), message.sender, message
        attachment.save(force_insert=True)
        message.type = attachment.kind
        message.save(update_fields=["type"])

    def react(self, message: Message, **emoji_by_names: str) -> None:
        for place, (emoji, names) in enumerate(emoji_by_names.items()):
            for name in names.split():
                Reaction.objects.create(message=message, user=self.people[name], emoji=emoji, place=place)

    def read(self, where: Conversation, *, ann: int = 0, others: int = 0) -> None:
        """Up to the end, less so many for Ann and for the others."""
        for participant in where.participants.select_related("user"):
            seq = where.last_seq - (ann if participant.user.username == "ann" else others)
            participant.read_seq = participant.marker_seq = participant.delivered_seq = seq
            participant.save()
            if participant.user_id != where.created_by_id:
                positions = {str(participant.user_id): seq}
                for status in ReceiptStatus:
                    Receipt.objects.create(conversation=where, status=status, at=at("9:20"), positions=positions)

    # --- all of it ----------------------------------------------------------------------------------------------------
    def make(self) -> dict[str, Any]:
        self.make_people()
        river = self.river()
        self.others()
        self.notifications(river)
        Participant.objects.filter(conversation=river, user=self.people["ann"]).update(pinned=True)
        Invite.objects.create(
            conversation=river, created_by=self.people["ann"], code="come-along", created_at=at("8:00")
        )
        empty = self.group("Quiet corner", "6", "ann", "mo")
        Conversation.objects.filter(pk=empty.pk).update(last_activity_at=at("9:00", days_ago=9))
        sessions = {name: self._session(name) for name in self.people}
        report = Report.objects.get()
        return {"sessions": sessions, "river": str(river.pk), "empty": str(empty.pk), "report": str(report.pk)}

    def _session(self, name: str) -> dict[str, str]:
        client = Client()
        client.force_login(self.people[name])
        return {"id": str(self.people[name].pk), "session": client.cookies["sessionid"].value}

    def river(self) -> Conversation:
        group = self.group("River Team", "4", "ann", "ben", "carol", "daiki", "lena", "mo", description=DESCRIPTION)
        self.say(group, "mo", at("17:40", 1), "The new probes are in the boathouse, left shelf.")
        self.say(group, "daiki", at("17:44", 1), "I take two of them up to the weir tomorrow.")
        self.say(group, None, at("17:45", 1), "Ann Sorel made Carol Weiss a moderator", type="system")
        first = self.say(
            group, "ben", at("9:02"), "Morning! The gauge at the old mill reads `1.82 m`, 6 cm over yesterday."
        )
        picture = self.say(group, "ben", at("9:03"), "Taken ten minutes ago from the footbridge.")
        self.attach(picture, "footbridge.png", landscape())
        self.react(picture, **{"😮": "ann carol daiki", "🌊": "ann lena", "🙏": "mo"})
        Message.objects.filter(pk=first.pk).update(pinned_at=at("9:05"), pinned_by=self.people["ann"])
        asked = self.say(
            group,
            "ann",
            at("9:10"),
            "Thanks! I will log it. @carol can you check the south sensor before noon?",
            reply_to=picture,
            mentions=[str(self.people["carol"].pk)],
        )
        sheet = self.say(group, "daiki", at("9:11"), "The levels since Monday:")
        self.attach(sheet, "levels-week-11.csv", b"day,level\n" * 500)
        Star.objects.create(user=self.people["ann"], message=sheet)
        self.thread(group, first)
        voice = self.say(group, "carol", at("9:14"), "")
        loud = [round(50 + 40 * math.sin(number / 2.3) * math.cos(number / 7)) for number in range(48)]
        self.attach(voice, "voice.wav", recording(24), waveform=loud)
        fine = self.say(
            group,
            "carol",
            at("9:15"),
            "South sensor is fine, numbers are in https://example.org/sheet. It was only the cable.",
        )
        Message.objects.filter(pk=fine.pk).update(edited_at=at("9:16"), reply_to=asked)
        self.say(group, "ann", at("9:16"), "Perfect, closing the ticket ✨")
        self.say(group, "lena", at("14:30"), "**High water** is expected on *Tuesday*, says the office. Who is around?")
        self.say(group, "ben", at("14:32"), "I am, all day.")
        self.read(group, ann=2)
        return group

    def thread(self, group: Conversation, root: Message) -> None:
        for name, when, text in (("ann", "9:12", "6 cm since when?"), ("ben", "9:13", "Since eight in the evening.")):
            self.say(group, name, at(when), text, thread_root=root)
        Message.objects.filter(pk=root.pk).update(reply_count=2)

    def others(self) -> None:
        carol = self.direct("carol")
        self.say(carol, "ann", at("13:50"), "Coffee at nine tomorrow, before the walk?")
        self.say(carol, "carol", at("14:19"), "Yes!")
        self.say(carol, "carol", at("14:20"), "Great, see you at nine 👋")
        self.read(carol, ann=2)
        hike = self.group("Weekend hike", "7", "daiki", "ann", "eva", "mo", description="Somewhere dry.")
        for number in range(11):
            self.say(hike, ("eva", "mo", "daiki")[number % 3], at("13:30") + timedelta(minutes=number), "I am in!")
        asks = self.say(
            hike, "daiki", at("13:58"), "@ann are you bringing the map?", mentions=[str(self.people["ann"].pk)]
        )
        Mention.objects.create(message=asks, conversation=hike, seq=asks.seq, user=self.people["ann"])
        self.read(hike, ann=12)
        eva = self.direct("eva")
        self.say(eva, "eva", at("12:31"), "The pull request is green at last.")
        self.say(eva, "ann", at("12:41"), "Thanks, merged!")
        self.read(eva)
        lena = self.direct("lena")
        self.say(lena, "lena", at("11:07"), "شكراً جزيلاً")
        self.read(lena, ann=1)
        review = self.group("Design review", "2", "eva", "ann", "mo")
        self.attach(self.say(review, "eva", at("18:20", 1), ""), "badge.png", landscape())
        self.read(review)
        Participant.objects.filter(conversation=review, user=self.people["ann"]).update(muted_until=at("9:00", -900))
        mo = self.direct("mo")
        self.attach(self.say(mo, "mo", at("16:05", 1), ""), "voice.wav", recording(42), waveform=[40] * 20)
        self.read(mo)
        daiki = self.direct("daiki")
        self.say(daiki, "daiki", at("10:00", 3), "Photos are in the album.")
        self.read(daiki)
        mine = Participant.objects.get(conversation=daiki, user=self.people["ann"])
        Draft.objects.create(participant=mine, content="Lovely, thank you for", version=1, updated_at=at("10:05", 3))
        self.past()

    def past(self) -> None:
        """Further down, and put away."""
        book = self.group("Book club", "0", "mo", "ann", "lena")
        self.say(book, "lena", at("20:15", 4), "Chapter seven for Thursday.")
        self.read(book)
        supply = self.group("Finance & supply", "1", "eva", "ann")
        self.say(supply, None, at("15:00", 5), "Eva Novak added Ann Sorel", type="system")
        self.read(supply)
        old = self.group("Summer fair 2025", "5", "ann", "ben")
        bad = self.say(old, "ben", at("12:00", 30), "Buy gauges cheap, only today!!!")
        self.read(old)
        Participant.objects.filter(conversation=old, user=self.people["ann"]).update(archived=True)
        made = Report.objects.create(message=bad, reporter=self.people["ann"], reason="spam", note="He is not himself.")
        Report.objects.filter(pk=made.pk).update(created_at=timezone.now(), due_at=timezone.now() + timedelta(days=1))

    def notifications(self, river: Conversation) -> None:
        hike = Conversation.objects.get(title="Weekend hike")
        for type, name, where, when, text, is_read in (
            (Type.MENTION, "daiki", hike, at("13:58"), "@ann are you bringing the map?", False),
            (Type.MESSAGE, "lena", river, at("14:30"), "High water is expected on Tuesday, says the office.", False),
            (Type.REPLY, "carol", river, at("9:15"), "South sensor is fine, numbers are in the sheet.", True),
            (Type.REACTION, "mo", river, at("9:20"), "Perfect, closing the ticket", True),
            (Type.GROUP_INVITE, "daiki", hike, at("13:20"), "", True),
        ):
            sender = self.people[name]
            about = {"conversation_id": str(where.pk), "conversation_title": where.title, "seq": 1, "emoji": "🙏"}
            data = {**about, "sender_id": str(sender.pk), "sender_name": sender.display_name}
            notification = Notification(
                pk=self.id(),
                user=self.people["ann"],
                type=type,
                text=text,
                data=data,
                conversation=where,
                is_read=is_read,
                is_delivered=True,
                created_at=when,
                updated_at=when,
            )
            write_title(notification)
            notification.save()


def at(clock: str, days_ago: int = 0) -> datetime:
    """A time of that day, or of a day before."""
    hour, minute = clock.split(":")
    return DAY.replace(hour=int(hour), minute=int(minute)) - timedelta(days=days_ago)


def landscape() -> bytes:
    """A river under a morning sun."""
    width, height = 1200, 800
    image = Image.new("RGB", (width, height), "#9fd8ff")
    draw = ImageDraw.Draw(image)
    draw.ellipse((760, 60, 980, 280), fill="#fff2c4")
    image = image.filter(ImageFilter.GaussianBlur(24))
    draw = ImageDraw.Draw(image)
    for top, colour in ((330, "#62ad78"), (420, "#3f8a5a"), (500, "#4aa8d8"), (640, "#3a8bbf")):
        ridge = [(x, top + 24 * math.sin(x / 150 + top)) for x in range(0, width + 20, 20)]
        draw.polygon([*ridge, (width, height), (0, height)], fill=colour)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def recording(seconds: int) -> bytes:
    """A hum."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(4000)
        sound.writeframes(b"".join(struct.pack("<h", int(900 * math.sin(i / 6))) for i in range(4000 * seconds)))
    return file.getvalue()


def main() -> None:
    """Print what `Scenery.make` says, for `Server.run`."""
    with transaction.atomic():
        print(json.dumps(Scenery().make()))  # noqa: T201
