"""Words that staff do not want here: kept in the administration, found in what people say and are called."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import User
from chat import actions
from chat.models import Conversation, Message, ScheduledMessage
from moderation import actions as moderation
from moderation.automatic.folding import fold
from moderation.automatic.words import Held, Words
from moderation.models import AuditEntry, BlockedWord, Report, WordAction, WordScope
from tests.conftest import Api
from tests.moderation.conftest import Office

pytestmark = pytest.mark.django_db

PAGE = "/admin/moderation/blockedword/"
Block = Callable[..., BlockedWord]


@pytest.fixture
def block(admin: User) -> Block:
    """block("spam"), block("spam", action=WordAction.FLAG)"""

    def blocked(text: str, **more: Any) -> BlockedWord:
        return moderation.save_word(word=BlockedWord(text=text, **more), by=admin)

    return blocked


@pytest.fixture
def talk(alice: User, bob: User) -> Conversation:
    return actions.open_direct(user=alice, partner=bob)[0]


@pytest.fixture
def group(alice: User, bob: User) -> Conversation:
    return actions.create_group(creator=alice, title="River Team", people=[bob])


def wide(text: str) -> str:
    """In full-width characters."""
    return "".join(chr(ord(each) + 0xFEE0) for each in text)


def send(client: APIClient, where: Conversation, content: str) -> Any:
    body = {"conversation_id": str(where.pk), "client_id": f"{Message.objects.count()}", "content": content}
    return client.post("/api/messages", body)


def code(answer: Any) -> tuple[int, str, str]:
    error = answer.json()["errors"][0]
    return answer.status_code, error["code"], error["attr"]


# --- finding ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("word", "texts"),
    [
        (
            "rotten",
            ["rotten", "You ROTTEN one", wide("rotten"), "rot\u200bten", "rot\u00adten!", "röttén", "r**ott**en"],
        ),
        ("rotten egg", ["a rotten  egg", "rotten\negg.", "Rotten-Egg", "rotten\u00a0egg", "'rotten egg'"]),
        ("don't buy", ["DON\u2019T BUY", "don\u02bct buy it", "don't, buy"]),
        ("c++", ["C++", "we like c++.", "(c" + wide("++")]),
        ("Straße", ["STRASSE", "strasse"]),
        ("悪い言葉", ["それは悪い言葉です"]),
        ("🖕", ["no 🖕 here", "🖕🏽"]),
    ],
)
def test_what_looks_the_same_is_found(word: str, texts: list[str]) -> None:
    listed = Words([_row(word)])
    assert [text for text in texts if not listed.find(text, "")] == []


def _row(text: str, **more: Any) -> BlockedWord:
    return BlockedWord(text=text, folded=fold(text), **more)


@pytest.mark.parametrize(
    ("word", "texts"),
    [
        ("ass", ["class", "assess", "a s s", "as"]),
        ("rotten egg", ["rotten", "egg", "rotten old egg", "rotten eggs"]),
        ("c++", ["c", "c+", "abc++d"]),
    ],
)
def test_what_is_not_the_word_passes(word: str, texts: list[str]) -> None:
    listed = Words([_row(word)])
    assert [text for text in texts if listed.find(text, "")] == []


def test_inside_of_words_and_with_accents() -> None:
    inside, accents = Words([_row("ass", is_whole=False)]), Words([_row("Flügel", keeps_accents=True)])
    assert [bool(inside.find(text, "")) for text in ("class", "as s")] == [True, False]
    assert [bool(accents.find(text, "")) for text in ("FLÜGEL", "flu\u0308gel", "flugel")] == [True, True, False]


def test_what_refuses_counts_more_than_what_flags() -> None:
    listed = Words([_row("bad", action=WordAction.FLAG), _row("worse"), _row("bad", scope=WordScope.GROUPS)])
    assert [each.action for each in listed.find("bad and worse", "")] == ["refuse", "flag"]
    assert [each.action for each in listed.find("bad", "groups")] == ["refuse"]
    assert [each.action for each in listed.find("bad", "profiles")] == ["flag"]


# --- where it applies -------------------------------------------------------------------------------------------------
def test_a_message_is_refused_and_the_word_is_not_spelt(
    api: Api, block: Block, alice: User, bob: User, talk: Conversation
) -> None:
    block("rotten")
    client = api(alice)
    refused = send(client, talk, "You rotten fellow")
    assert code(refused) == (400, "blocked_words", "content")
    assert "rotten" not in refused.content.decode()
    assert not Message.objects.exists()
    said = send(client, talk, "You fellow").json()
    assert code(client.patch(f"/api/messages/{said['id']}", {"content": "rotten"})) == (400, "blocked_words", "content")
    assert Message.objects.get().content == "You fellow"
    moderation.raise_notices()
    entry = AuditEntry.objects.get(by_name="automatic")
    assert (entry.act, entry.target_name, entry.after["about"]) == ("refuse", "alice", "rotten")


def test_a_message_passes_and_staff_hear_of_it(
    api: Api, block: Block, alice: User, talk: Conversation, group: Conversation
) -> None:
    block("casino", action=WordAction.FLAG)
    assert [send(api(alice), where, "Casino night").status_code for where in (talk, group)] == [201, 201]
    moderation.raise_notices()
    report = Report.objects.get()
    assert (report.user, report.rule, report.reason) == (alice, "blocked_words", "other")
    assert "casino" in report.note
    assert {message.conversation_id for message in report.messages.all()} == {talk.pk, group.pk}


def test_what_is_to_be_sent_later_is_looked_at_then(block: Block, alice: User, talk: Conversation, api: Api) -> None:
    now = timezone.now()
    actions.schedule_message(
        user=alice, conversation_id=talk.pk, client_id="1", content="rotten", send_at=now + timedelta(minutes=1)
    )
    block("rotten")
    with time_machine.travel(now + timedelta(minutes=2), tick=False):
        actions.send_due()
    kept = ScheduledMessage.objects.get()
    assert (kept.state, kept.reason, kept.content) == ("failed", "blocked_words", "rotten")
    assert not talk.messages.exists()


def test_a_forward_is_said_again(api: Api, block: Block, alice: User, talk: Conversation, group: Conversation) -> None:
    said = send(api(alice), talk, "rotten").json()
    block("rotten", scope=WordScope.GROUPS)
    answer = api(alice).post(f"/api/messages/{said['id']}/forward", {"conversation_ids": [str(group.pk)]})
    assert code(answer) == (400, "blocked_words", "content")
    assert send(api(alice), talk, "rotten").status_code == 201


def test_names_titles_and_descriptions(api: Api, block: Block, alice: User, bob: User, group: Conversation) -> None:
    block("rotten")
    client = api(alice)
    new = {"title": "Rotten Team", "participant_ids": [str(bob.pk)]}
    path = f"/api/conversations/{group.pk}"
    account = {"username": "rotten", "password": "a long enough one"}
    refused = {
        "title": client.post("/api/conversations/group", new),
        "description": client.patch(path, {"description": "So rotten."}),
        "display_name": client.patch("/api/users/me", {"display_name": "Rotten Alice"}),
        "status_text": client.patch("/api/users/me", {"status_text": "rotten day"}),
        "username": APIClient().post("/api/auth/register", account),
    }
    assert {field: code(answer) for field, answer in refused.items()} == {
        field: (400, "blocked_words", field) for field in refused
    }
    page = Client().post("/signup", {**account, "display_name": ""})
    assert page.status_code == 200
    assert "staff have blocked" in page.content.decode()
    assert not User.objects.filter(username="rotten").exists()
    assert client.patch(path, {"title": "Fresh Team"}).status_code == 200


def test_only_names_where_the_list_says_so(api: Api, block: Block, alice: User, talk: Conversation) -> None:
    block("admin", scope=WordScope.PROFILES, action=WordAction.FLAG)
    assert send(api(alice), talk, "Ask an admin").status_code == 201
    moderation.raise_notices()
    assert not Report.objects.exists()
    assert api(alice).patch("/api/users/me", {"display_name": "The Admin"}).status_code == 200
    account = {"username": "admin.of.it", "password": "a long enough one"}
    assert APIClient().post("/api/auth/register", account).status_code == 201
    moderation.raise_notices()
    assert sorted(Report.objects.values_list("user__username", flat=True)) == ["admin.of.it", "alice"]


# --- the list ---------------------------------------------------------------------------------------------------------
def test_every_process_has_a_change_within_seconds(
    block: Block, admin: User, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    held = Held()  # of another process
    assert held.current().find("rotten", "") == []
    word = block("rotten")
    with django_assert_num_queries(0):
        assert held.current().find("rotten", "") == []
    monkeypatch.setattr(held, "_look_at", 0.0)  # two seconds later
    with django_assert_num_queries(2):
        assert held.current().find("rotten", "")
    moderation.delete_words(words=[word], by=admin)
    monkeypatch.setattr(held, "_look_at", 0.0)
    assert held.current().find("rotten", "") == []


def test_staff_keep_the_list(staff: dict[str, User], office: Office, talk: Conversation, alice: User, api: Api) -> None:
    browser = office(staff["Administrator"])
    new = {"text": "Rotten", "is_whole": "on", "action": "refuse", "scope": "all", "note": "Rule 2."}
    assert browser.post(f"{PAGE}add/", new).status_code == 302
    assert send(api(alice), talk, "rotten").status_code == 400
    twice = browser.post(f"{PAGE}add/", {**new, "text": wide("ROTTEN")})
    assert "on the list already" in twice.content.decode()
    nothing = browser.post(f"{PAGE}add/", {**new, "text": "\u200b\u200b"})
    assert nothing.status_code == 200
    word = BlockedWord.objects.get()
    assert browser.post(f"{PAGE}{word.pk}/change/", {**new, "action": "flag"}).status_code == 302
    assert send(api(alice), talk, "rotten").status_code == 201
    chosen = {"action": "delete_selected", "_selected_action": [str(word.pk)], "post": "yes"}
    assert browser.post(PAGE, chosen).status_code == 302
    assert not BlockedWord.objects.exists()
    written = AuditEntry.objects.order_by("id").values_list("by_name", "act", "target_name", "reason")
    acts = ["add_words", "change_word", "delete_word"]
    assert list(written) == [("administrator", act, "Rotten", "Rule 2.") for act in acts]


def test_many_words_are_pasted(staff: dict[str, User], office: Office, block: Block) -> None:
    block("there")
    browser = office(staff["Administrator"])
    pasted = {
        "text": " one\r\nTwo words\n\nONE\nthere\n",
        "is_whole": "on",
        "action": "flag",
        "scope": "all",
        "why": "!",
    }
    page = browser.post(f"{PAGE}paste/", pasted, follow=True).content.decode()
    assert "Words added: 2. There already, or without anything to see: 2." in page
    added = BlockedWord.objects.filter(action="flag").order_by("id")
    assert [(each.text, each.note) for each in added] == [("one", "!"), ("Two words", "!")]
    assert AuditEntry.objects.get(reason="!").after["text"] == ["one", "Two words"]
    too_long = browser.post(f"{PAGE}paste/", {**pasted, "text": "x" * 101})
    assert "Longer than 100" in too_long.content.decode()
    assert BlockedWord.objects.count() == 3


def test_a_text_is_tried(staff: dict[str, User], office: Office, block: Block) -> None:
    block("rotten")
    block("casino", action=WordAction.FLAG)
    browser = office(staff["Moderator"])

    def tried(text: str, place: str = "") -> str:
        return browser.post(PAGE, {"try": "Try", "text": text, "place": place}).content.decode()

    assert "It would be refused." in tried("rotten casino")
    assert "It would pass, and be reported" in tried("casino", "groups")
    assert "It would pass." in tried("<script>")
    assert "This field is required" in tried("")


def test_only_administrators_change_it(staff: dict[str, User], office: Office, block: Block, alice: User) -> None:
    word = block("rotten")
    new = {"text": "other", "action": "refuse", "scope": "all"}
    User.objects.filter(pk=alice.pk).update(is_staff=True)
    alice.refresh_from_db()
    for person in (staff["Moderator"], staff["Support"], alice):
        browser = office(person)
        for path, body in (("add/", new), ("paste/", new), (f"{word.pk}/change/", new), (f"{word.pk}/delete/", {})):
            assert browser.post(f"{PAGE}{path}", body).status_code == 403
    assert office(alice).post(PAGE, {"try": "Try", "text": "rotten"}).status_code == 403
    assert [each.text for each in BlockedWord.objects.all()] == ["rotten"]
    with pytest.raises(actions.NotAllowed):
        moderation.import_words(text="other", by=alice)
