"""In which language people read: their choice, and what it means where no browser asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts import actions

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from accounts.models import User


def written_for(user: User | None) -> AbstractContextManager[None]:
    """Inside it text is in the language that a person chose, or BROOK_LANGUAGE: for mails, pushes, notifications."""
    return written_in(user.language if user is not None else "")


def written_in(language: str) -> AbstractContextManager[None]:
    """The same for the language itself, empty for none."""
    return translation.override(language or settings.LANGUAGE_CODE)


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """A language for this browser, by a cookie, and for whoever is logged in; an empty one: the browser's own."""
    language = request.POST.get("language", "")
    if language and language not in dict(settings.LANGUAGES):
        return HttpResponseBadRequest()
    if request.user.is_authenticated:
        actions.update_profile(user=request.user, changes={"language": language})
    target = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    response = redirect(target if ours else settings.LOGIN_REDIRECT_URL)
    name = settings.LANGUAGE_COOKIE_NAME
    if not language:
        response.delete_cookie(name, samesite="Lax")
        return response
    response.set_cookie(
        name,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
    return response
