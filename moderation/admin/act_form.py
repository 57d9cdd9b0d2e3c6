"""The form of an act: why, and what else that act needs."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import names
from accounts.models import User
from chat.models import Conversation, History, Participant, Role
from moderation import actions
from moderation.actions.handing import colleagues
from moderation.models import Act, Report

if TYPE_CHECKING:
    from django.db.models import Model

TELLING = {Act.REMOVE, Act.WARN, Act.SUSPEND, Act.REMOVE_FILE}  # who is told something of one's own choice
DAYS = {
    "0.0417": _("1 hour"),
    "1": _("1 day"),
    "3": _("3 days"),
    "7": _("7 days"),
    "30": _("30 days"),
    "90": _("90 days"),
}
MOST_ADDED = 50
SETTINGS = ("title", "description", "history")
# The fields that not every act has.
FIELDS: dict[Act, tuple[str, ...]] = {
    Act.SUSPEND: ("days", "until"),
    Act.ADD_PEOPLE: ("people",),
    Act.SET_ROLE: ("role",),
    Act.CHANGE: SETTINGS,
    Act.ASSIGN: ("seen",),
    Act.HAND_OVER: ("to", "seen"),
    Act.GIVE_BACK: ("seen",),
}
PASSED_ON = {Act.HAND_OVER, Act.GIVE_BACK}  # why is a note, for whom it helps

OWN = {"text", "days", "until", "people", "role", "to", "seen", *SETTINGS}


class ActForm(forms.Form):
    """Why, and what else an act needs."""

    people = forms.CharField(
        label=_("People"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=format_lazy(_("User names, at most {most}, with blanks or commas between them."), most=MOST_ADDED),
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    title = forms.CharField(label=_("Title"), max_length=100, validators=[names.validate_line])
    description = forms.CharField(
        label=_("Description"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    history = forms.ChoiceField(label=_("History for newcomers"), choices=History.choices)
    to = forms.ModelChoiceField(
        User.objects.none(), label=_("Colleague"), help_text=_("They are told, and find it in the queue under “Mine”.")
    )
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)  # `Report.holder`
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
        help_text=_("For the audit log. Staff alone read it."),
    )
    text = forms.CharField(
        label=_("To the person"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("They are told this."),
    )
    days = forms.ChoiceField(label=_("For"), choices=list(DAYS.items()), initial="7", required=False)
    until = forms.DateTimeField(
        label=_("Or until"), required=False, help_text=_("UTC, such as 2030-12-31 18:00; in the place of the above.")
    )

    def __init__(self, act: Act, target: Model, by: User, data: Any = None) -> None:
        super().__init__(data, initial=_as_it_is(target))
        self.act = act
        wanted = {*FIELDS.get(act, ()), *(["text"] if act in TELLING else [])}
        for name in OWN - wanted:
            del self.fields[name]
        if act == Act.ASSIGN:
            del self.fields["reason"]
        if act in PASSED_ON:
            self.fields["reason"].required = False
            self.fields["reason"].label = gettext("Note")
        if act == Act.HAND_OVER and isinstance(target, Report):
            others = colleagues().exclude(pk__in=[by.pk, target.assignee_id or by.pk])
            self.fields["to"].queryset = others  # type: ignore[attr-defined] # a field of models has one

    def clean_people(self) -> list[User]:
        """Those who are called so."""
        named = {names.fold(name) for name in re.split(r"[\s,;]+", self.cleaned_data["people"]) if name}
        if len(named) > MOST_ADDED:
            raise forms.ValidationError(gettext("At most %(most)d at a time.") % {"most": MOST_ADDED})
        found = list(User.objects.filter(username_key__in=named, is_active=True).order_by("pk"))
        if unknown := sorted(named - {user.username_key for user in found}):
            raise forms.ValidationError(gettext("Nobody is called so: %(names)s.") % {"names": ", ".join(unknown)})
        return found

    def order(self, by: User) -> actions.Order:
        """What a valid form says."""
        said = self.cleaned_data
        until = said.get("until")
        if until is None and said.get("days"):
            until = timezone.now() + timedelta(days=float(said["days"]))
        return actions.Order(self.act, by, said.get("reason", ""), said.get("text", ""), until, self._more())

    def _more(self) -> dict[str, Any]:
        said = self.cleaned_data
        match self.act:
            case Act.ADD_PEOPLE:
                return {"people": said["people"]}
            case Act.SET_ROLE:
                return {"role": Role(said["role"])}
            case Act.CHANGE:
                return {"changes": {name: said[name] for name in SETTINGS}}
            case Act.HAND_OVER:
                return {"to": said["to"], "seen": said["seen"]}
            case Act.ASSIGN | Act.GIVE_BACK:
                return {"seen": said["seen"]}
        return {}


def _as_it_is(target: Model) -> dict[str, Any]:
    if isinstance(target, Participant):
        return {"role": target.role}
    if isinstance(target, Report):
        return {"seen": target.holder}
    if isinstance(target, Conversation):
        return {name: getattr(target, name) for name in SETTINGS}
    return {}
