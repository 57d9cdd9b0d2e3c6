"""The pages of accounts: log-in, sign-up, and people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import actions, limits, names, second_step
from accounts.forms import CodeForm, LoginForm, SignupForm
from accounts.models import Takeout, User
from accounts.passkey_forms import PasskeyForm
from accounts.relying_party import is_available
from accounts.screening import TextRefused
from accounts.serializers import user_json

if TYPE_CHECKING:
    from collections.abc import Callable

PEOPLE_ON_A_PAGE = 200
SEARCH_CHARACTERS = 200


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Log-in; then to `next` if that is one of our own pages, else home."""
    target = _next(request)
    if request.user.is_authenticated:
        return redirect(target or settings.LOGIN_REDIRECT_URL)
    form = LoginForm(request, request.POST if request.method == "POST" else None)
    if form.is_valid():
        assert form.user is not None  # noqa: S101 - as a valid form has it
        if second_step.is_asked_of(form.user):
            second_step.begin(request, form.user, target)
            return redirect("login-code")
        if _enter(request, form):
            return redirect(target or settings.LOGIN_REDIRECT_URL)
    return _login_page(request, form, target)


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def login_code(request: HttpRequest) -> HttpResponse:
    """The second step of a log-in; whoever has not done the first is sent there."""
    begun = second_step.begun(request)
    if request.user.is_authenticated or begun is None:
        return redirect("login")
    user, target = begun
    form = CodeForm(user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        second_step.note_passed(request)
        try:
            auth.login(request, user)
        except actions.Suspended as refused:
            form.add_error(None, str(refused))
        except actions.LoginRefused:
            return redirect("login")
        else:
            return redirect(target or settings.LOGIN_REDIRECT_URL)
    return _code_page(request, user, form)


@sensitive_post_parameters("credential")
@require_http_methods(["GET", "HEAD", "POST"])
def login_passkey(request: HttpRequest) -> HttpResponse:
    """Log-in by a passkey, which the page's script asks the browser for: in place of the password, or of the code."""
    is_second = bool(request.POST.get("second_step"))
    begun = second_step.begun(request) if is_second else None
    if request.method != "POST" or (is_second and begun is None):
        return redirect("login")  # the page after a refusal, opened again; or the first step is forgotten
    second_of, target = begun or (None, _next(request))
    if request.user.is_authenticated:
        return redirect(target or settings.LOGIN_REDIRECT_URL)
    form = PasskeyForm(request, second_of)
    if form.is_valid():
        second_step.note_passed(request)
        if _enter(request, form):
            return redirect(target or settings.LOGIN_REDIRECT_URL)
    if second_of is not None:
        return _code_page(request, second_of, CodeForm(second_of), form)
    return _login_page(request, LoginForm(request), target, form)


def _enter(request: HttpRequest, form: LoginForm | PasskeyForm) -> bool:
    """Log in whom the form has found; False where it says why not, from here on."""
    assert form.user is not None  # noqa: S101 - as a valid form has it
    try:
        auth.login(request, form.user)
    except actions.Suspended as refused:
        form.add_error(None, str(refused))
    except actions.LoginRefused:
        form.add_refusal()
    else:
        return True
    return False


def _login_page(
    request: HttpRequest, form: LoginForm, target: str, passkey_form: PasskeyForm | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "next": target,
        "invited": bool(_invite_in(target)),
        "signup_open": settings.SIGNUP == "open",
        "passkeys": is_available(request),
        "passkey_form": passkey_form,
    }
    return _or_wait(render(request, "login.html", context), (passkey_form or form).wait_s)


def _code_page(
    request: HttpRequest, user: User, form: CodeForm, passkey_form: PasskeyForm | None = None
) -> HttpResponse:
    passkeys = is_available(request) and user.passkeys.exists()
    context = {"form": form, "passkeys": passkeys, "passkey_form": passkey_form, "second_step": True}
    return _or_wait(render(request, "login_code.html", context), (passkey_form or form).wait_s)


def _or_wait(page: HttpResponse, wait_s: int | None) -> HttpResponse:
    if wait_s is not None:
        page.status_code, page["Retry-After"] = 429, str(wait_s)
    return page


def _next(request: HttpRequest) -> str:
    """Where the visitor wanted to go, empty unless it is on this server."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if ours else ""


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def signup(request: HttpRequest) -> HttpResponse:
    """Sign-up, logged in at once; says so where it is closed."""
    target = _next(request)
    if request.user.is_authenticated:
        return redirect(target or settings.LOGIN_REDIRECT_URL)
    invite = _invite_in(target) if settings.SIGNUP == "invite" else ""
    if settings.SIGNUP != "open" and not invite:
        status = 403 if request.method == "POST" else 200
        return render(request, "signup.html", {"form": None, "signup_open": False}, status=status)
    if request.method == "POST":
        limits.require("registrations", limits.address_key(request))
    form = SignupForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            user = actions.register(**form.cleaned_data, invite=invite)
        except actions.UsernameTaken:
            form.add_error("username", _("This user name is taken."))
        except (actions.InviteRefused, TextRefused) as refused:
            form.add_error(getattr(refused, "field", None), str(refused) or actions.NO_INVITE)
        else:
            auth.login(request, user)
            return redirect(target or settings.LOGIN_REDIRECT_URL)
    context = {"form": form, "next": target, "invited": bool(_invite_in(target)), "signup_open": True}
    return render(request, "signup.html", context)


def _invite_in(target: str) -> str:
    """The code in the address of an invite, if that is where the visitor wanted to go."""
    try:
        page = resolve(urlsplit(target).path)
    except Resolver404:
        return ""
    return str(page.kwargs["code"]) if page.url_name == "invite" else ""


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Log-out; the streams of this browser end as well."""
    auth.logout(request)
    return redirect(resolve_url(settings.LOGIN_URL))


@require_safe
@login_required
@ensure_csrf_cookie
def people(request: HttpRequest) -> HttpResponse:
    """Everybody here, or those whom `?search=` finds; the first 200."""
    search = request.GET.get("search", "").replace("\0", "")[:SEARCH_CHARACTERS]
    found = list(User.objects.search(search)[: PEOPLE_ON_A_PAGE + 1])
    context = {
        "people": [user_json(user) for user in found[:PEOPLE_ON_A_PAGE]],
        "has_more": len(found) > PEOPLE_ON_A_PAGE,
        "search": search,
        "state": _state(request),
    }
    return render(request, "people.html", context)


@require_safe
@login_required
@ensure_csrf_cookie
def person(request: HttpRequest, username: str) -> HttpResponse:
    """One person, by user name in whatever case."""
    found = User.objects.filter(username_key=names.fold(username)).first() if "\0" not in username else None
    if found is None:
        raise Http404
    return render(request, "person.html", {"person": user_json(found), "state": _state(request)})


@require_safe
@login_required
@ensure_csrf_cookie
def settings_page(request: HttpRequest) -> HttpResponse:
    """What one sets for oneself; the page asks the API for all that is not in its state."""
    assert isinstance(request.user, User)  # noqa: S101 - login_required
    has_copy = Takeout.objects.of(request.user, timezone.now()) is not None  # else nothing is there to ask for
    return render(request, "settings.html", {"state": _state(request), "mail_on": settings.MAIL, "has_copy": has_copy})


def _state(request: HttpRequest) -> dict[str, Any]:
    """What every signed-in page carries; of the app above us, hence by its name in the settings."""
    page_state: Callable[[HttpRequest], dict[str, Any]] = import_string(settings.PAGE_STATE)
    return page_state(request)
