"""What holds for people whoever writes them."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction

from accounts import actions, names
from accounts.models import Session, User
from tests.accounts.conftest import Events, Login, bearer
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def test_ids_are_in_order_of_time() -> None:
    ids = [User.objects.create_user(f"u{number}").pk for number in range(5)]
    assert ids == sorted(ids)


def test_two_of_one_name_cannot_be_written(alice: User) -> None:
    for write in (
        lambda: User.objects.create_user("ALICE"),
        lambda: User.objects.bulk_create([User(username="Alice")]),
        lambda: User(username="\uff21lice").save(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            write()


def test_a_form_is_told_before(alice: User) -> None:
    with pytest.raises(ValidationError) as caught:
        User(username="ALICE").full_clean(exclude=["password"])
    assert "username" in caught.value.message_dict
    alice.full_clean()


def test_the_longest_of_names_fits(db: None) -> None:
    longest = User.objects.create_user("\u0390" * 64, display_name="\ufdfa" * 64)  # fold to 3 and to 18 times as many
    longest.refresh_from_db()
    assert len(longest.username_key) <= 3 * names.NAME_CHARACTERS
    assert list(User.objects.search("\ufdfa")) == [longest]


def test_saving_one_field_keeps_the_search_true(alice: User) -> None:
    alice.display_name = "Alicia"
    alice.save(update_fields=["display_name"])
    assert list(User.objects.search("alicia")) == [alice]


def test_create_superuser(db: None) -> None:
    call_command("createsuperuser", "--noinput", username="root")
    root = User.objects.get()
    assert (root.is_staff, root.is_superuser, root.has_usable_password()) == (True, True, False)


def test_deactivating_ends_everything_and_can_be_undone(alice: User, login: Login, events: Events) -> None:
    client = bearer(login(alice)["access"])
    actions.deactivate(user=alice)
    assert client.get("/api/users/me").status_code == 401
    assert events("auth.ended") == [{"reason": "banned"}]
    actions.activate(user=alice)
    assert client.get("/api/users/me").status_code == 401
    assert login(alice)


def test_the_command_changes_the_password_and_ends_sessions(
    alice: User, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = bearer(login(alice)["access"])
    monkeypatch.setattr("getpass.getpass", lambda **_prompt: "another fine password")
    call_command("changepassword", "alice")
    assert client.get("/api/users/me").status_code == 401
    assert Session.objects.get().end_reason == "password_change"
    assert login(alice, "another fine password")


def test_names_of_the_cast(alice: User) -> None:
    assert (str(alice), alice.get_short_name()) == ("alice", "Alice Moreau")
    assert alice.check_password(PASSWORD)
