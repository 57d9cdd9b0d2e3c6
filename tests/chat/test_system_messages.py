"""What a conversation says by itself, of what somebody changed in it: to each reader in their language."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from accounts.actions import finish_departures
from accounts.models import User
from chat import actions, system_messages
from chat.actions import looking_after
from chat.models import Conversation, Role
from tests import files
from tests.conftest import PASSWORD, Api

LANGUAGES = [code for code, _name in settings.LANGUAGES if code != "en"]
ALL = [*system_messages.SENTENCES.values(), *system_messages.SENTENCES_OF_STAFF.values()]


@pytest.fixture
def group(alice: User, bob: User) -> Conversation:
    """Alice is its admin, Bob a member."""
    return actions.create_group(creator=alice, title="River Team", people=[bob])


def noted(api: Api, reader: User, group: Conversation) -> dict[str, Any]:
    last: dict[str, Any] = api(reader).get(f"/api/conversations/{group.pk}").json()["last_message"]
    assert last["type"] == "system"
    return last


def named(user: User) -> dict[str, str]:
    return {"id": str(user.pk), "display_name": user.display_name}


@pytest.mark.once
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_told_in_every_language(language: str) -> None:
    with translation.override(language):
        assert not [text for text in ALL if translation.gettext(text) == text]


@pytest.mark.once
def test_browsers_say_the_same() -> None:
    script = (Path(settings.BASE_DIR) / "static/js/system-message.js").read_text(encoding="utf-8")
    assert sorted(re.findall(r'gettext\("([^"]+)"\)', script)) == sorted([*ALL, "Deleted account"])
    kinds = {" ".join(filter(None, key)) for key in (*system_messages.SENTENCES, *system_messages.SENTENCES_OF_STAFF)}
    assert {key.strip('"') for key in re.findall(r'^  ("?\w[\w ]*"?): gettext', script, re.MULTILINE)} == kinds


@pytest.mark.django_db
def test_what_people_do(api: Api, alice: User, bob: User, carol: User, group: Conversation) -> None:
    """By kind and parameters, and in English for programs that know neither."""
    place: dict[str, Any] = {"conversation_id": group.pk}

    def told(kind: str, content: str, **params: Any) -> None:
        last = noted(api, bob, group)
        assert (last["content"], last["system"]) == (content, {"kind": kind, "params": params})
        with translation.override("ar"):
            words = system_messages.words_of(last)
            assert re.search(r"[\u0600-\u06ff]", words)
            assert " added " not in words

    actions.add_participants(user=alice, people=[bob, carol], **place)
    told("people_added", "Alice Moreau added Carol Weiss", by=named(alice), people=[named(carol)])
    actions.set_role(user=alice, target_id=carol.pk, role=Role.MODERATOR, **place)
    content = "Alice Moreau made Carol Weiss moderator"
    told("role_updated", content, by=named(alice), person=named(carol), role="moderator")
    actions.update_conversation(user=carol, changes={"title": "Lake Team"}, **place)
    told("title_updated", "Carol Weiss named the group “Lake Team”", by=named(carol), title="Lake Team")
    actions.set_group_avatar(user=alice, picture=files.upload(files.picture()), **place)
    told("avatar_updated", "Alice Moreau changed the picture of the group", by=named(alice))
    actions.set_group_avatar(user=alice, picture=None, **place)
    told("avatar_removed", "Alice Moreau removed the picture of the group", by=named(alice))
    message, _new = actions.send_message(sender=bob, client_id="1", content="hello", **place)
    assert api(bob).get(f"/api/messages/{message.pk}").json()["system"] is None
    actions.pin_message(user=alice, message_id=message.pk)
    told("message_pinned", "Alice Moreau pinned a message", by=named(alice))
    actions.leave(user=carol, **place)
    told("person_left", "Carol Weiss left", by=named(carol))
    invite = actions.create_invite(user=alice, expires_at=None, max_uses=None, **place)
    actions.accept_invite(user=carol, code=invite.code)
    told("person_joined", "Carol Weiss joined by an invite link", by=named(carol))
    actions.remove_participant(user=alice, target_id=carol.pk, **place)
    told("person_removed", "Alice Moreau removed Carol Weiss", by=named(alice), person=named(carol))


@pytest.mark.django_db
def test_staff_go_without_a_name(api: Api, admin: User, bob: User, carol: User, group: Conversation) -> None:
    looking_after.add_people(conversation_id=group.pk, people=[carol, bob], by=admin)
    last = noted(api, bob, group)
    told = {"kind": "people_added", "params": {"by": None, "people": [named(carol)]}}
    assert (last["content"], last["system"]) == ("Staff added Carol Weiss", told)


@pytest.mark.django_db(transaction=True)
def test_a_deleted_account_has_no_name(api: Api, alice: User, bob: User, group: Conversation) -> None:
    """Whoever shares the name keeps it."""
    twin = User.objects.create_user("twin", None, display_name=bob.display_name)
    actions.add_participants(user=bob_made_moderator(alice, bob, group), conversation_id=group.pk, people=[twin])
    assert api(bob).delete("/api/users/me", {"password": PASSWORD, "messages": "keep"}).status_code == 204
    finish_departures()
    lines = api(alice).get(f"/api/conversations/{group.pk}/messages").json()["results"]
    [added] = [each for each in lines if each["system"]["kind"] == "people_added"]
    assert added["content"] == f"Deleted account added {twin.display_name}"
    gone = {"id": str(bob.pk), "display_name": None}
    assert added["system"]["params"] == {"by": gone, "people": [named(twin)]}
    with translation.override("ja"):
        assert system_messages.words_of(added).startswith("削除されたアカウント")


def bob_made_moderator(alice: User, bob: User, group: Conversation) -> User:
    actions.set_role(user=alice, conversation_id=group.pk, target_id=bob.pk, role=Role.MODERATOR)
    return bob


@pytest.mark.django_db
def test_pages_and_exports_are_in_the_readers_language(
    api: Api, client: Client, alice: User, bob: User, group: Conversation
) -> None:
    actions.leave(user=bob, conversation_id=group.pk)
    alice.language = "ja"
    alice.save()
    client.force_login(alice)
    page = client.get(f"/c/{group.pk}").content.decode()
    assert '<div class="system-line"><span>Bob Lindqvistが退出しました</span>' in page
    assert '<span class="row-text" dir="auto">Bob Lindqvistが退出しました</span>' in page
    export = api(alice).post(f"/api/conversations/{group.pk}/export", {"format": "html"}, format="json").json()
    actions.make_exports()
    answer: Any = api(alice).get(f"/api/exports/{export['id']}/file")
    assert "Bob Lindqvistが退出しました" in b"".join(answer.streaming_content).decode()


@pytest.mark.once
def test_names_in_the_other_direction_keep_to_themselves() -> None:
    people = [{"id": "1", "display_name": "Bob"}, {"id": "2", "display_name": "كريم"}]
    told = {"kind": "people_added", "params": {"by": None, "people": people}}
    assert system_messages.in_english(told) == "Staff added Bob, كريم"
    with translation.override("en"):
        assert system_messages.in_words(told) == "Staff added Bob, \u2068كريم\u2069"
    with translation.override("ar"):
        assert system_messages.in_words(told).endswith("\u2068Bob\u2069، \u2068كريم\u2069")


@pytest.mark.once
def test_what_is_not_known_is_told_in_english() -> None:
    """A kind of a later version, or what came from elsewhere."""
    later = {"content": "Something happened", "system": {"kind": "later", "params": {"by": None}}}
    assert system_messages.words_of(later) == "Something happened"
    assert system_messages.words_of({"content": "renamed", "system": None}) == "renamed"
