"""Random people do random things through the API: each may, and then sees, what tests/chat/model.py says."""

from __future__ import annotations

from itertools import count
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from accounts.models import User
from tests.chat.model import Room, Said

NAMES = ["ann", "ben", "cai", "dov"]
EMOJI = ["👍", "🎉", "❤️"]

people = st.sampled_from(NAMES)
picks = st.integers(0, 10**6)  # which of the rooms or messages there are by then


class RandomPeople(RuleBasedStateMachine):
    """The machine, with a client for each person."""

    api: ClassVar[Any]  # the fixture of that name

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.users = {name: User.objects.create_user(f"{name}{uuid4().hex[:8]}") for name in NAMES}
        self.ids = {name: str(user.pk) for name, user in self.users.items()}
        self.names = {user_id: name for name, user_id in self.ids.items()}
        self.clients = {name: self.api(user) for name, user in self.users.items()}
        self.rooms: list[Room] = []
        self.numbers = count()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def ask(self, person: str, method: str, address: str, body: Any = None) -> Any:
        return getattr(self.clients[person], method)(f"/api/{address}", body, format="json")

    def room(self, pick: int) -> Room:
        return self.rooms[pick % len(self.rooms)]

    def said(self, pick: int) -> tuple[Room, Said]:
        everything = [(room, said) for room in self.rooms for said in room.said.values()]
        return everything[pick % len(everything)]

    # --- making rooms ---------------------------------------------------------------------------------------------
    @rule(one=people, other=people)
    def talk(self, one: str, other: str) -> None:
        answer = self.ask(one, "post", "conversations/direct", {"user_id": self.ids[other]})
        if one == other:
            assert answer.status_code == 400
            return
        held = [room for room in self.rooms if not room.is_group and set(room.members) == {one, other}]
        assert answer.status_code == (200 if held else 201)
        if held:
            assert answer.json()["id"] == held[0].id
        else:
            self.rooms.append(Room(answer.json()["id"], False, True, {}))
            self.rooms[-1].join(one)
            self.rooms[-1].join(other)

    @rule(one=people, others=st.sets(people, min_size=1), is_open=st.booleans())
    def make_group(self, one: str, others: set[str], is_open: bool) -> None:
        body = {
            "title": "Group",
            "participant_ids": [self.ids[name] for name in sorted(others)],
            "history": "shared" if is_open else "protected",
        }
        answer = self.ask(one, "post", "conversations/group", body)
        if not others - {one}:
            assert answer.status_code == 400
            return
        assert answer.status_code == 201
        room = Room(answer.json()["id"], True, is_open, {})
        for name in {one, *others}:
            room.join(name)
            room.members[name].first_seq = 1
        room.members[one].role = "admin"
        self.rooms.append(room)

    # --- saying things --------------------------------------------------------------------------------------------
    @precondition(lambda self: self.rooms)
    @rule(person=people, pick=picks, content=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20))
    def say(self, person: str, pick: int, content: str) -> None:
        room, client_id = self.room(pick), f"c{next(self.numbers)}"
        body = {"conversation_id": room.id, "client_id": client_id, "content": content}
        answer = self.ask(person, "post", "messages", body)
        if not content.strip():
            assert answer.status_code == 400
        elif person not in room.members:
            assert answer.status_code == 404
        else:
            assert answer.status_code == 201, answer.content
            said = room.say(person, answer.json()["id"], content)
            assert answer.json()["seq"] == said.seq
            again = self.ask(person, "post", "messages", body)
            assert (again.status_code, again.json()["id"]) == (200, said.id)

    @precondition(lambda self: any(room.said for room in self.rooms))
    @rule(person=people, pick=picks, content=st.sampled_from(["Edited", "Again"]))
    def edit(self, person: str, pick: int, content: str) -> None:
        room, said = self.said(pick)
        answer = self.ask(person, "patch", f"messages/{said.id}", {"content": content})
        if not room.sees(person, said):
            assert answer.status_code == 404
        elif person != said.sender:
            assert answer.status_code == 403
        elif said.deleted:
            assert answer.status_code == 409
        else:
            assert answer.status_code == 200
            said.content = content

    @precondition(lambda self: any(room.said for room in self.rooms))
    @rule(person=people, pick=picks)
    def delete(self, person: str, pick: int) -> None:
        room, said = self.said(pick)
        answer = self.ask(person, "delete", f"messages/{said.id}")
        if not room.sees(person, said):
            assert answer.status_code == 404
        elif not room.may_delete(person, said):
            assert answer.status_code == 403
        else:
            assert answer.status_code == 204
            room.delete(said)

    @precondition(lambda self: any(room.said for room in self.rooms))
    @rule(person=people, pick=picks, emoji=st.sampled_from(EMOJI), adds=st.booleans())
    def react(self, person: str, pick: int, emoji: str, adds: bool) -> None:
        room, said = self.said(pick)
        address = f"messages/{said.id}/reactions"
        if adds:
            answer = self.ask(person, "post", address, {"emoji": emoji})
        else:
            answer = self.ask(person, "delete", f"{address}/{emoji}")
        if not room.sees(person, said):
            assert answer.status_code == 404
        elif said.deleted:
            assert answer.status_code == (409 if adds else 204)
        else:
            assert answer.status_code in {200, 201, 204}
            names = set(said.reactions.get(emoji, [])) - {person} | ({person} if adds else set())
            said.reactions.pop(emoji, None)
            if names:
                said.reactions[emoji] = sorted(names)

    # --- groups ---------------------------------------------------------------------------------------------------
    @precondition(lambda self: self.rooms)
    @rule(person=people, other=people, pick=picks)
    def add(self, person: str, other: str, pick: int) -> None:
        room = self.room(pick)
        answer = self.ask(person, "post", f"conversations/{room.id}/participants", {"user_ids": [self.ids[other]]})
        if person not in room.members:
            assert answer.status_code == 404
        elif not room.is_group:
            assert answer.status_code == 409
        elif room.members[person].role == "member":
            assert answer.status_code == 403
        else:
            assert answer.status_code == 201
            if other not in room.members:
                room.join(other)
                room.note()

    @precondition(lambda self: self.rooms)
    @rule(person=people, other=people, pick=picks)
    def remove(self, person: str, other: str, pick: int) -> None:
        room = self.room(pick)
        answer = self.ask(person, "delete", f"conversations/{room.id}/participants/{self.ids[other]}")
        if person not in room.members:
            assert answer.status_code == 404
        elif not room.is_group:
            assert answer.status_code == 409
        elif other not in room.members:
            assert answer.status_code == 404
        elif person == other and len(room.members) == 1:
            assert answer.status_code == 204
            self.rooms.remove(room)
        elif person == other and room.needs_successor(person):
            assert answer.status_code == 409
        elif person != other and not room.may_remove(person, other):
            assert answer.status_code == 403
        else:
            assert answer.status_code == 204
            del room.members[other]
            room.note()

    @precondition(lambda self: self.rooms)
    @rule(person=people, other=people, pick=picks, role=st.sampled_from(["member", "moderator", "admin"]))
    def give_role(self, person: str, other: str, pick: int, role: str) -> None:
        room = self.room(pick)
        answer = self.ask(person, "patch", f"conversations/{room.id}/participants/{self.ids[other]}", {"role": role})
        if person not in room.members:
            assert answer.status_code == 404
        elif not room.is_group:
            assert answer.status_code == 409
        elif room.members[person].role != "admin":
            assert answer.status_code == 403
        elif other not in room.members:
            assert answer.status_code == 404
        elif person == other and role != "admin" and room.needs_successor(person):
            assert answer.status_code == 409
        else:
            assert answer.status_code == 200
            if room.members[other].role != role:
                room.members[other].role = role
                room.note()

    # --- reading --------------------------------------------------------------------------------------------------
    @precondition(lambda self: self.rooms)
    @rule(person=people, pick=picks, seq=st.integers(1, 20), is_back=st.booleans())
    def read(self, person: str, pick: int, seq: int, is_back: bool) -> None:
        room = self.room(pick)
        body = {"unread_from" if is_back else "seq": seq}
        answer = self.ask(person, "put", f"conversations/{room.id}/read-marker", body)
        if person not in room.members:
            assert answer.status_code == 404
            return
        assert answer.status_code == 200
        (room.unread_from if is_back else room.read)(person, seq)

    @rule(person=people, sender=st.none() | people)
    def read_everything(self, person: str, sender: str | None) -> None:
        body = {} if sender is None else {"sender_id": self.ids[sender]}
        assert self.ask(person, "post", "conversations/mark-read", body).status_code == 200
        for room in self.rooms:
            if person in room.members:
                member = room.members[person]
                member.unread = {seq for seq in member.unread if sender and room.said[seq].sender != sender}

    # --- what each sees -------------------------------------------------------------------------------------------
    @invariant()
    def everybody_sees_what_they_should(self) -> None:
        for person, client in self.clients.items():
            mine = {room.id: room for room in self.rooms if person in room.members}
            listed = {each["id"]: each for each in client.get("/api/conversations").json()["results"]}
            assert set(listed) == set(mine)
            for room_id, room in mine.items():
                shown, member = listed[room_id], room.members[person]
                assert shown["last_seq"] == room.last_seq
                assert shown["me"]["role"] == member.role
                assert shown["me"]["unread"] == len(member.unread)
                roles = {self.names[each["user"]["id"]]: each["role"] for each in shown["participants"]}
                assert roles == {name: other.role for name, other in room.members.items()}
            counts = client.get("/api/unread-counts").json()
            assert counts["total"] == sum(len(room.members[person].unread) for room in mine.values())

    @precondition(lambda self: self.rooms)
    @rule(person=people, pick=picks)
    def look(self, person: str, pick: int) -> None:
        room = self.room(pick)
        answer = self.ask(person, "get", f"conversations/{room.id}/messages?limit=100")
        if person not in room.members:
            assert answer.status_code == 404
            return
        seen = [
            (
                message["seq"],
                message["content"],
                message["deleted_at"] is not None,
                {each["emoji"]: {self.names[user] for user in each["user_ids"]} for each in message["reactions"]},
            )
            for message in answer.json()["results"]
            if message["type"] != "system"
        ]
        assert seen == room.history(person)


@pytest.mark.django_db
@pytest.mark.timeout(600)
def test_whatever_random_people_do_each_sees_what_they_should(api: Any) -> None:
    run_state_machine_as_test(
        type("RandomPeople", (RandomPeople,), {"api": staticmethod(api)}),
        settings=settings(
            max_examples=10 if connection.vendor == "postgresql" else 3,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
