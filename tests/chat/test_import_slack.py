"""manage.py import_slack"""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from chat import actions
from chat.models import Attachment, Conversation, ImportedPerson, Message, Participant, Reaction
from chat.slack import Names, archive, as_markdown, emoji_of
from realtime.models import Event
from tests import files, slack
from tests.conftest import Api

pytestmark = pytest.mark.django_db(transaction=True)


def bring(tmp_path: Path, *words: str, **changes: Any) -> list[str]:
    """Import the export: the lines that were said."""
    out = StringIO()
    call_command(
        "import_slack", slack.export(tmp_path / "export.zip", changes.pop("changes", None)), *words, stdout=out
    )
    return out.getvalue().splitlines()


def said(title: str) -> list[Message]:
    return list(Message.objects.with_everything().filter(conversation__title=title).order_by("seq"))


def everything() -> list[Any]:
    """What is there, without what counts up."""
    messages = Message.objects.order_by("pk").values("pk", "seq", "content", "sender", "thread_root", "reply_count")
    reactions = Reaction.objects.order_by("message", "user", "emoji").values("message", "user", "emoji")
    people = Participant.objects.order_by("conversation", "user").values("conversation", "user", "role", "read_seq")
    return [*messages, *reactions, *people, *Attachment.objects.values("message", "name")]


@pytest.fixture
def cast(alice: User, bob: User) -> tuple[User, User]:
    """Alice is known by her address, Bob by his name."""
    alice.email = "alice@Example.org"
    alice.save()
    return alice, bob


def test_a_channel_with_everything(tmp_path: Path, cast: tuple[User, User], media: Path) -> None:
    alice, bob = cast
    lines = bring(tmp_path)
    assert "5 conversations, 16 messages, 4 new people (inactive); 0 conversations were here already" in lines
    general = Conversation.objects.get(title="general")
    assert (general.kind, general.description, general.created_by) == ("group", "Levels & weather", alice)
    joined, morning, reply, two_files, bot, block, tombstone, answer, lost, left, other, rich = said("general")

    assert (joined.type, joined.sender, joined.content) == ("system", alice, "Alice Moreau has joined the channel")
    assert (left.type, left.content) == ("system", "Dora Díaz has left the channel")
    assert morning.content == "**Morning** @bob & @all: see #old [the _plan_](https://example.org/a?b=1&c=2)"
    assert (morning.mentions, morning.mentions_all) == ([str(bob.pk)], True)
    assert morning.created_at == datetime(2024, 3, 1, 8, 1, 0, 200, UTC)
    assert morning.edited_at == datetime(2024, 3, 1, 8, 1, 30, tzinfo=UTC)
    assert (morning.pinned_at, morning.reply_count) == (morning.created_at, 1)
    dora = User.objects.get(username="dora")
    assert sorted((each.emoji, each.user_id) for each in morning.all_reactions) == sorted(
        [("👍", bob.pk), ("👍", dora.pk), ("👋🏼", bob.pk)]
    )
    assert "left out: reactions :river-team:, an emoji of that workspace alone (2)" in lines

    assert (reply.sender, reply.thread_root_id, reply.content) == (bob, morning.pk, "in the thread 🎉")
    assert (two_files.type, [each.name for each in two_files.attached]) == ("image", ["beach.png"])
    assert two_files.content.splitlines() == [
        "two files",
        "[Plan (2024)](https://files.slack.com/files-pri/T0-F0PLAN001/plan.pdf)",
        "[file] (not at Slack any more)",
    ]
    assert len(files.kept(media)) == 2
    assert (bot.sender and bot.sender.is_bot, bot.content) == (True, "**[Build 7](https://ci.example/7)**\n**failed**")
    assert block.content == "```\na < b\n*not bold*\n```"
    assert (tombstone.content, tombstone.deleted_at, tombstone.sender) == ("", tombstone.created_at, None)
    assert (answer.thread_root_id, tombstone.reply_count, lost.thread_root_id) == (tombstone.pk, 1, None)
    assert (other.sender and other.sender.display_name, rich.content) == ("Eve", "**1 < 2** says @alice")
    assert "left out: replies whose thread is not in the export: they are there, outside of it (1)" in lines
    assert "left out: entries of the type “event” (1)" in lines
    assert (general.last_seq, general.deleted_count, general.last_message) == (12, 1, rich)
    assert general.last_activity_at == rich.created_at


