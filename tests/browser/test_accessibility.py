"""axe finds nothing, in light and in dark."""

from __future__ import annotations

import functools
import json
import re
from typing import TYPE_CHECKING, Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Route

    from tests.browser.person import Person
    from tests.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.once]

SCHEMES = ["light", "dark"]
COLOURS = 8
DIGITS = "0123456789abcdef"
PROMOTE = "from accounts.models import User; User.objects.filter(pk={id!r}).update(is_staff=True, is_superuser=True)"
ADMINISTRATION = {"moderation/report/": 1440, "moderation/auditentry/": 390, "accounts/user/{id}/change/": 390}
DJANGOS_OWN = ("label", "label-title-only", "aria-prohibited-attr")  # of its calendars and choosers

# What is still fading in has less contrast than it will have. The dots of "is typing" never end.
# All at once: one that is cancelled while another is waited for would never be finished.
ALL_HAS_COME_TO_REST = """async () => {
  const ending = document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime !== Infinity);
  await Promise.all(ending.map(({ finished }) => finished.catch(() => {})));
}"""


def finds_nothing(person: Person, within: str | None = None, **options: Any) -> None:
    person.page.evaluate(ALL_HAS_COME_TO_REST)
    results = Axe().run(person.page, within, options or None)
    problems: list[Any] = results.response["violations"]
    assert not problems, results.generate_report()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_signed_out_pages(invite: Callable[..., Person], scheme: str) -> None:
    # axe is a script of ours put into the page, which the policy of a real visit would stop.
    visitor = invite("visitor", logged_in=False, color_scheme=scheme, bypass_csp=True)
    for path in ("/", "/login", "/signup", "/nowhere", "/offline"):
        visitor.page.goto(visitor.base_url + path)
        finds_nothing(visitor)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_signed_in_pages(invite: Callable[..., Person], bob: Person, scheme: str) -> None:
    alice = invite("alice", color_scheme=scheme, bypass_csp=True)
    alice.open()
    finds_nothing(alice)
    group = bob.starts_group("River Team", alice)
    direct = bob.starts_direct(alice)
    for text in ("Hello", "**bold** `code` https://example.org", "```\nblock\n```"):
        bob.says(group, text)
        bob.says(direct, text)
    alice.says(group, "Mine with a https://example.org link")
    alice.open(f"/c/{group}")
    expect(alice.badge("Bob")).to_have_text("3")
    finds_nothing(alice)
    alice.page.get_by_role("button", name="Your account").click()
    finds_nothing(alice)
    alice.page.keyboard.press("Escape")
    alice.page.get_by_role("button", name="New conversation").first.click()
    alice.page.get_by_role("checkbox").first.wait_for()
    finds_nothing(alice)
    for path in ("/people", f"/people/{bob.username}", "/notifications", "/badges", "/settings"):
        alice.open(path)
        finds_nothing(alice)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_messages_with_all_that_belongs_to_them(invite: Callable[..., Person], bob: Person, scheme: str) -> None:
    alice = invite("alice", color_scheme=scheme, bypass_csp=True)
    group = alice.starts_group("River Team", bob)

    def say(person: Person, client_id: str, content: str, **more: str) -> str:
        data = {"conversation_id": group, "client_id": client_id, "content": content, **more}
        return str(person.post("/messages", data).json()["id"])

    root = say(bob, "1", f"Root for @{alice.username} and @{bob.username}")
    mine = say(alice, "2", f"Mine for @{bob.username}", reply_to=root)
    say(bob, "3", "Quotes", reply_to=mine)
    say(bob, "4", "Leaf", thread_root=root)
    gone = say(alice, "5", "Gone")
    alice.delete(f"/messages/{gone}")
    alice.patch(f"/messages/{mine}", {"content": f"Mine again for @{bob.username}"})
    for person in (alice, bob):
        person.post(f"/messages/{root}/reactions", {"emoji": "👍"})
        person.post(f"/messages/{mine}/reactions", {"emoji": "🎉"})
    alice.put(f"/messages/{root}/pin", {})
    alice.put(f"/messages/{mine}/star", {})
    alice.open(f"/c/{group}")
    expect(alice.page.locator(".pinned-bar")).to_be_visible()
    alice.message("Mine again").first.hover()
    finds_nothing(alice)
    keyboard = alice.page.keyboard
    for action in ("Info", "Forward", "Remind me", "Delete"):
        alice.message("Mine again").first.focus()
        keyboard.press("Enter")
        if action == "Info":
            finds_nothing(alice)
        alice.page.get_by_role("menuitem", name=action, exact=True).click()
        expect(alice.page.get_by_role("dialog")).to_be_visible()
        finds_nothing(alice)
        keyboard.press("Escape")
    alice.message("Quotes").focus()
    keyboard.press("Enter")
    alice.page.get_by_role("menuitem", name="Why was I told?").click()
    expect(alice.page.get_by_role("dialog")).to_contain_text("Step by step")
    finds_nothing(alice)
    keyboard.press("Escape")
    alice.page.get_by_role("button", name="Export").click()
    expect(alice.page.get_by_role("dialog").get_by_role("button", name="Data for programs")).to_be_enabled()
    finds_nothing(alice)
    keyboard.press("Escape")
    alice.text.press("ArrowUp")
    expect(alice.page.get_by_label("Edit message")).to_be_focused()
    finds_nothing(alice)
    keyboard.press("Escape")
    alice.message("Root for").get_by_role("button", name="1 reply").click()
    expect(alice.page.get_by_role("complementary", name="Thread").get_by_role("article")).to_have_count(2)
    finds_nothing(alice)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_names_are_readable_on_a_quote_in_every_colour(invite: Callable[..., Person], bob: Person, scheme: str) -> None:
    alice = invite("alice", color_scheme=scheme, bypass_csp=True)
    talk = alice.starts_direct(bob)
    first = bob.post("/messages", {"conversation_id": talk, "client_id": "first", "content": "First"}).json()["id"]
    for digit in DIGITS:
        quoting = {"conversation_id": talk, "client_id": digit, "content": f"Quotes {digit}", "reply_to": first}
        bob.post("/messages", quoting)
    alice.open(f"/c/{talk}")
    alice.is_live()  # or the page that the server drew gives way to the script's while its quotes are painted
    quotes = alice.log.locator(".quote")
    expect(quotes).to_have_count(len(DIGITS))
    # The last digit of somebody's id chooses the colour, and it is random.
    quotes.evaluate_all("(quotes, digits) => quotes.forEach((quote, at) => { quote.dataset.id = digits[at]; })", DIGITS)
    alice.page.evaluate(ALL_HAS_COME_TO_REST)  # colours change in a millisecond, not at once
    inks = quotes.locator(".quote-name").evaluate_all("(names) => names.map((name) => getComputedStyle(name).color)")
    assert len(set(inks)) == COLOURS
    finds_nothing(alice, ".quote", runOnly=["color-contrast"])


