"""Snapshot + events = fresh snapshot, for every action, everybody, and with every event applied twice."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import closing
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from django.utils import timezone

from accounts import actions as account_actions
from accounts.models import Departure, User
from chat import actions, exporting
from chat.documents import Document
from chat.models import Attachment, Conversation, ExportFormat, LinkPreview, Message, Participant, Role, hash_of
from chat.slack import Archive
from realtime import log
from realtime.handover import CaughtUp, Window
from realtime.sequencer import look
from tests import files, slack
from tests.chat.client import ModelClient, events_for, without_own_ticks
from tests.described import problems


@dataclass
class Stage:
    """Where the actions play: Alice and Bob have talked, Carol was outside."""

    alice: User
    bob: User
    carol: User
    talk: Conversation
    group: Conversation


@pytest.fixture
def stage(transactional_db: None, alice: User, bob: User, carol: User, talk: Conversation, say: Any) -> Stage:
    group = actions.create_group(creator=alice, title="River Team", people=[bob])
    for speaker, where in [(alice, talk), (bob, talk), (alice, talk), (bob, group), (alice, group)]:
        say(speaker, where)
    actions.mark_read(user=bob, conversation_id=talk.pk, seq=1)
    return Stage(alice, bob, carol, talk, group)


def send(stage: Stage, sender: User, client_id: str, content: str = "hello", **more: Any) -> Any:
    return actions.send_message(
        sender=sender, conversation_id=stage.talk.pk, client_id=client_id, content=content, **more
    )


def with_files(stage: Stage) -> Any:
    brought = [bring(stage, stage.alice).pk for _number in range(2)]
    return send(stage, stage.alice, uuid4().hex, "", attachment_ids=brought)[0]


def bring(stage: Stage, owner: User) -> Attachment:
    return actions.upload_attachment(owner=owner, file=files.upload(files.picture()), name="beach.jpg")


def give_picture(stage: Stage, picture: Any) -> Any:
    return actions.set_group_avatar(user=stage.alice, conversation_id=stage.group.pk, picture=picture)


def reply(stage: Stage, sender: User, original: UUID) -> Any:
    return send(stage, sender, uuid4().hex, "an answer", reply_to=original)


def in_thread(stage: Stage) -> Any:
    root = stage.talk.messages.get(seq=2)
    return send(stage, stage.alice, uuid4().hex, "in the thread", thread_root=root.pk)


def name_everybody(stage: Stage) -> UUID:
    message, _new = actions.send_message(
        sender=stage.alice, conversation_id=stage.group.pk, client_id=uuid4().hex, content="@all and @bob: come"
    )
    return message.pk


def edit(stage: Stage, sender: User, message_id: UUID, content: str) -> Any:
    return actions.edit_message(user=sender, message_id=message_id, content=content)


def delete(stage: Stage, user: User, message_id: UUID) -> Any:
    return actions.delete_message(user=user, message_id=message_id)


def shut_out(stage: Stage, user: User, target: User) -> Any:
    actions.block(user=user, target=target)


def delete_first_of_group(stage: Stage) -> Any:
    return delete(stage, stage.alice, stage.group.messages.get(seq=1).pk)


def forward(stage: Stage, user: User, client_id: str) -> Any:
    return actions.forward_message(
        user=user,
        message_id=stage.talk.messages.get(seq=1).pk,
        conversation_ids=[stage.talk.pk, stage.group.pk],
        client_id=client_id,
    )


def say_in_group(stage: Stage, sender: User) -> Any:
    return actions.send_message(
        sender=sender, conversation_id=stage.group.pk, client_id=uuid4().hex, content="to the group"
    )


def last(stage: Stage) -> UUID:
    """The last message of Alice and Bob."""
    return stage.talk.messages.order_by("-seq")[0].pk


def react(stage: Stage, person: User, emoji: str) -> Any:
    return actions.add_reaction(user=person, message_id=last(stage), emoji=emoji)


def unreact(stage: Stage, person: User, emoji: str) -> Any:
    return actions.remove_reaction(user=person, message_id=last(stage), emoji=emoji)


def pin(stage: Stage) -> Any:
    return actions.pin_message(user=stage.bob, message_id=last(stage))


def unpin(stage: Stage) -> Any:
    message = stage.talk.messages.order_by("-seq")[1]
    return actions.unpin_message(user=stage.bob, message_id=message.pk)


def star(stage: Stage, *, starred: bool) -> Any:
    return actions.set_star(user=stage.bob, message_id=last(stage), starred=starred)


def invite(stage: Stage) -> Any:
    return actions.create_invite(user=stage.alice, conversation_id=stage.group.pk, expires_at=None, max_uses=None)


def write(stage: Stage, content: str, based_on: int | None = None) -> Any:
    return actions.save_draft(user=stage.bob, conversation_id=stage.talk.pk, content=content, based_on=based_on)


def own(stage: Stage) -> Any:
    return actions.set_own(user=stage.bob, conversation_id=stage.talk.pk, changes={"pinned": True})


def schedule(stage: Stage, *, seconds: int, group: bool = False, **more: Any) -> Any:
    return actions.schedule_message(
        user=stage.bob,
        conversation_id=(stage.group if group else stage.talk).pk,
        client_id="later",
        content="later",
        send_at=timezone.now() + timedelta(seconds=seconds),
        **more,
    )[0]


def schedule_all(stage: Stage) -> Any:
    """One that has everything that a message can have."""
    brought = bring(stage, stage.bob).pk
    root = stage.talk.messages.get(seq=1).pk
    return schedule(stage, seconds=-1, reply_to=last(stage), thread_root=root, attachment_ids=[brought])


def change_scheduled(stage: Stage, scheduled_id: UUID, **changes: Any) -> Any:
    return actions.change_scheduled(user=stage.bob, scheduled_id=scheduled_id, changes=changes)


def remind(stage: Stage, *, seconds: int) -> Any:
    remind_at = timezone.now() + timedelta(seconds=seconds)
    return actions.set_reminder(user=stage.bob, message_id=last(stage), remind_at=remind_at)


def forget(stage: Stage) -> Any:
    actions.remove_reminder(user=stage.bob, message_id=last(stage))


def work(job: Callable[[], None], times: int = 1) -> Any:
    for _ in range(times):
        job()


def add(stage: Stage, *people: User) -> Any:
    return actions.add_participants(user=stage.alice, conversation_id=stage.group.pk, people=people)


def put_out(stage: Stage, person: User) -> Any:
    actions.remove_participant(user=stage.alice, conversation_id=stage.group.pk, target_id=person.pk)


def go(stage: Stage, person: User) -> Any:
    actions.leave(user=person, conversation_id=stage.group.pk)


def give_role(stage: Stage, person: User, role: Role, **more: Any) -> Any:
    return actions.set_role(user=stage.alice, conversation_id=stage.group.pk, target_id=person.pk, role=role, **more)


def change(stage: Stage, conversation: Conversation, **changes: str) -> Any:
    return actions.update_conversation(user=stage.alice, conversation_id=conversation.pk, changes=changes)


def block(user: User, target: User) -> Any:
    actions.block(user=user, target=target)


def unblock(user: User, target: User) -> Any:
    actions.unblock(user=user, target=target)


def delete_of(stage: Stage, sender: User, number: int) -> Any:
    said = list(stage.group.messages.filter(sender=sender).order_by("seq"))
    actions.delete_message(user=sender, message_id=said[number].pk)


def vanish(user: User, *, removes_messages: bool = True) -> Any:
    account_actions.delete_account(user=user, removes_messages=removes_messages)
    for _ in range(2):  # as after a crash
        Departure.objects.filter(user=user).update(finished_at=None)
        account_actions.finish_departures()


def remove_and_restore(stage: Stage, message: Message) -> Any:
    actions.remove_message(message=message, by=stage.carol)
    actions.restore_message(message=message)


def remove_and_forget(stage: Stage, message: Message) -> Any:
    actions.remove_message(message=message, by=stage.carol)
    actions.forget_removed(user=stage.alice)


def lock(stage: Stage, conversation: Conversation, *, locked: bool) -> Any:
    actions.set_locked(conversation_id=conversation.pk, by=stage.carol, locked=locked)


def archive(stage: Stage, conversation: Conversation, *, archived: bool) -> Any:
    actions.set_archived(conversation_id=conversation.pk, by=stage.carol, archived=archived)


def hold(stage: Stage, *, held: bool = True) -> Any:
    actions.set_held(conversation_id=stage.group.pk, held=held)


def place_of(stage: Stage, person: User) -> Participant:
    return Participant.objects.get(conversation=stage.group, user=person)


def take_out(stage: Stage, person: User) -> Any:
    actions.remove_person(participant=place_of(stage, person), by=stage.carol)


def promote(stage: Stage) -> Any:
    actions.change_role(participant=place_of(stage, stage.bob), role=Role.ADMIN, by=stage.carol)


def discard(stage: Stage) -> Any:
    actions.discard_attachment(attachment=bring(stage, stage.alice))


def withdraw(stage: Stage) -> Any:
    actions.withdraw_invite(invite=invite(stage))


def hide_reads(user: User) -> Any:
    account_actions.update_profile(user=user, changes={"preferences": {"receipts": False}})
    user.refresh_from_db()


def mark_all_read(user: User) -> Any:
    actions.mark_all_read(user=user)


def mark_sender_read(user: User, sender: User) -> Any:
    actions.mark_sender_read(user=user, sender=sender)


def hand_over(window: Window) -> Any:
    actions.note_handed_over(window)


def caught_up(*people: User) -> Window:
    look()
    pos = log.head().pos
    return Window(caught_up=[CaughtUp(str(person.pk), pos, None) for person in people])


def export(stage: Stage, person: User) -> Any:
    return actions.request_export(user=person, conversation_id=stage.talk.pk, format=ExportFormat.JSON)


def bring_in(stage: Stage) -> Any:
    out = BytesIO()
    exporting.write(
        out, Participant.objects.find(stage.bob, stage.group.pk), format="json", first_seq=1, still=lambda: None
    )
    said = orjson.loads(out.getvalue())
    said["conversation"]["id"] = str(uuid4())
    for message in said["messages"]:
        message["id"] = str(uuid4())
    with NamedTemporaryFile() as file:
        file.write(orjson.dumps(said))
        file.flush()
        return actions.import_conversation(document=Document(Path(file.name)))


def bring_slack(stage: Stage) -> Any:
    with TemporaryDirectory() as folder, closing(Archive(slack.export(Path(folder) / "export.zip"))) as archive:
        return actions.import_slack(archive=archive, named={"U0ALICE": "alice", "U0DORA": "carol"})


def hide(stage: Stage) -> Any:
    actions.hide_previews(user=stage.alice, message_id=last(stage))


def previewed() -> str:
    """Text with a link of which everything is known."""
    LinkPreview.objects.get_or_create(
        url_hash=hash_of("https://example.org/"),
        defaults={
            "url": "https://example.org/",
            "title": "Example",
            "state": "done",
            "next_try_at": timezone.now(),
            "fetched_at": timezone.now(),
        },
    )
    return "see https://example.org/"


Act = Callable[[Stage], Any]
ACTS: dict[str, list[Act]] = {
    "set_group_avatar": [
        lambda s: give_picture(s, files.upload(files.picture())),
        lambda s: [give_picture(s, files.upload(files.picture())), give_picture(s, None), say_in_group(s, s.bob)],
    ],
    "upload_attachment": [lambda s: bring(s, s.alice)],
    "discard_attachment": [lambda s: discard(s)],
    "set_archived": [
        lambda s: archive(s, s.group, archived=True),
        lambda s: [archive(s, s.talk, archived=True), archive(s, s.talk, archived=False), send(s, s.bob, "1")],
    ],
    "set_held": [
        lambda s: [hold(s), delete_of(s, s.bob, 0), delete_of(s, s.alice, 0)],
        lambda s: [hold(s), delete_of(s, s.bob, 0), hold(s, held=False), work(actions.tidy_removed)],
    ],
    "add_people": [lambda s: actions.add_people(conversation_id=s.group.pk, people=[s.carol], by=s.carol)],
    "remove_person": [
        lambda s: take_out(s, s.bob),
        lambda s: [put_out(s, s.bob), take_out(s, s.alice)],
    ],
    "change_role": [lambda s: promote(s)],
    "change_settings": [
        lambda s: actions.change_settings(
            conversation_id=s.group.pk, changes={"title": "Other", "description": "New"}, by=s.carol
        ),
    ],
    "withdraw_invite": [lambda s: withdraw(s)],
    "open_direct": [
        lambda s: actions.open_direct(user=s.carol, partner=s.alice),
        lambda s: actions.open_direct(user=s.bob, partner=s.alice),
    ],
    "create_group": [lambda s: actions.create_group(creator=s.carol, title="New", people=[s.alice, s.bob])],
    "send_message": [
        lambda s: send(s, s.alice, "1"),
        lambda s: [send(s, s.bob, "1"), send(s, s.bob, "1"), send(s, s.alice, "2")],
        lambda s: [send(s, s.alice, "1"), actions.mark_read(user=s.bob, conversation_id=s.talk.pk, seq=4)],
        lambda s: [reply(s, s.bob, last(s)), in_thread(s), in_thread(s), reply(s, s.alice, last(s))],
        lambda s: with_files(s),
        lambda s: [send(s, s.alice, "1", "@bob @alice @carol"), send(s, s.bob, "2", "@bob"), name_everybody(s)],
    ],
    "add_reaction": [
        lambda s: [react(s, s.bob, "👍"), react(s, s.alice, "🎉"), react(s, s.alice, "👍"), react(s, s.bob, "👍")],
    ],
    "remove_reaction": [
        lambda s: [react(s, s.bob, "👍"), unreact(s, s.bob, "👍"), unreact(s, s.bob, "👍")],
        lambda s: [
            *(react(s, who, emoji) for who, emoji in [(s.bob, "👍"), (s.alice, "🎉"), (s.alice, "👍")]),
            unreact(s, s.bob, "👍"),
            react(s, s.bob, "👍"),
            unreact(s, s.alice, "🎉"),
        ],
    ],
    "pin_message": [lambda s: pin(s)],
    "unpin_message": [lambda s: [pin(s), unpin(s), unpin(s)]],
    "set_star": [lambda s: [star(s, starred=True), star(s, starred=False)]],
    "create_invite": [lambda s: invite(s)],
    "revoke_invite": [
        lambda s: actions.revoke_invite(user=s.alice, conversation_id=s.group.pk, code=invite(s).code),
    ],
    "accept_invite": [
        lambda s: [actions.accept_invite(user=s.carol, code=invite(s).code), say_in_group(s, s.carol)],
        lambda s: [put_out(s, s.bob), actions.accept_invite(user=s.bob, code=invite(s).code)],
    ],
    "edit_message": [
        lambda s: [edit(s, s.alice, last(s), "better"), edit(s, s.alice, last(s), "best")],
        lambda s: [edit(s, s.alice, last(s), "hi @bob"), edit(s, s.alice, last(s), "hi"), send(s, s.bob, "1")],
        lambda s: edit(s, s.alice, name_everybody(s), "nobody"),
        lambda s: [reply(s, s.bob, last(s)), edit(s, s.alice, s.talk.messages.get(seq=3).pk, "**other**")],
        lambda s: [
            actions.mark_read(user=s.bob, conversation_id=s.talk.pk, seq=3),
            edit(s, s.alice, last(s), "@bob"),
            actions.mark_unread_from(user=s.bob, conversation_id=s.talk.pk, seq=3),
        ],
    ],
    "delete_message": [
        lambda s: delete(s, s.alice, last(s)),
        lambda s: delete(s, s.alice, with_files(s).pk),
        lambda s: [delete(s, s.alice, last(s)), delete(s, s.alice, last(s)), send(s, s.bob, "1")],
        lambda s: [edit(s, s.alice, last(s), "@bob"), delete(s, s.alice, last(s))],
        lambda s: [send(s, s.alice, "1", "@bob"), delete(s, s.alice, last(s)), send(s, s.alice, "2", "@bob")],
        lambda s: delete(s, s.alice, name_everybody(s)),
        lambda s: [reply(s, s.bob, last(s)), delete(s, s.alice, s.talk.messages.get(seq=3).pk)],
        lambda s: [in_thread(s), in_thread(s), delete(s, s.alice, last(s)), in_thread(s)],
        lambda s: [in_thread(s), delete(s, s.bob, s.talk.messages.get(seq=2).pk)],
        lambda s: [
            *(react(s, s.bob, "👍"), actions.pin_message(user=s.bob, message_id=last(s))),
            delete(s, s.alice, s.talk.messages.get(seq=3).pk),
        ],
        lambda s: [
            delete(s, s.alice, s.talk.messages.get(seq=1).pk),
            actions.mark_unread_from(user=s.bob, conversation_id=s.talk.pk, seq=1),
            delete(s, s.alice, s.talk.messages.get(seq=3).pk),
        ],
        lambda s: [change(s, s.group, history="protected"), add(s, s.carol), delete_first_of_group(s)],
        lambda s: [change(s, s.group, description="New"), add(s, s.carol), delete_first_of_group(s)],
        lambda s: [shut_out(s, s.bob, s.alice), delete(s, s.alice, last(s))],
    ],
    "remove_message": [
        lambda s: actions.remove_message(message=s.talk.messages.get(seq=3), by=s.carol),
    ],
    "expire_message": [lambda s: actions.expire_message(message=s.talk.messages.get(seq=3))],
    "remove_old": [lambda s: actions.remove_old()],
    "restore_message": [
        lambda s: remove_and_restore(s, s.talk.messages.get(seq=3)),
        lambda s: remove_and_restore(s, with_files(s)),
        lambda s: [remove_and_restore(s, in_thread(s)[0]), remove_and_restore(s, s.talk.messages.get(seq=2))],
        lambda s: [
            send(s, s.alice, "1", "@bob"),
            remove_and_restore(s, reply(s, s.alice, last(s))[0]),
            send(s, s.bob, "2"),
        ],
    ],
    "forget_removed": [lambda s: remove_and_forget(s, with_files(s))],
    "tidy_removed": [lambda s: actions.tidy_removed()],
    "tell_staff_reads": [lambda s: actions.tell_staff_reads(conversation_id=s.talk.pk, by=s.carol)],
    "set_locked": [
        lambda s: lock(s, s.talk, locked=True),
        lambda s: [lock(s, s.group, locked=True), lock(s, s.group, locked=True), lock(s, s.group, locked=False)],
    ],
    "forward_message": [
        lambda s: [forward(s, s.alice, "1"), forward(s, s.alice, "1"), forward(s, s.bob, "1")],
    ],
    "save_draft": [
        lambda s: write(s, "hel"),
        lambda s: [write(s, "hel"), write(s, "hello"), write(s, "other", based_on=1), own(s), write(s, "")],
        lambda s: [write(s, "hello "), send(s, s.bob, "1"), own(s)],
        lambda s: [write(s, "not yet"), send(s, s.bob, "1")],
    ],
    "schedule_message": [lambda s: schedule(s, seconds=60)],
    "change_scheduled": [lambda s: change_scheduled(s, schedule(s, seconds=60).pk, content="other")],
    "cancel_scheduled": [
        lambda s: actions.cancel_scheduled(user=s.bob, scheduled_id=schedule(s, seconds=60).pk),
    ],
    "send_due": [
        lambda s: [write(s, "later"), schedule(s, seconds=-1), work(actions.send_due, 2)],
        lambda s: [schedule(s, seconds=-1, group=True), put_out(s, s.bob), work(actions.send_due)],
        lambda s: [schedule_all(s), work(actions.send_due)],
    ],
    "send_scheduled_now": [
        lambda s: actions.send_scheduled_now(user=s.bob, scheduled_id=schedule(s, seconds=60).pk),
        lambda s: [
            waiting := schedule(s, seconds=60, group=True),
            put_out(s, s.bob),
            actions.send_scheduled_now(user=s.bob, scheduled_id=waiting.pk),
        ],
    ],
    "tidy_scheduled": [
        lambda s: [schedule(s, seconds=-90 * 86400), work(actions.send_due), work(actions.tidy_scheduled)]
    ],
    "set_reminder": [lambda s: remind(s, seconds=60)],
    "remove_reminder": [
        lambda s: [remind(s, seconds=60), forget(s)],
    ],
    "remind_due": [lambda s: [remind(s, seconds=-1), work(actions.remind_due, 2)]],
    "request_export": [lambda s: export(s, s.bob)],
    "make_exports": [lambda s: [export(s, s.bob), work(actions.make_exports)]],
    "import_conversation": [lambda s: bring_in(s)],
    "import_slack": [lambda s: bring_slack(s)],
    "show_previews": [
        lambda s: [send(s, s.alice, "1", previewed()), work(actions.show_previews)],
        lambda s: [send(s, s.alice, "1", previewed()), work(actions.show_previews), edit(s, s.alice, last(s), "none")],
        lambda s: [send(s, s.alice, "1", previewed()), work(actions.show_previews), delete(s, s.alice, last(s))],
    ],
    "hide_previews": [
        lambda s: [
            send(s, s.alice, "1", previewed()),
            work(actions.show_previews),
            hide(s),
        ],
    ],
    "mark_read": [
        lambda s: actions.mark_read(user=s.bob, conversation_id=s.talk.pk, seq=2),
        lambda s: actions.mark_read(user=s.alice, conversation_id=s.group.pk, seq=99),
        lambda s: [actions.mark_read(user=s.bob, conversation_id=s.talk.pk, seq=3), send(s, s.alice, "1")],
    ],
    "mark_unread_from": [
        lambda s: actions.mark_unread_from(user=s.bob, conversation_id=s.talk.pk, seq=1),
        lambda s: [
            actions.mark_read(user=s.bob, conversation_id=s.talk.pk, seq=3),
            actions.mark_unread_from(user=s.bob, conversation_id=s.talk.pk, seq=3),
        ],
    ],
    "add_participants": [
        lambda s: add(s, s.carol),
        lambda s: [add(s, s.carol, s.bob), say_in_group(s, s.carol)],
        lambda s: [add(s, s.carol), put_out(s, s.carol), add(s, s.carol)],
    ],
    "remove_participant": [
        lambda s: put_out(s, s.bob),
        lambda s: [put_out(s, s.bob), say_in_group(s, s.alice), add(s, s.bob), say_in_group(s, s.bob)],
    ],
    "leave": [
        lambda s: actions.leave(user=s.bob, conversation_id=s.group.pk),
        lambda s: actions.leave(user=s.alice, conversation_id=s.group.pk, successor_id=s.bob.pk),
        lambda s: [put_out(s, s.bob), go(s, s.alice)],
    ],
    "set_role": [
        lambda s: give_role(s, s.bob, Role.MODERATOR),
        lambda s: [give_role(s, s.bob, Role.ADMIN), give_role(s, s.alice, Role.MEMBER)],
        lambda s: give_role(s, s.alice, Role.MEMBER, successor_id=s.bob.pk),
    ],
    "update_conversation": [
        lambda s: change(s, s.group, title="Other", description="New"),
        lambda s: [change(s, s.group, history="protected"), say_in_group(s, s.bob), add(s, s.carol)],
        lambda s: change(s, s.talk, title="My name for it"),
    ],
    "delete_group": [lambda s: actions.delete_group(user=s.alice, conversation_id=s.group.pk)],
    "set_own": [
        lambda s: actions.set_own(
            user=s.bob,
            conversation_id=s.group.pk,
            changes={"pinned": True, "archived": True, "notification_level": "mentions"},
        ),
    ],
    "block": [
        lambda s: [block(s.bob, s.alice), say_in_group(s, s.alice), say_in_group(s, s.bob)],
        lambda s: [block(s.bob, s.alice), block(s.alice, s.bob)],
        lambda s: [say_in_group(s, s.alice), block(s.bob, s.alice), add(s, s.carol)],
    ],
    "unblock": [
        lambda s: [
            block(s.bob, s.alice),
            say_in_group(s, s.alice),
            unblock(s.bob, s.alice),
            say_in_group(s, s.alice),
        ],
    ],
    "mark_delivered": [
        lambda s: actions.mark_delivered(user=s.bob, conversation_id=s.talk.pk, seq=3),
        lambda s: [
            actions.mark_delivered(user=s.alice, conversation_id=s.group.pk, seq=9),
            actions.mark_read(user=s.alice, conversation_id=s.group.pk, seq=1),
            actions.mark_delivered(user=s.alice, conversation_id=s.group.pk, seq=1),
        ],
        lambda s: [hide_reads(s.alice), actions.mark_delivered(user=s.bob, conversation_id=s.talk.pk, seq=3)],
    ],
    "note_handed_over": [
        lambda s: hand_over(caught_up(s.alice, s.bob, s.carol)),
        lambda s: [
            add(s, s.carol),
            say_in_group(s, s.carol),
            hide_reads(s.bob),
            actions.mark_read(user=s.alice, conversation_id=s.group.pk, seq=3),
            hand_over(caught_up(s.alice, s.bob)),
            hand_over(caught_up(s.alice, s.bob)),
        ],
    ],
    "mark_all_read": [
        lambda s: mark_all_read(s.bob),
        lambda s: [say_in_group(s, s.alice), mark_all_read(s.bob), say_in_group(s, s.alice)],
    ],
    "mark_sender_read": [
        lambda s: mark_sender_read(s.bob, s.alice),
        lambda s: [
            add(s, s.carol),
            say_in_group(s, s.carol),
            say_in_group(s, s.alice),
            mark_sender_read(s.bob, s.alice),
            say_in_group(s, s.alice),
            delete_of(s, s.alice, -1),
            delete_of(s, s.alice, 0),
            delete_of(s, s.carol, -1),
        ],
        lambda s: [
            add(s, s.carol),
            say_in_group(s, s.carol),
            say_in_group(s, s.alice),
            mark_sender_read(s.bob, s.alice),
            mark_sender_read(s.bob, s.carol),
            actions.mark_unread_from(user=s.bob, conversation_id=s.group.pk, seq=1),
        ],
    ],
    "delete_account": [
        lambda s: [add(s, s.carol), say_in_group(s, s.carol), vanish(s.carol, removes_messages=False)],
        lambda s: [react(s, s.bob, "👍"), name_everybody(s), reply(s, s.alice, last(s)), vanish(s.bob)],
        lambda s: [actions.open_direct(user=s.carol, partner=s.bob), add(s, s.carol), vanish(s.alice)],
    ],
    "update_profile": [
        lambda s: account_actions.update_profile(user=s.alice, changes={"avatar": files.upload(files.picture())}),
        lambda s: account_actions.update_profile(user=s.alice, changes={"display_name": "Alix"}),
        lambda s: [
            hide_reads(s.bob),
            actions.mark_read(user=s.bob, conversation_id=s.talk.pk, seq=3),
            actions.mark_read(user=s.alice, conversation_id=s.talk.pk, seq=3),
            actions.mark_read(user=s.alice, conversation_id=s.group.pk, seq=3),
            change(s, s.group, title="Seen?"),
        ],
        lambda s: [hide_reads(s.carol), mark_all_read(s.alice), mark_all_read(s.bob), add(s, s.carol)],
    ],
}


def histories_of(client: Any, conversations: Any) -> dict[str, Any]:
    """All messages of these conversations, without the ticks, which come with receipts."""
    ids = [each["id"] for each in conversations["results"]]
    pages = {each: client.get(f"/api/conversations/{each}/messages", {"limit": 100}).json() for each in ids}
    for page in pages.values():
        assert not page["has_more_before"]
        for message in page["results"]:
            message.pop("status", None)
    return pages


def test_every_action_of_chat_is_here() -> None:
    functions = inspect.getmembers(actions, inspect.isfunction)
    assert {name for name, _function in functions} == set(ACTS) - {"update_profile", "delete_account"}


@pytest.mark.parametrize(("name", "number"), [(name, n) for name, acts in ACTS.items() for n in range(len(acts))])
def test_snapshot_and_events_are_a_fresh_snapshot(stage: Stage, api: Any, name: str, number: int) -> None:
    look()
    people = [stage.alice, stage.bob, stage.carol]
    before = {person: api(person).get("/api/conversations").json() for person in people}
    own = {person: api(person).get("/api/users/me").json() for person in people}
    histories = {person: histories_of(api(person), before[person]) for person in people}
    ACTS[name][number](stage)
    look()
    for person in User.objects.filter(pk__in=[person.pk for person in people], is_active=True):
        client = ModelClient(str(person.pk), before[person], own[person]["blocked"])
        for conversation_id, page in histories[person].items():
            client.open(conversation_id, page)
        for event in events_for(person, before[person]["cursor"]):
            assert problems(*event) == []
            client.apply(*event)
            client.apply(*event)
        fresh = api(person).get("/api/conversations").json()
        me = str(person.pk)
        assert without_own_ticks(client.listed(), me) == without_own_ticks(fresh["results"], me)
        pages = histories_of(api(person), {"results": [{"id": each} for each in client.histories]})
        assert client.histories == {conversation_id: page["results"] for conversation_id, page in pages.items()}
        counts = api(person).get("/api/unread-counts").json()
        assert sum(each["me"]["unread"] for each in client.listed()) == counts["total"]


AGAIN = (
    "send_message",
    "edit_message",
    "delete_message",
    "remove_message",
    "forward_message",
    "mark_read",
    "mark_delivered",
    "mark_all_read",
    "mark_sender_read",
    "update_profile",
)


@pytest.mark.parametrize(("name", "number"), [(name, number) for name in AGAIN for number in range(len(ACTS[name]))])
def test_what_is_not_placed_yet_comes_again_and_changes_nothing(stage: Stage, api: Any, name: str, number: int) -> None:
    """Committed before the snapshot, placed after it: in the data already, and once more as an event."""
    look()
    ACTS[name][number](stage)
    people = [stage.alice, stage.bob, stage.carol]
    snapshots = {person: api(person).get("/api/conversations").json() for person in people}
    histories = {person: histories_of(api(person), snapshots[person]) for person in people}
    assert look().placed
    for person in people:
        own = api(person).get("/api/users/me").json()
        shares = own["preferences"]["receipts"]
        client = ModelClient(str(person.pk), deepcopy(snapshots[person]), own["blocked"], shares_reads=shares)
        for conversation_id, page in deepcopy(histories[person]).items():
            client.open(conversation_id, page)
        for event in events_for(person, snapshots[person]["cursor"]):
            client.apply(*event)
        me = str(person.pk)
        assert without_own_ticks(client.listed(), me) == without_own_ticks(snapshots[person]["results"], me)
        assert client.histories == {each: page["results"] for each, page in histories[person].items()}