def test_people_and_their_places(tmp_path: Path, api: Api, cast: tuple[User, User]) -> None:
    alice, bob = cast
    bring(tmp_path)
    dora = User.objects.get(username="dora")
    assert (dora.is_active, dora.has_usable_password(), dora.display_name) == (False, False, "Dora Díaz")
    marked = ImportedPerson.objects.filter(is_placeholder=True)
    assert set(marked.values_list("source", flat=True)) == {
        *("slack:U0DORA", "slack:U0CI", "slack:B0DEPLOY", "slack:U9ELSE"),
    }
    assert ImportedPerson.objects.get(user=alice).source == "slack:U0ALICE"
    shown = {each["title"]: each for each in api(bob).get("/api/conversations").json()["results"]}
    assert set(shown) == {"general", "secret", "", "Alice Moreau, Bob Lindqvist, Dora Díaz"}
    assert (shown[""]["kind"], shown[""]["last_message"]["content"]) == ("direct", "only us")
    assert all(each["me"]["unread"] == 0 for each in shown.values())
    roles = {each["user"]["username"]: each["role"] for each in shown["general"]["participants"]}
    assert roles == {"alice": "admin", "bob": "member", "dora": "member"}
    assert actions.open_direct(user=alice, partner=bob)[1] is False
    (old,) = Participant.objects.filter(conversation__title="old")  # nobody is in it: those who spoke are
    assert (old.user, old.archived) == (dora, True)
    assert api(bob).get("/api/messages/search", {"q": "psst"}).json()["results"]


def test_twice_is_once(tmp_path: Path, cast: tuple[User, User]) -> None:
    bring(tmp_path)
    before, events = everything(), Event.objects.count()
    assert "0 conversations, 0 messages, 0 new people (inactive); 5 conversations were here already" in bring(tmp_path)
    assert (everything(), Event.objects.count()) == (before, events)


@pytest.mark.parametrize("writes", range(1, 9))
def test_killed_anywhere_the_next_run_goes_on(
    tmp_path: Path, cast: tuple[User, User], monkeypatch: pytest.MonkeyPatch, media: Path, writes: int
) -> None:
    monkeypatch.setattr("chat.actions.slack.BATCH", 2)
    bulk_create, left = Message.objects.bulk_create, writes

    def die_after(rows: Any, *args: Any, **more: Any) -> Any:
        nonlocal left
        made = bulk_create(rows, *args, **more)
        left -= 1
        if not left:
            raise KeyboardInterrupt
        return made

    with monkeypatch.context() as patched:
        patched.setattr(Message.objects, "bulk_create", die_after)
        with pytest.raises(KeyboardInterrupt):
            bring(tmp_path)
    unfinished = Conversation.objects.filter(imported_as__finished_at=None)
    assert not Participant.objects.filter(conversation__in=unfinished).exists()
    bring(tmp_path)
    found = everything()
    assert len(said("general")) == 12
    assert len(files.kept(media)) == 2
    seqs = [each.seq for each in said("general")]
    assert seqs == list(range(1, 13))
    bring(tmp_path)
    assert everything() == found
    assert Event.objects.filter(type="conversation.created").count() == 5


def test_two_who_talk_already_get_a_group_of_two(tmp_path: Path, cast: tuple[User, User], say: Any) -> None:
    alice, bob = cast
    here, _new = actions.open_direct(user=alice, partner=bob)
    say(alice, here)
    bring(tmp_path)
    assert here.messages.count() == 1
    group = Conversation.objects.get(title="Alice Moreau, Bob Lindqvist")
    assert (group.kind, group.messages.get().content, group.participant_count) == ("group", "only us", 2)


def test_what_was_deleted_here_stays_so(tmp_path: Path, cast: tuple[User, User]) -> None:
    bring(tmp_path)
    general = Conversation.objects.get(title="general")
    actions.delete_group(user=cast[0], conversation_id=general.pk)
    assert "general: was deleted here, and is not brought back" in bring(tmp_path)


def test_who_would_be_whom(tmp_path: Path, cast: tuple[User, User], carol: User) -> None:
    lines = bring(tmp_path, "--people", "--person", "U0DORA=Carol")
    assert "U0ALICE amoreau (Alice M.): is alice" in lines
    assert "U0DORA dora (Dora Díaz): is carol" in lines
    assert "U0CI ci (Builds): gets an account when it is needed (inactive)" in lines
    assert not Conversation.objects.exists()
    bring(tmp_path, "--person", "U0DORA=carol")
    assert Message.objects.get(content="long ago").sender == carol
    for words in ("U0DORA=nobody", "U0DORA", "=carol", "U0DORA=bob"):
        with pytest.raises(CommandError):
            bring(tmp_path, "--person", words)


