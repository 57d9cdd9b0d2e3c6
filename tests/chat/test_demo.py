"""manage.py demo"""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from accounts.models import User
from chat.models import Conversation, Message


def demo() -> str:
    output = StringIO()
    call_command("demo", stdout=output)
    return output.getvalue()


@pytest.mark.django_db
def test_an_empty_server_gets_three_people_who_have_talked() -> None:
    assert demo() == "Demo people: alice, bob, carol, password brook-demo\n"
    assert User.objects.count() == 3
    assert Conversation.objects.count() == 2
    talked = Message.objects.count()
    assert talked > 0
    for shown in (
        {"mentions__0__isnull": False},
        {"reply_count": 2},
        {"reply_to__isnull": False},
        {"edited_at__isnull": False},
    ):
        assert Message.objects.filter(**shown).exists(), shown
    assert demo() == "Demo people: alice, bob, carol, password brook-demo\n"
    assert (User.objects.count(), Message.objects.count()) == (3, talked)


@pytest.mark.django_db
def test_a_server_with_people_of_its_own_is_left_alone(bob: User) -> None:
    assert demo() == ""
    assert User.objects.count() == 1
