"""Who looks after a new server: by a link that the start prints, to an account that may do everything."""

from __future__ import annotations

from itertools import chain, count
from typing import TYPE_CHECKING

from django.contrib import auth
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import actions as account_actions
from accounts import names
from accounts.forms import SignupForm
from accounts.models import User
from chat import actions

if TYPE_CHECKING:
    from chat.models import Conversation

FIRST_RUN_LOCK = 0x66697273  # "firs": an advisory lock, for two who open the link at once
GUIDE = "brook"
GREETING = (
    gettext_noop("Welcome, {name}! This server is yours, and so is everything that is said on it."),
    gettext_noop(
        "**Bring the others.** Make an invite link in the details of this group, or tell them where to sign up. "
        "Who may is a setting: `BROOK_SIGNUP` is `open`, `invite` or `closed`."
    ),
    gettext_noop(
        "**Look around.** `Ctrl K` finds people and messages, `?` shows the keys, and *Settings* has notifications, "
        "colours and a second step for your log-in. The administration is at /admin/."
    ),
)


class AlreadyBegun(Exception):
    """Somebody looks after the server: the link was for them."""


def path() -> str | None:
    """Where whoever will look after the server begins; None as soon as anybody does. Demo people do not."""
    return None if _has_begun() else reverse("first-run", args=[_token()])


def _has_begun() -> bool:
    return bool(User.objects.filter(is_superuser=True).exists())


def _token() -> str:
    """Known to whoever reads the output of the start, and of no use once somebody looks after the server."""
    return salted_hmac("brook.first-run", "first").hexdigest()


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, token: str) -> HttpResponse:
    """Make the account that may do everything, once; then into a first conversation."""
    if not constant_time_compare(token, _token()) or _has_begun():
        raise Http404
    form = SignupForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            admin, conversation = begin(**form.cleaned_data)
        except AlreadyBegun:
            raise Http404 from None
        auth.login(request, admin)
        return redirect("conversation", conversation.pk)
    return render(request, "first_run.html", {"form": form})


def begin(*, username: str, password: str, display_name: str = "") -> tuple[User, Conversation]:
    """The account that looks after the server, and a group with a word of welcome in it.

    Raises:
        AlreadyBegun: there is one.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":  # SQLite has one writer at a time anyhow
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FIRST_RUN_LOCK])
        if _has_begun():
            raise AlreadyBegun
        admin = account_actions.register(username=username, password=password, display_name=display_name)
        User.objects.filter(pk=admin.pk).update(is_staff=True, is_superuser=True)
        admin.refresh_from_db()
        guide = User.objects.create_user(_free_name(), None, display_name="Brook", is_bot=True)
        group = actions.create_group(
            creator=admin, title=_("Welcome"), people=[guide], description=_("The first conversation of this server.")
        )
        for number, text in enumerate(GREETING):
            actions.send_message(
                sender=guide,
                conversation_id=group.pk,
                client_id=f"welcome-{number}",
                content=_(text).format(name=admin.display_name),
            )
    return admin, group


def _free_name() -> str:
    """What the guide is called: nobody else is."""
    wanted = chain([GUIDE], (f"{GUIDE}-{number}" for number in count(2)))
    return next(name for name in wanted if not User.objects.filter(username_key=names.fold(name)).exists())
