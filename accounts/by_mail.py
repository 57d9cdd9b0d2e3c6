"""The pages that mails lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import actions, limits
from accounts.forms import ForgottenForm, NewPasswordForm

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Whom to mail a link for a new password; what follows looks the same for everybody."""
    if not settings.MAIL:
        return render(request, "password_forgotten.html", {"form": None, "sent": False})
    if request.method == "POST":
        limits.require("forgotten", limits.address_key(request))
    form = ForgottenForm(request.POST if request.method == "POST" else None)
    sent = form.is_valid() and "\0" not in form.cleaned_data["name"]
    if sent:
        actions.forget_password(name=form.cleaned_data["name"])
    return render(request, "password_forgotten.html", {"form": form, "sent": sent})


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: HttpRequest, user_id: str, token: str) -> HttpResponse:
    """A new password, by the link of a mail."""
    try:
        user = actions.find_by_reset(user_id=user_id, token=token)
        form = NewPasswordForm(user, request.POST if request.method == "POST" else None)
        done = form.is_valid()
        if done:
            actions.reset_password(user_id=user_id, token=token, password=form.cleaned_data["password"])
    except actions.LinkRefused:
        return render(request, "password_reset.html", {"form": None, "done": False}, status=404)
    return render(request, "password_reset.html", {"form": form, "done": done, "person": user})


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, token: str) -> HttpResponse:
    """An address is somebody's. By a button: programs that look at mails open every link in them."""
    if request.method != "POST":
        return render(request, "email_verify.html", {"state": "asked"})
    try:
        user = actions.verify_email(token=token)
    except actions.LinkRefused:
        return render(request, "email_verify.html", {"state": "refused"}, status=404)
    return render(request, "email_verify.html", {"state": "done", "person": user})
