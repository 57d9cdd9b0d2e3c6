"""Automatic help against spam: new accounts, the same in many places, links; what staff hear of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from accounts.screening import Slowed, in_words
from chat import actions
from chat.models import Conversation, Message, ScheduledMessage
from config.worker import JOBS
from moderation import actions as moderation
from moderation.models import Act, AuditEntry, Notice, Report, State
from realtime.metrics import AUTOMATIC
from tests.conftest import PASSWORD, Api, Limits
from tests.moderation.conftest import Ask, Office

pytestmark = pytest.mark.django_db

Set = Callable[..., None]


@pytest.fixture
def automatic(settings: Settings) -> Set:
    """automatic(repeats_slow=3): the rest is off."""

    def thresholds(**numbers: int) -> None:
        settings.AUTOMATIC = {**settings.AUTOMATIC, **numbers}

    return thresholds


@pytest.fixture
def mallory(db: None) -> User:
    """Somebody who has just signed up."""
    return User.objects.create_user("mallory", PASSWORD, signed_up_at=timezone.now())


@pytest.fixture
def groups(alice: User, mallory: User) -> list[Conversation]:
    """Ten that Alice has made, with Mallory in them."""
    return [actions.create_group(creator=alice, title=f"Group {number}", people=[mallory]) for number in range(10)]


def wide(text: str) -> str:
    """In full-width letters."""
    return "".join(chr(ord(each) + 0xFEE0) for each in text)


def say(sender: User, where: Conversation, content: str, client_id: str = "") -> str:
    """Empty for what went through, else the code of the refusal."""
    name = client_id or f"{sender.username}-{Message.objects.count()}"
    try:
        actions.send_message(sender=sender, conversation_id=where.pk, client_id=name, content=content)
    except Slowed as refused:
        return f"{refused.get_codes()}" if refused.wait > 0 else "no wait"
    return ""


def log() -> list[tuple[str, str, str]]:
    return list(AuditEntry.objects.order_by("id").values_list("by_name", "act", "target_name"))


# --- new accounts -----------------------------------------------------------------------------------------------------
def test_who_signs_up_is_new_and_others_are_not(api: Api, admin: User, office: Office) -> None:
    body = {"username": "mallory", "password": "a long enough one"}
    assert api(admin).post("/api/auth/register", body).status_code == 201
    made = {"username": "nora", "usable_password": "true", "password1": "a long one!1", "password2": "a long one!1"}
    assert office(admin).post("/admin/accounts/user/add/", made).status_code == 302
    assert User.objects.get(username="mallory").signed_up_at is not None
    assert User.objects.get(username="nora").signed_up_at is None


def test_a_new_account_sends_less_for_a_day(
    api: Api, automatic: Set, limits: Limits, mallory: User, alice: User, groups: list[Conversation]
) -> None:
    automatic(new_account_hours=24)
    limits(new_sends="2/m burst 2")

    def send(by: User, name: str) -> Any:
        body = {"conversation_id": str(groups[0].pk), "client_id": name, "content": name}
        return api(by).post("/api/messages", body)

    assert [send(mallory, name).status_code for name in ("a", "b")] == [201, 201]
    refused = send(mallory, "c")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (429, "new_account")
    assert 0 < int(refused["Retry-After"]) <= 30
    assert "Your account is new" in refused.json()["errors"][0]["detail"]
    assert send(mallory, "a").status_code == 200  # what was sent is answered as ever
    assert [send(alice, f"alice {number}").status_code for number in range(5)] == [201] * 5
    User.objects.filter(pk=mallory.pk).update(signed_up_at=timezone.now() - timedelta(hours=25))
    assert send(mallory, "c").status_code == 201


def test_a_new_account_turns_to_few_people(
    api: Api, automatic: Set, limits: Limits, mallory: User, alice: User, bob: User, carol: User
) -> None:
    automatic(new_account_hours=24)
    limits(new_conversations="2/h", new_people="3/h")
    client = api(mallory)

    def open_direct(person: User) -> Any:
        return client.post("/api/conversations/direct", {"user_id": str(person.pk)})

    group = {"title": "All", "participant_ids": [str(alice.pk), str(bob.pk)]}
    made = client.post("/api/conversations/group", group)
    assert [made.status_code, open_direct(carol).status_code, open_direct(carol).status_code] == [201, 201, 200]
    refused = open_direct(alice)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (429, "new_account")
    assert 0 < int(refused["Retry-After"]) <= 3600
    added = client.post(f"/api/conversations/{made.json()['id']}/participants", {"user_ids": [str(carol.pk)]})
    assert added.status_code == 429
    assert api(alice).post("/api/conversations/direct", {"user_id": str(mallory.pk)}).status_code == 201


def test_a_new_account_sends_few_links(
    automatic: Set, mallory: User, alice: User, groups: list[Conversation], settings: Settings
) -> None:
    automatic(new_account_hours=24, new_links_slow=2, new_links_flag=3)
    links = [f"https://{number}.example.org/" for number in range(4)]
    assert say(mallory, groups[0], " ".join(links[:2])) == ""
    assert say(mallory, groups[0], " ".join(links[:3])) == "new_links"
    assert say(alice, groups[0], " ".join(links)) == ""
    moderation.raise_notices()
    assert not Report.objects.exists()
    assert say(mallory, groups[0], " ".join(links)) == "new_links"
    moderation.raise_notices()
    assert [(each.rule, each.user) for each in Report.objects.all()] == [("new_links", mallory)]


# --- the same in many places ------------------------------------------------------------------------------------------
def test_the_same_text_in_many_conversations_is_slowed_then_reported(
    automatic: Set, mallory: User, groups: list[Conversation], settings: Settings
) -> None:
    automatic(repeats_slow=3, repeats_flag=5)
    texts = ["Buy  NOW!", "buy now!", wide("BUY") + " now!", "buy\u200b now!", "BUY now!"]
    said = [say(mallory, group, text) for group, text in zip(groups, texts, strict=False)]
    assert said == ["", "", "", "repeated", "repeated"]
    assert say(mallory, groups[0], "Something else") == ""
    moderation.raise_notices()
    assert log() == [("automatic", "slow", "mallory")]
    assert [say(mallory, group, "Buy now!") for group in groups[5:]] == ["repeated"] * 5
    for _ in range(2):
        moderation.raise_notices()
    report = Report.objects.get()
    assert (report.user, report.source, report.reporter, report.reason) == (mallory, "automatic", None, "spam")
    assert [each.content for each in report.messages.order_by("created_at")] == texts[:3]
    assert log()[1:] == [("automatic", "flag", "mallory")]
    assert not Notice.objects.exists()


def test_the_same_in_one_conversation_is_much_less_of_it(
    automatic: Set, mallory: User, groups: list[Conversation]
) -> None:
    automatic(repeats_slow=2)
    assert [say(mallory, groups[0], "ok") for _ in range(50)] == [""] * 50
    assert say(mallory, groups[0], "ok") == "repeated"


def test_one_open_report_for_a_person_and_a_rule_and_a_new_one_after_it(
    automatic: Set, alice: User, mallory: User, admin: User, groups: list[Conversation]
) -> None:
    automatic(repeats_flag=2, links_flag=2)
    text = "See https://spam.example/now"
    assert [say(mallory, group, text) for group in groups] == [""] * 10
    moderation.raise_notices()
    assert sorted(Report.objects.values_list("rule", flat=True)) == ["links", "repeated"]
    assert Report.objects.get(rule="repeated").messages.count() == 10
    moderation.dismiss(report=Report.objects.get(rule="repeated"), by=admin, reason="A newsletter.")
    assert set(Report.objects.values_list("state", flat=True)) == {State.DISMISSED}  # all that is about her
    say(mallory, groups[0], text)
    moderation.raise_notices()
    assert sorted(Report.objects.filter(state=State.OPEN).values_list("rule", flat=True)) == ["links", "repeated"]
    assert say(alice, groups[0], text) == ""


def test_links_to_one_server_in_many_conversations(
    automatic: Set, settings: Settings, mallory: User, groups: list[Conversation]
) -> None:
    automatic(links_slow=3)
    settings.BASE_URL = "https://chat.example.org"
    ours = [say(mallory, group, f"https://chat.example.org/c/{group.pk}") for group in groups]
    theirs = [say(mallory, group, f"[{group.pk}](HTTPS://www.Spam.example:443/{group.pk})") for group in groups[:5]]
    assert (ours, theirs) == ([""] * 10, ["", "", "", "links", "links"])
    assert say(mallory, groups[7], "spam.example without a link") == ""


def test_a_message_sent_again_counts_once(automatic: Set, mallory: User, groups: list[Conversation]) -> None:
    automatic(repeats_slow=1)
    assert [say(mallory, groups[0], "Hello", "same") for _ in range(5)] == [""] * 5
    assert Message.objects.filter(sender=mallory).count() == 1
    assert say(mallory, groups[1], "Hello") == "repeated"


def test_a_forward_to_many_is_no_way_around(automatic: Set, mallory: User, groups: list[Conversation]) -> None:
    automatic(repeats_slow=3)
    message, _new = actions.send_message(
        sender=mallory, conversation_id=groups[0].pk, client_id="1", content="Buy now!"
    )
    with pytest.raises(Slowed):
        actions.forward_message(
            user=mallory, message_id=message.pk, conversation_ids=[group.pk for group in groups[1:]]
        )
    assert Message.objects.filter(sender=mallory).count() == 1
    moderation.raise_notices()
    assert log() == [("automatic", "slow", "mallory")]


def test_what_was_to_be_sent_later_is_sent_later_still(
    automatic: Set, mallory: User, groups: list[Conversation]
) -> None:
    automatic(repeats_slow=1)
    now = timezone.now()
    for number, group in enumerate(groups[:2]):
        actions.schedule_message(
            user=mallory, conversation_id=group.pk, client_id=str(number), content="Hi", send_at=now
        )
    with time_machine.travel(now + timedelta(minutes=1), tick=False):
        actions.send_due()
        assert sorted(ScheduledMessage.objects.values_list("state", flat=True)) == ["sent", "waiting"]
        assert ScheduledMessage.objects.get(state="waiting").send_at > timezone.now()


# --- who is left alone ------------------------------------------------------------------------------------------------
def test_staff_and_exempted_programs_are_left_alone(
    automatic: Set, mallory: User, admin: User, order: Ask, groups: list[Conversation]
) -> None:
    automatic(repeats_slow=1, repeats_flag=1)
    assert order(admin, Act.EXEMPT, mallory).status_code == 302
    mallory.refresh_from_db()
    assert mallory.is_exempt
    assert [say(mallory, group, "Build passed") for group in groups] == [""] * 10
    assert not Notice.objects.exists()
    order(admin, Act.END_EXEMPTION, mallory)
    mallory.refresh_from_db()
    assert [say(mallory, group, "Build failed") for group in groups[:2]] == ["", "repeated"]
    assert [act for _by, act, _target in log()] == ["exempt", "end_exemption"]
    User.objects.filter(pk=mallory.pk).update(is_staff=True)
    mallory.refresh_from_db()
    assert [say(mallory, group, "Staff here") for group in groups] == [""] * 10


# --- sign-ups ---------------------------------------------------------------------------------------------------------
def test_a_flood_of_sign_ups_is_reported_once(automatic: Set, admin: User) -> None:
    automatic(signups_flag=2)
    now = timezone.now()
    User.objects.bulk_create(User(username=f"spam{number}", signed_up_at=now) for number in range(3))
    for _ in range(2):
        moderation.notice_signups()
    report = Report.objects.get()
    assert (report.rule, report.source) == ("signups", "automatic")
    assert "3 accounts" in report.note
    assert "spam2" in report.note
    moderation.dismiss(report=report, by=admin, reason="A school class.")
    moderation.notice_signups()
    assert Report.objects.count() == 1
    with time_machine.travel(now + timedelta(hours=1)):
        moderation.notice_signups()
    assert Report.objects.count() == 1


# --- the rest ---------------------------------------------------------------------------------------------------------
def test_with_all_of_it_on_a_send_costs_six_queries(
    api: Api,
    automatic: Set,
    limits: Limits,
    mallory: User,
    groups: list[Conversation],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    automatic(new_account_hours=24, repeats_slow=9, repeats_flag=9, links_slow=9, links_flag=9, new_links_slow=9)
    limits(new_sends="60/m")
    client = api(mallory)
    body = {"conversation_id": str(groups[0].pk), "client_id": "1", "content": "hello"}
    assert client.post("/api/messages", body).status_code == 201
    with django_assert_num_queries(6 + 2):
        assert client.post("/api/messages", {**body, "client_id": "2"}).status_code == 201


def test_staff_see_the_report_in_the_queue(
    automatic: Set, mallory: User, staff: dict[str, User], office: Office, groups: list[Conversation]
) -> None:
    automatic(repeats_flag=2)
    assert [say(mallory, group, "Buy now!") for group in groups[:4]] == [""] * 4
    counted = AUTOMATIC.labels("repeated", "reported")._value.get()
    moderation.raise_notices()
    assert AUTOMATIC.labels("repeated", "reported")._value.get() == counted + 1
    browser = office(staff["Moderator"])
    lists = {
        source: browser.get(f"/admin/moderation/report/?source__exact={source}").content.decode()
        for source in ("automatic", "people")
    }
    assert "mallory" in lists["automatic"]
    assert "mallory" not in lists["people"]
    page = browser.get(f"/admin/moderation/report/{Report.objects.get().pk}/change/").content.decode()
    assert page.count("Buy now!") == 4
    assert "Exempt the account" not in page  # for administrators
    assert "Suspend the person" in page


def test_the_worker_does_it() -> None:
    assert {moderation.raise_notices, moderation.notice_signups} <= {job for job, _every_s in JOBS}


@pytest.mark.parametrize(
    ("seconds", "text"), [(1, "1 second"), (45, "45 seconds"), (121, "3 minutes"), (7200, "2 hours")]
)
def test_when_to_try_again(seconds: int, text: str) -> None:
    assert in_words(seconds) == f"Try again in {text}."
