"""The chat's pages: a template with the first state, which the browser live-updates from its cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_safe

from accounts.serializers import own_json, user_json
from chat import actions, first_paint, reading
from chat.models import Invite, Message, Participant
from chat.serializers.requests import MAX_SEQ

if TYPE_CHECKING:
    from uuid import UUID

MANY_UNREAD = reading.PAGE - 10


def page_state(
    request: HttpRequest, participant: Participant | None = None, *, seq: int | None = None
) -> dict[str, Any]:
    """What a signed-in page carries, with one conversation open or none: plain JSON, as the API would give it.

    With `seq` the history is the one around that message.
    """
    user = request.user
    assert user.is_authenticated  # noqa: S101 - only signed-in pages have a state
    conversations = reading.conversation_list(user, limit=reading.MAX_PAGE)
    state = {
        "me": {**user_json(user), **own_json(user)},
        "cursor": conversations["cursor"],  # the earliest cursor of all parts
        "conversations": conversations,
        "unread": Message.objects.unread_counts(user),
        "open": None,
    }
    if participant is not None:
        participant.user = user
        shown = reading.conversation(participant)
        # Many unread: begin where they begin, not at the end.
        around = participant.marker_seq + 1 if shown["me"]["unread"] > MANY_UNREAD else None
        around = around if seq is None else seq
        state["open"] = {"conversation": shown, "history": reading.history(participant, around=around)}
    plain: dict[str, Any] = orjson.loads(orjson.dumps(state, option=orjson.OPT_UTC_Z))
    return plain


@require_safe
@ensure_csrf_cookie
def home(request: HttpRequest) -> HttpResponse:
    """The chat for those who are signed in, a welcome for the others."""
    if request.user.is_authenticated:
        return render(request, "chat.html", {"state": page_state(request)})
    return render(request, "welcome.html", {"signup_open": settings.SIGNUP == "open"})


@require_safe
@login_required
@ensure_csrf_cookie
def conversation(request: HttpRequest, conversation_id: UUID, seq: int | None = None) -> HttpResponse:
    """The chat with a conversation open, at one message if asked; 404 for outsiders, whether it exists or not."""
    assert request.user.is_authenticated  # noqa: S101 - login_required
    if seq is not None and seq > MAX_SEQ:
        raise Http404
    try:
        participant = Participant.objects.find(request.user, conversation_id)
    except Participant.DoesNotExist:
        raise Http404 from None
    state = page_state(request, participant, seq=seq)
    items = first_paint.items_of(state["open"], state["me"])
    return render(request, "chat.html", {"state": state, "items": items})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def invite(request: HttpRequest, code: str) -> HttpResponse:
    """Which group an invite is to, with a button to join; 404 for all that let nobody in."""
    assert request.user.is_authenticated  # noqa: S101 - login_required
    try:
        if request.method == "POST":
            return redirect("conversation", actions.accept_invite(user=request.user, code=code).pk)
        inside = Participant.objects.active().filter(user=request.user, conversation__invites__code=code).first()
        if inside is not None:
            return redirect("conversation", inside.conversation_id)
        return render(request, "invite.html", {"invitation": reading.invitation(code)})
    except Invite.DoesNotExist:
        raise Http404 from None
