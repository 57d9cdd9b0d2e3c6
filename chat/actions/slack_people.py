"""Who the people of a Slack export are here."""

from __future__ import annotations

import re
from itertools import count, islice
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db.models.functions import Lower

from accounts import names
from accounts.models import User
from chat.actions.errors import Unfit
from chat.models import ImportedPerson
from chat.slack import Person

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

SOURCE = "slack:"
BATCH = 500
SUFFIX = "-slack"
OTHER_CHARACTERS = re.compile(r"[^\w.@+-]+")
SLACKBOT = Person(id="USLACKBOT", name="slackbot", real_name="Slackbot", is_bot=True)


class SlackPeople:
    """Finds the people here who somebody there is, and makes accounts for those who are nobody yet.

    Known from an earlier run; or named by whoever imports; or with the same e-mail address; or with the same user name.
    """

    def __init__(self, people: Iterable[Person], named: Mapping[str, str]) -> None:
        """Find those who are here.

        Args:
            named: the user names here of people there, by their ids.

        Raises:
            Unfit: there is nobody of such a name.
        """
        self._there = {person.id: person for person in [SLACKBOT, *people]}
        known = ImportedPerson.objects.filter(source__startswith=SOURCE).select_related("user")
        self._here = {each.source.removeprefix(SOURCE): each.user for each in known}
        self._taken = {user.pk for user in self._here.values()}
        self._matched: dict[str, User] = {}
        self._match_named(named)
        people_left = (each for each in self._there.values() if not each.is_bot and each.id not in self._here)
        while batch := list(islice(people_left, BATCH)):
            self._match_email(batch)
            self._match_name(batch)
        self.made = 0

    def matches(self) -> Iterator[tuple[Person, User | None]]:
        """Everybody there, and who that is here so far; None: an account will be made when it is needed."""
        for person in self._there.values():
            yield person, self._here.get(person.id) or self._matched.get(person.id)

    def shown(self, slack_id: str) -> str:
        """What others see of somebody."""
        here = self._here.get(slack_id) or self._matched.get(slack_id)
        return here.display_name if here is not None else self._person(slack_id).shown_name

    def is_known(self, slack_id: str) -> bool:
        """Whether the export or an earlier run knows of them; else they are an id and nothing else."""
        return slack_id in self._there or slack_id in self._here

    def leads(self, slack_id: str) -> bool:
        """Whether they look after the workspace."""
        person = self._person(slack_id)
        return bool(person.is_admin or person.is_owner)

    def learn(self, person: Person) -> None:
        """Somebody whom only a message knows: a program, or a person of another workspace."""
        self._there.setdefault(person.id, person)

    def take(self, slack_id: str) -> User:
        """The account of somebody, made if need be; inside a transaction."""
        found = self._here.get(slack_id)
        if found is None:
            found = self._matched.get(slack_id)
            is_new = found is None
            if found is None:
                found = self._make(self._person(slack_id))
            ImportedPerson.objects.create(source=f"{SOURCE}{slack_id}", user=found, is_placeholder=is_new)
            self._here[slack_id] = found
        return found

    def _person(self, slack_id: str) -> Person:
        return self._there.get(slack_id) or Person(id=slack_id)

    def _match_named(self, named: Mapping[str, str]) -> None:
        for slack_id, username in named.items():
            user = User.objects.filter(username_key=names.fold(username)).first()
            if user is None:
                raise Unfit(f"There is nobody here with the user name {username}.", "no_such_person")
            if self._here.get(slack_id, user) != user:
                raise Unfit(f"{slack_id} is somebody else here since an earlier import.", "same_person")
            self._match(slack_id, user)

    def _match_email(self, batch: list[Person]) -> None:
        wanted = {each.profile.email.lower(): each.id for each in reversed(batch) if each.profile.email}
        for user in User.objects.annotate(folded=Lower("email")).filter(folded__in=list(wanted)):
            self._match(wanted[user.email.lower()], user)

    def _match_name(self, batch: list[Person]) -> None:
        left = [each for each in reversed(batch) if each.name and each.id not in self._matched]
        wanted = {names.fold(each.name or ""): each.id for each in left}
        for user in User.objects.filter(username_key__in=list(wanted)):
            self._match(wanted[user.username_key], user)

    def _match(self, slack_id: str, user: User) -> None:
        if user.pk not in self._taken and slack_id not in self._here:
            self._taken.add(user.pk)
            self._matched[slack_id] = user

    def _make(self, person: Person) -> User:
        shown = "".join(each for each in names.tidy(person.shown_name) if _may_be_seen(each))
        user = User(
            username=_free_name(person),
            display_name=shown[: names.NAME_CHARACTERS].strip() or person.id,
            is_active=False,
            is_bot=bool(person.is_bot),
        )
        user.set_unusable_password()
        user.save(force_insert=True)
        self.made += 1
        return user


def _may_be_seen(character: str) -> bool:
    try:
        names.validate_line(character)
    except ValidationError:
        return False
    return True


def _free_name(person: Person) -> str:
    """The user name there, as far as it can be one here, and free."""
    name = OTHER_CHARACTERS.sub(".", User.normalize_username(person.name or person.shown_name)).strip(".")
    base = name[: names.NAME_CHARACTERS - 12] or person.id
    wanted = base
    for number in count(1):
        is_taken = User.objects.filter(username_key=names.fold(wanted)).exists()
        if not is_taken and names.fold(wanted) not in names.RESERVED_USERNAMES:
            break
        wanted = f"{base}{SUFFIX}{number if number > 1 else ''}"
    return wanted