# Pages that one comes to once, or by a link of a mail, with each of their faces; and somebody for the administration.
RARE = """
import json
from django.template.loader import render_to_string
from accounts.forms import CodeForm, ForgottenForm, NewPasswordForm, SignupForm
from accounts.models import User
person = User(username="alice", email="alice@example.org")
faces = {{
    "first_run.html": [{{"form": SignupForm({{"username": "?"}})}}],
    "login_code.html": [{{"form": CodeForm(person, {{"code": ""}})}}],
    "password_forgotten.html": [{{"form": None}}, {{"form": ForgottenForm()}}, {{"sent": True}}],
    "password_reset.html": [
        {{"form": None}}, {{"form": NewPasswordForm(person), "person": person}}, {{"person": person, "done": True}}
    ],
    "email_verify.html": [{{"state": "asked"}}, {{"state": "done", "person": person}}, {{"state": "refused"}}],
    "unsubscribe.html": [{{"person": person}}, {{"person": person, "done": True}}],
    "invite.html": [{{"invitation": {{"title": "River Team", "participant_count": 3}}}}],
    "403_csrf.html": [{{}}],
    "429.html": [{{"wait_s": 3}}],
    "500.html": [{{}}],
}}
User.objects.filter(pk={id!r}).update(is_staff=True, is_superuser=True)
print(json.dumps([render_to_string(name, face) for name, some in faces.items() for face in some]))
"""

MAIN = re.compile(r"<main\b.*</main>", re.DOTALL)


def answer(html: str, route: Route) -> None:
    route.fulfill(body=html, content_type="text/html")


def test_rare_pages(invite: Callable[..., Person], alice: Person, server: Server, subtests: pytest.Subtests) -> None:
    carol = invite("carol", bypass_csp=True)
    page = carol.page
    page.set_default_navigation_timeout(60_000)

    def finds_nothing_in(scheme: Literal["light", "dark"], **options: Any) -> None:
        with subtests.test(f"{scheme}: {page.title()}, {page.locator('h1').first.inner_text()}"):
            page.emulate_media(color_scheme=scheme)
            finds_nothing(carol, **options)

    rendered = json.loads(server.run(RARE.format(id=carol.id)))
    everything = MAIN.sub(lambda _: "".join(main for html in rendered for main in MAIN.findall(html)), rendered[0])
    for number, html in enumerate([*rendered, everything]):
        page.route(f"**/rare/{number}", functools.partial(answer, html))
        page.goto(f"{carol.base_url}/rare/{number}")
        if html is not everything:
            finds_nothing_in("light")
    finds_nothing_in("dark", runOnly=["color-contrast"])
    alice.post(f"/users/{carol.id}/report", {"reason": "spam"})
    for path in ("/admin/", "/admin/moderation/report/"):
        page.goto(carol.base_url + path)
        if "report" in path:
            page.get_by_role("row").filter(has_text=alice.username).get_by_role("link").first.click()
            page.locator("dl.facts").wait_for()
        finds_nothing_in("light")
        finds_nothing_in("dark", runOnly=["color-contrast"])


def test_lists_and_forms_of_the_administration(invite: Callable[..., Person], server: Server) -> None:
    staff = invite("carol", bypass_csp=True)
    server.run(PROMOTE.format(id=staff.id))
    for path, width in ADMINISTRATION.items():
        staff.page.set_viewport_size({"width": width, "height": 900})
        staff.page.goto(f"{staff.base_url}/admin/{path.format(id=staff.id)}")
        staff.page.emulate_media(color_scheme="light")
        finds_nothing(staff, rules={name: {"enabled": False} for name in DJANGOS_OWN})
        staff.page.emulate_media(color_scheme="dark")
        finds_nothing(staff, runOnly=["color-contrast"])
        assert staff.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
