"""The chat in a hundred lines, without a database: what people may do, and what each then sees."""

from __future__ import annotations

from dataclasses import dataclass, field

RANK = {"member": 0, "moderator": 1, "admin": 2}


@dataclass
class Said:
    """A message."""

    id: str
    seq: int
    sender: str
    content: str
    deleted: bool = False
    reactions: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Member:
    """Somebody in a room; `unread` holds the numbers of the messages they have not read."""

    role: str
    first_seq: int = 1
    unread: set[int] = field(default_factory=set)


@dataclass
class Room:
    """A conversation."""

    id: str
    is_group: bool
    is_open: bool  # newcomers see what was said before
    members: dict[str, Member]
    said: dict[int, Said] = field(default_factory=dict)
    last_seq: int = 0

    def note(self, times: int = 1) -> None:
        """Something changed, and a system message says so."""
        self.last_seq += times

    def say(self, person: str, message_id: str, content: str) -> Said:
        self.last_seq += 1
        said = self.said[self.last_seq] = Said(message_id, self.last_seq, person, content)
        for name, member in self.members.items():
            if name != person:
                member.unread.add(said.seq)
        return said

    def delete(self, said: Said) -> None:
        said.content, said.deleted, said.reactions = "", True, {}
        for member in self.members.values():
            member.unread.discard(said.seq)

    def may_delete(self, person: str, said: Said) -> bool:
        return person == said.sender or (self.is_group and RANK[self.members[person].role] > 0)

    def sees(self, person: str, said: Said) -> bool:
        return person in self.members and said.seq >= self.members[person].first_seq

    def join(self, person: str) -> None:
        self.members[person] = Member("member", 1 if self.is_open else self.last_seq + 1)

    def may_remove(self, person: str, other: str) -> bool:
        mine, theirs = RANK[self.members[person].role], RANK[self.members[other].role]
        return mine == RANK["admin"] or (mine > 0 and theirs == 0)

    def needs_successor(self, person: str) -> bool:
        """Whether nobody else could lead the group without this person."""
        return self.members[person].role == "admin" and not any(
            member.role == "admin" for name, member in self.members.items() if name != person
        )

    def read(self, person: str, seq: int) -> None:
        member = self.members[person]
        member.unread = {number for number in member.unread if number > seq}

    def unread_from(self, person: str, seq: int) -> None:
        member = self.members[person]
        member.unread = {
            said.seq
            for said in self.said.values()
            if said.seq >= max(seq, member.first_seq) and said.sender != person and not said.deleted
        }

    def history(self, person: str) -> list[tuple[int, str, bool, dict[str, set[str]]]]:
        """What the person sees of what people said."""
        return [
            (said.seq, said.content, said.deleted, {kind: set(names) for kind, names in said.reactions.items()})
            for said in self.said.values()
            if self.sees(person, said)
        ]
