"""POST /api/auth/token/refresh"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import RefreshToken

from accounts import actions, tokens
from accounts.models import Session, User
from tests.accounts.conftest import Events, Login, bearer, error

pytestmark = pytest.mark.django_db


def refresh(token: Any) -> Any:
    return APIClient().post("/api/auth/token/refresh", {"refresh": token})


def successor(token: str) -> str:
    response = refresh(token)
    assert response.status_code == 200, response.content
    return str(response.json()["refresh"])


def refused(response: Any) -> bool:
    return error(response) == (401, "token_not_valid", None) and response["WWW-Authenticate"] == "Bearer"


def test_alice_gets_the_next_pair(alice: User, login: Login) -> None:
    first = login(alice)
    response = refresh(first["refresh"])
    assert response.status_code == 200
    assert set(response.json()) == {"access", "refresh"}
    assert response.json()["refresh"] != first["refresh"]
    assert response["Cache-Control"] == "private, no-store"
    for access in (first["access"], response.json()["access"]):
        assert bearer(access).get("/api/users/me").status_code == 200
    assert Session.objects.count() == 1


def test_an_expired_access_token_beside_it_does_not_matter(alice: User, login: Login) -> None:
    pair = login(alice)
    response = bearer("of-old").post("/api/auth/token/refresh", {"refresh": pair["refresh"]})
    assert response.status_code == 200


def test_the_answer_that_was_lost_comes_again_for_ten_seconds(alice: User, login: Login) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        first = login(alice)["refresh"]
        second = successor(first)
        clock.shift(9.9)
        assert successor(first) == second
        assert successor(second) != second
        assert Session.objects.get().ended_at is None


def test_after_ten_seconds_the_family_is_revoked(alice: User, login: Login, events: Events) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        first = login(alice)["refresh"]
        answer = refresh(first).json()
        clock.shift(10.1)
        assert refused(refresh(first))
        assert refused(refresh(answer["refresh"]))
        assert bearer(answer["access"]).get("/api/users/me").status_code == 401
    session = Session.objects.get()
    assert session.end_reason == "refresh_reused"
    assert events("auth.ended", topic=f"session:{session.pk}") == [{"reason": "refresh_reused"}]


def test_the_token_before_the_previous_one_revokes_the_family_at_once(alice: User, login: Login) -> None:
    first = login(alice)["refresh"]
    third = successor(successor(first))
    assert refused(refresh(first))
    assert refused(refresh(third))


def test_another_device_of_alice_is_not_concerned(alice: User, login: Login) -> None:
    phone, laptop = login(alice)["refresh"], login(alice)["refresh"]
    successor(successor(phone))
    assert refused(refresh(phone))
    assert refresh(laptop).status_code == 200


def test_each_refresh_extends_the_session(alice: User, login: Login) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        token = login(alice)["refresh"]
        for _ in range(3):
            clock.shift(timedelta(days=29))
            token = successor(token)
        clock.shift(timedelta(days=31))
        assert refused(refresh(token))


def test_a_person_who_was_deactivated_or_deleted(alice: User, bob: User, login: Login) -> None:
    tokens_of = {user.username: login(user)["refresh"] for user in (alice, bob)}
    actions.deactivate(user=alice)
    bob.delete()
    assert refused(refresh(tokens_of["alice"]))
    assert refused(refresh(tokens_of["bob"]))


def test_tokens_that_are_none(alice: User, login: Login) -> None:
    pair = login(alice)
    foreign = RefreshToken()  # signed by us, but of no session
    head, claims, signature = pair["refresh"].split(".")
    for token in (
        pair["access"],
        "garbage",
        "a.b.c",
        f"{head}.{claims}.{signature[::-1]}",
        f"{head}.{claims}.",
        str(foreign),
    ):
        assert refused(refresh(token)), token
    assert refresh(pair["refresh"]).status_code == 200


@pytest.mark.parametrize("token", [None, 7, "", [], {}, "x" * 5000])
def test_wrong_types(token: object) -> None:
    response = refresh(token)
    assert (response.status_code, response.json()["errors"][0]["attr"]) == (400, "refresh")


def test_the_token_is_a_function_of_the_row(alice: User, login: Login) -> None:
    given = successor(login(alice)["refresh"])
    assert tokens.refresh_for(Session.objects.get()) == given


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_get_the_same_successor(alice: User, login: Login) -> None:
    token = login(alice)["refresh"]

    def refresh_one(_number: int) -> tuple[int, str]:
        try:
            response = refresh(token)
            return response.status_code, response.json().get("refresh", "")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(refresh_one, range(8)))
    assert {code for code, _token in answers} == {200}
    (new,) = {new for _code, new in answers}
    assert new != token
    assert refresh(new).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_refreshing_while_the_session_is_ended(alice: User, login: Login) -> None:
    """Whoever comes first: in the end it is over."""
    token = login(alice)["refresh"]
    session = Session.objects.get()

    def act(number: int) -> int:
        try:
            if number == 3:
                actions.end_session(session=session, reason=Session.EndReason.REVOKED)
                return 0
            return int(refresh(token).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(act, range(8))) <= {0, 200, 401}
    session.refresh_from_db()
    assert session.end_reason == "revoked"
    assert refused(refresh(tokens.refresh_for(session)))
