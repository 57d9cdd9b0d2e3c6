"""GET /api/messages/search"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import Block, User
from chat import actions
from chat.models import Attachment, Conversation, History, Message, MessageType
from chat.search.fold import fold
from chat.search.query import parse

Api = Callable[[User], APIClient]
URL = "/api/messages/search"

SAID = [
    "The quarterly report is ready, have a look",
    "Can you send me the Report again? I lost it",
    "Wir treffen uns in der Straße beim Café",
    "Das Mädchen aus KÖLN fährt mit dem Zug",
    "今天天气很好\uff0c我们去公园散步吧",
    "来週、日本に行きます。楽しみ\uff01",
    "한국어를 공부하고 있어요",
    "Great job 🎉🎉 everyone 👍🏽",
    "שלום, מה שלומך היום?",
    "مرحبا، كَيْفَ حالك؟",
    '100% sure? snake_case it is, C:\\temp and don\u2019t "quote" me',
    "Ελλάδα ΟΔΟΣ, привет Ёжик, smørrebrød, Łódź",
]


@pytest.fixture
def said(say: Any, alice: User, talk: Conversation) -> list[Message]:
    return [say(alice, talk, content) for content in SAID]


@pytest.fixture
def search(api: Api, bob: User) -> Callable[..., list[str]]:
    """What Bob finds: the contents, newest first."""

    def find(q: str = "", as_user: User | None = None, **query: Any) -> list[str]:
        response = api(as_user or bob).get(URL, {**({"q": q} if q else {}), **query})
        assert response.status_code == 200, response.content
        return [result["message"]["content"] for result in response.json()["results"]]

    return find


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("report", [1, 0]),
        ("REPORT", [1, 0]),
        ("report ready", [0]),
        ("ready report", [0]),
        ("report nowhere", []),
        ("uarter", [0]),
        ('"the report"', [1]),
        ('"report the"', []),
        ('"quarterly report" look', [0]),
        (r'"\"quote\" me"', [10]),
        ("\u201cthe report\u201d", [1]),
        ('"the report', [1]),
        ("strasse", [2]),
        ("STRASSE", [2]),
        ("straße", [2]),
        ("cafe", [2]),
        ("café", [2]),
        ("cafe\u0301", [2]),
        ("madchen", [3]),
        ("köln", [3]),
        ("Koln fahrt", [3]),
        ("公园", [4]),
        ("天气很好", [4]),
        ("天 散步", [4]),
        ("日本", [5]),
        ("日", [5]),
        ("本に行", [5]),
        ("楽", [5]),
        ("日行", []),
        ("한국", [6]),
        ("공부", [6]),
        ("🎉", [7]),
        ("🎉🎉", [7]),
        ("👍", [7]),
        ("👍🏽 job", [7]),
        ("שלום", [8]),
        ("היום", [8]),
        ("كيف", [9]),
        ("حالك", [9]),
        ("100%", [10]),
        ("e_c", [10]),
        ("c:\\te", [10]),
        ("don't", [10]),
        ("me", [10, 1]),
        ("%", [10]),
        ("_", [10]),
        ("\\", [10]),
        ("ελλαδα", [11]),
        ("οδος", [11]),
        ("ΟΔΟΣ", [11]),
        ("ПРИВЕТ", [11]),
        ("ежик", [11]),
        ("smorrebrod", [11]),
        ("lodz", [11]),
        ("ﬁ", []),
    ],
)
def test_words(said: Any, search: Any, q: str, found: list[int]) -> None:
    assert search(q) == [SAID[number] for number in found]


@pytest.mark.django_db
def test_nothing_but_filters(say: Any, search: Any, alice: User, bob: User, talk: Conversation) -> None:
    say(alice, talk, "one")
    say(bob, talk, "two")
    assert search("from:alice") == ["one"]
    assert search(**{"from": "bob"}) == ["two"]


@pytest.mark.django_db
def test_from_somebody(say: Any, search: Any, alice: User, bob: User, talk: Conversation) -> None:
    say(alice, talk, "tea, says Alice")
    say(bob, talk, "tea, says Bob")
    for alice_is in ("alice", "ALICE", "@alice", str(alice.pk)):
        assert search("tea", **{"from": alice_is}) == ["tea, says Alice"]
        assert search(f"tea from:{alice_is}") == ["tea, says Alice"]
    assert search("tea from:alice from:bob") == ["tea, says Bob", "tea, says Alice"]
    assert search("tea from:bob", **{"from": "alice"}) == []
    for nobody in ("zoe", str(uuid4()), "", "'"):
        assert search(f'tea from:"{nobody}"') == []


@pytest.mark.django_db
def test_in_a_conversation(say: Any, search: Any, alice: User, bob: User, carol: User, talk: Conversation) -> None:
    team = actions.create_group(creator=alice, title="River Team", people=[bob])
    hidden = actions.create_group(creator=alice, title="Secret Team", people=[carol])
    for conversation in (talk, team, hidden):
        say(alice, conversation, f"tea in {conversation.title or 'private'}")
    assert search("tea") == ["tea in River Team", "tea in private"]
    assert search("tea", conversation=str(team.pk)) == ["tea in River Team"]
    assert search('tea in:"River Team"') == search("IN:'nothing' tea in:\"river TEAM\"") == ["tea in River Team"]
    assert search("tea in:alice") == search('tea in:"Alice Moreau"') == ["tea in private"]
    assert search('tea in:"River Team"', conversation=str(talk.pk)) == []
    for nowhere in ("Secret Team", "nothing", ""):
        assert search(f'tea in:"{nowhere}"') == []
    for outside in (hidden.pk, uuid4()):
        assert search("tea", conversation=str(outside)) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("title", "typed"),
    [
        ('The "old" mill', r"The \"old\" mill"),
        ("Am \u201ealten\u201c Fluss", "Am \\\u201ealten\\\u201c Fluss"),
        ("Plans \\", r"Plans \\"),
        (r"C:\temp", r"C:\temp"),
    ],
)
def test_in_a_conversation_whose_title_has_quotes(
    say: Any, search: Any, alice: User, bob: User, talk: Conversation, title: str, typed: str
) -> None:
    for conversation in (talk, actions.create_group(creator=alice, title=title, people=[bob])):
        say(alice, conversation, f"tea in {conversation.title}")
    assert search(f'in:"{typed}" tea') == [f"tea in {title}"]


@pytest.mark.django_db
def test_in_a_conversation_by_ones_own_title(
    api: Api, say: Any, search: Any, alice: User, talk: Conversation, bob: User
) -> None:
    say(alice, talk, "tea")
    api(bob).patch(f"/api/conversations/{talk.pk}", {"title": "Dear Alice"}, format="json")
    assert search('tea in:"dear alice"') == ["tea"]


@pytest.mark.django_db
def test_before_and_after(say: Any, search: Any, alice: User, bob: User, talk: Conversation) -> None:
    for day in (30, 31):
        message = say(alice, talk, f"tea on {day}")
        Message.objects.filter(pk=message.pk).update(created_at=datetime(2026, 1, day, 12, tzinfo=UTC))
    assert search("tea before:2026-01-31") == search("tea", before="2026-01-31") == ["tea on 30"]
    assert search("tea after:2026-01-31") == search("tea", after="2026-01-31") == ["tea on 31"]
    assert search("tea after:2026-01-30 before:2026-01-31") == ["tea on 30"]
    assert search("tea", before="2026-01-31T12:00:00Z") == ["tea on 30"]
    assert search("tea", after="2026-01-31T12:00:00Z") == ["tea on 31"]
    assert search("tea", after="2026-01-31T13:30:00+01:00") == []
    assert search("tea before:never") == search("tea after:2026-02-30") == []
    User.objects.filter(pk=bob.pk).update(time_zone="Pacific/Kiritimati")  # 14 hours ahead: noon on 31 is the 1st there
    bob.refresh_from_db()
    assert search("tea after:2026-02-01") == ["tea on 31"]


@pytest.mark.django_db
def test_has_a_link(say: Any, search: Any, alice: User, talk: Conversation) -> None:
    for content in ("see https://example.org/tea", "HTTP://EXAMPLE.ORG tea", "tea: http is a protocol", "tea://x"):
        say(alice, talk, content)
    assert search("tea has:link") == ["HTTP://EXAMPLE.ORG tea", "see https://example.org/tea"]
    assert search(has="link") == ["HTTP://EXAMPLE.ORG tea", "see https://example.org/tea"]


@pytest.mark.django_db
def test_has_a_reaction(say: Any, search: Any, alice: User, bob: User, talk: Conversation) -> None:
    say(alice, talk, "tea")
    liked = say(alice, talk, "tea http://example.org")
    say(alice, talk, "tea http://example.org")
    actions.add_reaction(user=bob, message_id=liked.pk, emoji="👍")
    assert search("tea", has="reaction") == search("tea has:reaction has:link") == [liked.content]
    assert search("tea", has="link,reaction") == [liked.content]
    assert search("tea", has=" Link , REACTION ") == [liked.content]
    assert search("has:nonsense") == []  # as somebody is still typing


@pytest.mark.django_db
def test_has_a_file_a_picture_a_recording(say: Any, search: Any, alice: User, talk: Conversation) -> None:
    for kind in Attachment.Kind:
        message = say(alice, talk, f"tea: {kind.value}")
        Attachment.objects.create(
            owner=alice, message=message, kind=kind, name="tea", size=1, media_type="text/plain", file="tea"
        )
    say(alice, talk, "tea alone")
    for kind in Attachment.Kind:
        assert search(f"tea has:{kind.value}") == search(has=kind.value) == [f"tea: {kind.value}"]
    assert search("has:file has:image") == []


@pytest.mark.django_db
def test_has_a_pin(say: Any, search: Any, alice: User, talk: Conversation) -> None:
    say(alice, talk, "tea")
    actions.pin_message(user=alice, message_id=say(alice, talk, "tea at five").pk)
    assert search("tea has:pin") == search(has="pin") == ["tea at five"]


@pytest.mark.django_db
def test_nothing_of_those_one_has_blocked(say: Any, search: Any, alice: User, bob: User, carol: User) -> None:
    team = actions.create_group(creator=alice, title="Team", people=[bob, carol])
    for person in (alice, bob, carol):
        say(person, team, f"tea, says {person.username}")
    Block.objects.create(blocker=bob, blocked=carol)
    assert search("tea") == ["tea, says bob", "tea, says alice"]
    assert search("from:carol") == []
    assert len(search("tea", carol)) == 3


@pytest.mark.django_db
def test_only_what_one_may_see(
    api: Api, say: Any, search: Any, alice: User, bob: User, carol: User, talk: Conversation
) -> None:
    team = actions.create_group(creator=alice, title="Team", people=[bob], history=History.PROTECTED)
    say(alice, team, "tea before Carol")
    actions.add_participants(user=alice, conversation_id=team.pk, people=[carol])
    say(alice, team, "tea with Carol")
    say(alice, talk, "tea for two")
    assert search("tea", carol) == ["tea with Carol"]
    assert search("before", carol) == []
    assert search("tea", bob) == ["tea for two", "tea with Carol", "tea before Carol"]
    actions.leave(user=carol, conversation_id=team.pk)
    assert search("tea", carol) == []
    actions.delete_group(user=alice, conversation_id=team.pk)
    assert search("tea", bob) == ["tea for two"]
    assert APIClient().get(URL, {"q": "tea"}).status_code == 401


@pytest.mark.django_db
def test_no_system_messages(say: Any, search: Any, alice: User, bob: User) -> None:
    team = actions.create_group(creator=alice, title="Team", people=[bob])
    actions.update_conversation(user=alice, conversation_id=team.pk, changes={"title": "Tea party"})
    assert Message.objects.filter(type=MessageType.SYSTEM, content__contains="Tea party").exists()
    assert search("party") == search("from:alice") == []


@pytest.mark.django_db
def test_pages_follow_each_other(api: Api, say: Any, alice: User, bob: User, talk: Conversation) -> None:
    team = actions.create_group(creator=alice, title="Team", people=[bob])
    said = [str(say(alice, conversation, "tea").pk) for conversation in (talk, team) for _ in range(5)]
    Message.objects.all().update(created_at=datetime(2026, 1, 1, tzinfo=UTC))  # all at once: the ids decide
    seen: list[str] = []
    page: dict[str, Any] = {}
    while not seen or page["next"]:
        cursor = {"cursor": page["next"]} if page else {}
        page = api(bob).get(URL, {"q": "tea", "limit": 3, **cursor}).json()
        assert len(page["results"]) <= 3
        seen += [result["message"]["id"] for result in page["results"]]
    assert seen == sorted(said, reverse=True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    [
        {},
        {"q": ""},
        {"q": "  "},
        {"q": '""'},
        {"q": "\u0301"},
        {"q": "tea", "limit": 0},
        {"q": "tea", "limit": 101},
        {"q": "tea", "cursor": "nonsense"},
        {"q": "tea", "cursor": "MjAyNi0wMS0wMXw4"},
        {"q": "tea\0"},
        {"q": "x" * 10_000},
        {"q": " ".join(f"word{number}" for number in range(100))},
        {"q": "tea", "conversation": "nonsense"},
        {"q": "tea", "before": "yesterday"},
        {"q": "tea", "after": "0001-01-01T00:00:00+14:00"},
        {"q": "tea", "before": "2026-13-01"},
        {"q": "tea", "from": "\0"},
        {"q": "tea", "limit": "many"},
        {"has": ""},
        {"has": "link,"},
        {"has": "nonsense"},
        {"has": "link,nonsense"},
    ],
)
def test_what_cannot_be_searched(api: Api, bob: User, query: dict[str, Any]) -> None:
    answer = api(bob).get(URL, query)
    assert answer.status_code == 400
    assert answer.json()["type"] == "validation_error"


@pytest.mark.django_db
def test_who_asks_for_what_nothing_has_is_told_what_there_is(api: Api, bob: User) -> None:
    answer = api(bob).get(URL, {"has": "link,nonsense"})
    [error] = answer.json()["errors"]
    assert (answer.status_code, error["attr"], error["code"]) == (400, "has", "unknown")
    assert error["detail"].startswith("Unknown: nonsense. Give one of attachment, file, image, link,")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    [{"cursor": "nonsense"}, {"cursor": "\0"}, {"limit": "0"}, {"limit": "1001"}, {"limit": "many"}],
)
@pytest.mark.parametrize("path", ["/api/conversations", "/api/users"])
def test_other_lists_refuse_nonsense_too(api: Api, bob: User, path: str, query: dict[str, str]) -> None:
    answer = api(bob).get(path, query)
    assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, next(iter(query)))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "q",
    [
        *("'", '"', "''", '"""', "a' OR 1=1 --", "NEAR(a b)", "a AND", "a* OR b", "text:a", "^a", "-a", "{a}", "("),
        *("\\", "%%", "_%", "a\\", ":*", "& | !", "<->", "in:", "from:", "has:", "before:", "$$", "{}", "%s", "\ufffd"),
    ],
)
def test_text_that_means_something_to_a_database_is_text(api: Api, said: Any, bob: User, q: str) -> None:
    answer = api(bob).get(URL, {"q": q})
    assert answer.status_code in {200, 400}
    if answer.status_code == 200:
        for result in answer.json()["results"]:
            assert all(term in fold(result["message"]["content"]) for term in parse(q).terms)


