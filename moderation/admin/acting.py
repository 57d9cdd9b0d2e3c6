"""The page of an act: what is done to what, why, and what else it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from accounts.api.downloads import download
from accounts.models import User
from chat.actions import NotAllowed, Unfit, WrongField
from chat.models import Message, Participant, RemovedMessage
from moderation import actions
from moderation.actions.acting import MODELS, fits
from moderation.actions.auditing import may
from moderation.admin.act_form import ActForm
from moderation.models import Act, LegalExport

if TYPE_CHECKING:
    from django.contrib.admin import AdminSite
    from django.db.models import Model
    from django.http import HttpRequest, HttpResponseBase

TARGETS = {model._meta.model_name: model for model in MODELS.values()}
DANGEROUS = {Act.REMOVE, Act.SUSPEND, Act.BAN, Act.REMOVE_ALL, Act.REMOVE_FILE, Act.REMOVE_PERSON}


def act(request: HttpRequest, site: AdminSite, act: str, noun: str, target_id: str) -> HttpResponseBase:
    """Ask for the reason, then do it, and go back to what it was done to; a download is the answer itself."""
    wanted, target = _find(act, noun, target_id)
    by = request.user
    if not isinstance(by, User) or not may(by, wanted):
        raise PermissionDenied
    form = ActForm(wanted, target, by, request.POST if request.method == "POST" else None)
    if form.is_valid() and _is_done(form, wanted, target, by):
        if isinstance(target, LegalExport):
            return _file(request, target)
        messages.success(request, _("Done: %(act)s.") % {"act": wanted.label.lower()})
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


def _is_done(form: ActForm, wanted: Act, target: Model, by: User) -> bool:
    """Whether it could be done; if not, the form says why."""
    try:
        actions.act_on(target=target, order=form.order(by))
    except WrongField as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
    except (NotAllowed, Unfit) as error:
        form.add_error(None, str(error))
    except ObjectDoesNotExist:  # by somebody else, since the page was opened
        form.add_error(None, _("It is not there any more."))
    else:
        return True
    return False


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
    if isinstance(target, Participant):
        target = target.conversation
    elif isinstance(target, Message):  # what was removed has a page of its own
        target = RemovedMessage.objects.filter(pk=target.pk, for_hold=False).first() or target
    try:
        return reverse(f"admin:{target._meta.app_label}_{target._meta.model_name}_change", args=[target.pk])
    except NoReverseMatch:
        return reverse("admin:index")


def _file(request: HttpRequest, export: LegalExport) -> HttpResponseBase:
    """The whole of it, to be saved."""
    name = f"conversation-{export.conversation_id}-{export.created_at:%Y%m%d-%H%M}.zip"
    try:
        response = download(Request(request), file=export.file, media_type="", name=name, inline=False)
    except NotFound:
        raise Http404 from None
    response["Cache-Control"] = "private, no-store"
    return response
