"""The page of an act: what is done to what, why, and until when."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts.models import User
from chat.actions import NotAllowed, Unfit, WrongField
from chat.models import Conversation, Message
from moderation import actions
from moderation.actions.acting import fits
from moderation.actions.auditing import may
from moderation.models import Act, Broadcast, Report

if TYPE_CHECKING:
    from django.contrib.admin import AdminSite
    from django.db.models import Model
    from django.http import HttpRequest, HttpResponse

TARGETS: dict[str, type[Model]] = {
    "report": Report,
    "user": User,
    "message": Message,
    "conversation": Conversation,
    "broadcast": Broadcast,
}
TELLING = {Act.REMOVE, Act.WARN, Act.SUSPEND}  # who is told something of one's own choice
DANGEROUS = {Act.REMOVE, Act.SUSPEND, Act.BAN, Act.REMOVE_ALL}
DAYS = {"0.0417": "1 hour", "1": "1 day", "3": "3 days", "7": "7 days", "30": "30 days", "90": "90 days"}


class ActForm(forms.Form):
    """Why, and what else an act needs."""

    reason = forms.CharField(
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
        help_text="For the audit log. Staff alone read it.",
    )
    text = forms.CharField(
        label="To the person",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="They are told this.",
    )
    days = forms.ChoiceField(label="For", choices=list(DAYS.items()), initial="7", required=False)
    until = forms.DateTimeField(
        label="Or until", required=False, help_text="UTC, such as 2030-12-31 18:00; in the place of the above."
    )

    def __init__(self, act: Act, data: Any = None) -> None:
        super().__init__(data)
        if act not in TELLING:
            del self.fields["text"]
        if act == Act.ASSIGN:
            del self.fields["reason"]
        if act != Act.SUSPEND:
            del self.fields["days"], self.fields["until"]

    def order(self, act: Act, by: User) -> actions.Order:
        """What a valid form says."""
        said = self.cleaned_data
        until = said.get("until")
        if until is None and said.get("days"):
            until = timezone.now() + timedelta(days=float(said["days"]))
        return actions.Order(act, by, said.get("reason", ""), said.get("text", ""), until)


def act(request: HttpRequest, site: AdminSite, act: str, noun: str, target_id: str) -> HttpResponse:
    """Ask for the reason, then do it, and go back to what it was done to."""
    wanted, target = _find(act, noun, target_id)
    by = request.user
    if not isinstance(by, User) or not may(by, wanted):
        raise PermissionDenied
    form = ActForm(wanted, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.act_on(target=target, order=form.order(wanted, by))
        except WrongField as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        except (NotAllowed, Unfit) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Done: {wanted.label.lower()}.")
            return redirect(_page_of(target))
    context = {
        **site.each_context(request),
        "title": wanted.label,
        "form": form,
        "target": target,
        "back": _page_of(target),
        "is_dangerous": wanted in DANGEROUS,
    }
    return render(request, "admin/moderation/act.html", context)


def _find(act: str, noun: str, target_id: str) -> tuple[Act, Model]:
    try:
        wanted, model = Act(act), TARGETS[noun]
        target = model._default_manager.filter(pk=target_id).first()
    except (KeyError, ValueError, ValidationError):
        raise Http404 from None
    if target is None or not fits(target, wanted):
        raise Http404
    return wanted, target


def _page_of(target: Model) -> str:
    try:
        return reverse(f"admin:{target._meta.app_label}_{target._meta.model_name}_change", args=[target.pk])
    except NoReverseMatch:
        return reverse("admin:index")