@pytest.mark.django_db
def test_a_lone_surrogate_in_the_address_is_harmless(api: Api, said: Any, bob: User) -> None:
    assert api(bob).get(f"{URL}?q=%ED%A0%80").status_code in {200, 400}
    assert api(bob).get(f"{URL}?q=%FF%FE").status_code in {200, 400}


@pytest.mark.django_db
def test_a_result_is_the_message_as_elsewhere(api: Api, say: Any, alice: User, bob: User, talk: Conversation) -> None:
    tea = say(alice, talk, "tea")
    actions.add_reaction(user=bob, message_id=tea.pk, emoji="👍")
    for person in (alice, bob):
        (found,) = api(person).get(URL, {"q": "tea"}).json()["results"]
        assert found["message"] == api(person).get(f"/api/messages/{tea.pk}").json()
    actions.mark_read(user=bob, conversation_id=talk.pk, seq=tea.seq)
    (found,) = api(alice).get(URL, {"q": "tea"}).json()["results"]
    assert found["message"]["status"] == "read"


@pytest.mark.django_db
def test_a_search_costs_the_same_however_much_is_found(
    api: Api, say: Any, alice: User, bob: User, carol: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(5):
        team = actions.create_group(creator=alice, title=f"Team {number}", people=[bob, carol])
        say(alice, team, "tea")
        say(bob, team, "tea")
    client = api(bob)
    # Session, which messages, these, their reactions and attachments, how far the others are, stars; and on PostgreSQL,
    # where the newest few thousand begin.
    with django_assert_num_queries(9 if connection.vendor == "postgresql" else 8):
        assert len(client.get(URL, {"q": "tea"}).json()["results"]) == 10