def test_a_name_that_is_taken(tmp_path: Path, cast: tuple[User, User]) -> None:
    people = [*slack.PEOPLE[:2], {"id": "U0DORA", "name": "bob"}, {"id": "U0TWO", "name": "here"}, slack.PEOPLE[3]]
    text = [
        {"type": "message", "user": each, "text": "x", "ts": f"1.{n}"} for n, each in enumerate(["U0DORA", "U0TWO"])
    ]
    bring(tmp_path, changes={"users.json": people, "old/2020-09-13.json": text})
    names = Message.objects.filter(conversation__title="old").order_by("seq").values_list("sender__username", flat=True)
    assert list(names) == ["bob-slack", "here-slack"]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"users.json": None}, "There is no users.json"),
        ({"users.json": b"{"}, "users.json: "),
        ({"channels.json": [{"name": "x"}]}, "channels.json: Object missing required field `id` - at `$[0]`"),
        ({"general/2024-03-04.json": [{"ts": "1.1"}, {"ts": 5}]}, "general/2024-03-04.json: Expected `str`, got `int`"),
        ({"general/2024-03-04.json": [{"ts": "1.1"}, {"ts": "x"}]}, "at `$[1].ts`"),
        ({"general/2024-03-04.json": b"\xff"}, "general/2024-03-04.json: "),
        ({"general/2024-03-04.json": b"[" * 100_000}, "general/2024-03-04.json: "),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, cast: tuple[User, User], changes: Any, error: str) -> None:
    with pytest.raises(CommandError) as refused:
        bring(tmp_path, changes=changes)
    assert error in str(refused.value)
    bring(tmp_path)  # and whatever came before it is not in the way
    assert len(said("general")) == 12


def test_what_is_no_export(tmp_path: Path, cast: tuple[User, User], monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "text.zip").write_bytes(b"no zip")
    for name, error in [("text.zip", "This is no zip file"), ("nowhere.zip", "No such file")]:
        with pytest.raises(CommandError, match=error):
            call_command("import_slack", tmp_path / name)
    monkeypatch.setattr(archive, "MAX_JSON_BYTES", 1000)
    with pytest.raises(CommandError, match=r"general/2024-03-01.json: unpacked, this has more than 1,000 bytes"):
        bring(tmp_path)
    monkeypatch.setattr(archive, "MAX_ENTRIES", 3)
    with pytest.raises(CommandError, match="more than 3 files"):
        bring(tmp_path)


def test_a_bomb_and_paths_that_lead_out(tmp_path: Path, cast: tuple[User, User]) -> None:
    bomb = b"[" + b" " * (archive.MAX_JSON_BYTES + 1) + b"]"
    with pytest.raises(CommandError, match=r"users.json: unpacked, this has more than"):
        bring(tmp_path, changes={"users.json": bomb})
    strange = {"../../etc/2024-03-01.json": [], "/etc/passwd": b"x", "../general/attachments/F0PLAN001-x": b"y"}
    bring(tmp_path, changes=strange)
    assert len(said("general")) == 12
    with zipfile.ZipFile(tmp_path / "export.zip", "a") as packed, pytest.warns(UserWarning, match="Duplicate"):
        packed.writestr("users.json", b"[]")
    with pytest.raises(CommandError, match=r"users.json: this is in the zip twice"):
        call_command("import_slack", tmp_path / "export.zip")


def test_packed_anew_inside_a_folder(tmp_path: Path, cast: tuple[User, User]) -> None:
    with zipfile.ZipFile(slack.export(tmp_path / "a.zip")) as flat, zipfile.ZipFile(tmp_path / "b.zip", "w") as deep:
        for name in flat.namelist():
            deep.writestr(f"River export/{name}", flat.read(name))
        deep.writestr("__MACOSX/River export/._users.json", b"x")
    call_command("import_slack", tmp_path / "b.zip", stdout=StringIO())
    assert len(said("general")) == 12


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("*a* _b_ ~c~ d*e*f snake_case_name 2 * 3 * 4", "**a** *b* ~~c~~ d*e*f snake_case_name 2 * 3 * 4"),
        ("_*both*_", "***both***"),
        ("`*code*` &lt;b&gt; &amp;amp;", "`*code*` <b> &amp;"),
        ("<mailto:a@b.org|a@b.org> <https://x.org> <javascript:alert(1)|click>", "a@b.org https://x.org click"),
        ("<https://x.org/a_(b)|a]b>", "[a)b](https://x.org/a_%28b%29)"),
        ("<!here> <!subteam^S1|@devs> <!date^1^{date}|May 1> <#C1>", "@all @devs May 1 #C1"),
        (":tada: 10:30:00 :no-such: :wave::skin-tone-3:", "🎉 10:30:00 :no-such: 👋🏼"),
        ("a\0b \ue0007\ue001 \ud800", "ab 7 "),
    ],
)
def test_markup(text: str, wanted: str) -> None:
    names = Names(person=lambda each: each, shown=lambda each: each, channel=lambda each: each)
    assert as_markdown(text, names).content == wanted


def test_no_markup_is_slow() -> None:
    names = Names(person=lambda each: each, shown=lambda each: each, channel=lambda each: each)
    for text in (
        "*" * 40_000,
        "*a" * 20_000,
        "<" * 40_000,
        "_a " * 13_000,
        "`" * 40_000,
        "```" + "a`" * 20_000,
        ":a" * 20_000,
    ):
        as_markdown(text, names)


def test_names_of_emoji() -> None:
    found = [emoji_of(name) for name in ("+1", "flag-de", "man-shrugging", "heart", "wave::skin-tone-6", "nope")]
    assert found == ["👍", "🇩🇪", "🤷\u200d♂️", "❤️", "👋🏿", None]
