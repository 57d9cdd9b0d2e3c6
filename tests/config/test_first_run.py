"""The first visitor of a new server."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from chat.models import Message, Participant, Role
from config import first_run
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

FORM = {"username": "ann", "display_name": "Ann", "password": PASSWORD}


def test_the_first_visitor_looks_after_the_server_and_lands_in_a_welcome(client: Client) -> None:
    path = first_run.path()
    assert path
    assert client.get(path).status_code == 200
    assert client.get(path[:-1] + "x").status_code == 404
    assert client.post(path, {**FORM, "password": "short"}).status_code == 200
    assert not User.objects.exists()
    User.objects.create_user("Brook", display_name="A demo person")  # who looks after nothing
    answer = client.post(path, FORM)
    ann = User.objects.get(username="ann")
    mine = Participant.objects.get(user=ann)
    assert (answer.status_code, answer["Location"]) == (302, f"/c/{mine.conversation_id}")
    assert (ann.is_staff, ann.is_superuser, mine.role) == (True, True, Role.ADMIN)
    assert "Welcome, Ann!" in client.get(answer["Location"]).content.decode()
    assert {message.sender.is_bot for message in Message.objects.select_related("sender") if message.sender} == {True}


def test_the_link_works_once(client: Client) -> None:
    path = first_run.path()
    assert path
    first_run.begin(username="Brook", password=PASSWORD)
    assert first_run.path() is None
    assert client.get(path).status_code == 404
    assert client.post(path, FORM).status_code == 404
    with pytest.raises(first_run.AlreadyBegun):
        first_run.begin(username="ann", password=PASSWORD)
    assert User.objects.filter(is_superuser=True).count() == 1
