"""Known collections of scripts in disguise, in every place where people's words are shown: they are words."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.hostile import lines, vectors, without_marks
from tests.browser.person import PASSWORD, Person
from tests.browser.scenes import SIZES
from tests.server import running
from tests.services import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Dialog, Page, Request

pytestmark = [pytest.mark.browser, pytest.mark.once]

SCENERY = "from tests.browser.hostile_scenery import main; main({id!r})"

# Nothing of a vector may have become more than text. Pages have scripts, styles and pictures of ours alone.
MADE = """() => {
  const wrong = [];
  const addresses = ["href", "src", "action", "formaction", "xlink:href", "data", "poster", "background", "ping"];
  for (const element of document.querySelectorAll("*")) {
    const name = element.localName;
    const isState = name === "script" && element.type === "application/json";
    if (/^(iframe|object|embed|applet|base|frame|marquee|math|style|animate|set|foreignobject)$/.test(name))
      wrong.push(`<${name}>`);
    if (name === "script" && !isState && !/^[/](static|admin[/]jsi18n)[/]/.test(element.getAttribute("src")))
      wrong.push(element.outerHTML.slice(0, 200));
    for (const { name: attribute, value } of element.attributes) {
      const isCalendars = value === "display: none; position: absolute;"; // of Django's administration
      if (/^on|^srcdoc$|^style$/.test(attribute) && value && !isCalendars)
        wrong.push(`${name} ${attribute}=${value.slice(0, 200)}`);
      if (!addresses.includes(attribute)) continue;
      const { protocol, origin } = URL.canParse(value, document.baseURI) ? new URL(value, document.baseURI) : {};
      const isLink = name === "a" && /^(https?|mailto):$/.test(protocol);
      if (!isLink && origin !== location.origin && !/^(data:image|blob:)/.test(value))
        wrong.push(`${name} ${attribute}=${value.slice(0, 200)}`);
    }
  }
  return wrong;
}"""
SAID = """(column) => [...column.querySelectorAll("article")].map((article) => {
  const text = article.querySelector(".message-text").cloneNode(true);
  text.querySelector(".message-meta").remove();
  return text.textContent;
})"""
LOADED = {"image", "script", "stylesheet", "media", "font"}
OURS = ("/static/", "/styles/", "/api/", "/admin/jsi18n/")
TEXTS = "(found) => found.map((one) => one.textContent.trim())"

# A script that runs says so before anything else.
TELLS = """
for (const name of ["alert", "confirm", "prompt", "print", "open"])
  globalThis[name] = (...given) => console.error("ran:", name, ...given);
"""


class Looker(Person):
    """Somebody who looks at pages and minds what they do."""

    def watch(self) -> None:
        """Note every request to another host, every dialog, and every answer that nobody should have asked for."""
        self.context.add_init_script(TELLS)
        self.context.on("request", self._asked)
        self.page.on("dialog", self._dialog)
        self.page.on("popup", lambda popup: self.problems.append(f"window: {popup.url}"))

    def _dialog(self, dialog: Dialog) -> None:
        self.problems.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _asked(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"data", "blob"}:
            return
        if f"{address.scheme}://{address.netloc}" != self.base_url:
            self.problems.append(f"asked elsewhere: {request.url}")
        elif request.resource_type in LOADED and not address.path.startswith(OURS):
            self.problems.append(f"asked for: {request.url}")

    def sees_only_text(self) -> None:
        """On the page that is open."""
        made = self.page.evaluate(MADE)
        assert not made, (self.page.url, made)
        assert not self.problems, (self.page.url, self.problems)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A server of its own: its people and broadcasts are on everybody's pages."""
    with running(tmp_path_factory.mktemp("hostile"), BROOK_LIMITS="0", BROOK_LINK_PREVIEWS="0") as server:
        accounts = server.make_people(["alice", "bob"], 1, PASSWORD)
        made = json.loads(server.run(SCENERY.format(id=accounts["alice000"]["id"])))
        yield {"server": server, "accounts": accounts, **made}


def enter(house: dict[str, Any], browser: Browser, name: str, **options: Any) -> Looker:
    context = browser.new_context(
        viewport=SIZES["desktop"], locale="en-GB", reduced_motion="reduce", service_workers="block", **options
    )
    person = Looker(context, house["server"].base_url, f"{name}000", name.title())
    person.log_in(house["accounts"][f"{name}000"])
    person.watch()
    return person


@pytest.fixture(scope="module")
def alice(house: dict[str, Any], browser: Browser) -> Iterator[Looker]:
    """Her name is hostile as well, and she is staff."""
    alice = enter(house, browser, "alice")
    yield alice
    alice.context.close()


def test_the_collection_is_there() -> None:
    assert len(vectors()) > 1_000
    assert sum("onerror" in each for each in vectors()) > 100


def test_every_vector_is_shown_as_it_was_typed(house: dict[str, Any], browser: Browser, alice: Looker) -> None:
    typed = [without_marks(text) for text in house["contents"]]
    drawn = enter(house, browser, "alice", java_script_enabled=False)  # by the server alone
    drawn.page.goto(f"{drawn.base_url}/c/{house['corpus']}")
    alice.open(f"/c/{house['corpus']}")
    expect(alice.messages).to_have_count(len(typed))
    for person in (drawn, alice):
        shown = person.page.locator(".log-column").first.evaluate(SAID)
        assert len(shown) == len(typed)
        for one, other in zip(map(without_marks, shown), typed, strict=True):
            assert one == other, first_difference(one, other)
        titles = person.page.locator("brook-conversation-list .row-title").evaluate_all(TEXTS)
        assert sorted(titles) == sorted(house["titles"])
        person.sees_only_text()
    drawn.context.close()


def first_difference(shown: str, typed: str) -> tuple[str, str]:
    at = next((n for n, (one, other) in enumerate(zip(shown, typed, strict=False)) if one != other), 0)
    return shown[max(0, at - 40) : at + 60], typed[max(0, at - 40) : at + 60]


def test_what_happens_on_the_page(house: dict[str, Any], browser: Browser, alice: Looker) -> None:
    """Live messages, edits, answers, forwarded ones, drafts, menus, panels, what is found."""
    page = alice.page
    bob = enter(house, browser, "bob")
    first, second, third, fourth, title = lines(5, 90, skip=30)
    group = bob.starts_group(title, alice)
    alice.open(f"/c/{group}")
    expect(alice.title).to_have_text(title)
    said = {"conversation_id": group, "content": first}
    root = bob.post("/messages", {**said, "client_id": "1"}).json()["id"]
    bob.post("/messages", {**said, "client_id": "2", "content": f"onerror {second}", "reply_to": root})
    bob.post("/messages", {**said, "client_id": "3", "thread_root": root})
    bob.patch(f"/messages/{root}", {"content": f"{third} *edited*"})
    bob.patch("/users/me", {"display_name": lines(1, 64, skip=31)[0]})
    bob.patch(f"/conversations/{group}", {"title": lines(1, 100, skip=32)[0], "description": fourth})
    expect(alice.log.locator(".quote-text")).to_contain_text("edited")
    expect(alice.log.locator(".system-line")).to_have_count(1)
    alice.sees_only_text()
    alice.write(fourth)
    alice.text.fill(second)
    alice.post(f"/messages/{root}/forward", {"conversation_ids": [group]})
    alice.post(f"/messages/{root}/reactions", {"emoji": "👍"})
    alice.log.get_by_role("button", name="1 reply").click()
    expect(page.get_by_role("complementary", name="Thread").get_by_role("article")).to_have_count(2)
    alice.sees_only_text()
    page.keyboard.press("Escape")
    page.get_by_label("Search conversations and people").fill("onerror")
    expect(page.locator(".found mark").first).to_be_visible()
    alice.sees_only_text()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Your account").click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="New conversation").first.click()
    page.get_by_role("dialog").get_by_role("checkbox").first.wait_for()
    alice.sees_only_text()
    page.keyboard.press("Escape")
    bob.context.close()


def test_all_other_pages(house: dict[str, Any], alice: Looker) -> None:
    hostile = quote(lines(1, 60, skip=33)[0], safe="")
    person = house["person"]
    for path in (
        *("/people", f"/people?search={hostile}", f"/people/{person}", f"/people/{hostile}", "/badges"),
        *(f"/c/{uuid.uuid4()}/{hostile}", f"/nowhere/{hostile}?{hostile}", f"/i/{house['invite']}"),
    ):
        alice.page.goto(alice.base_url + path)
        alice.sees_only_text()
    for path, shown in (("/notifications", "article.notice"), ("/settings", ".device")):
        alice.open(path)
        expect(alice.page.locator(shown).first).to_be_visible()
        alice.sees_only_text()
    alice.open("/people")
    names = alice.page.locator(".card-person strong").evaluate_all(TEXTS)
    assert set(house["names"]) <= set(names)


def test_the_administration(house: dict[str, Any], alice: Looker) -> None:
    for path in (
        *("", "accounts/user/", f"accounts/user/{house['person_id']}/change/", "accounts/session/"),
        *("chat/conversation/", f"chat/conversation/{house['corpus']}/change/", "chat/message/"),
        *("moderation/report/", f"moderation/report/{house['report']}/change/", "moderation/broadcast/"),
        *("moderation/auditentry/", f"accounts/user/?q={quote('<script>alert(1)</script>')}"),
    ):
        answer = alice.page.goto(f"{alice.base_url}/admin/{path}")
        assert answer is not None
        assert answer.status == 200, path
        alice.sees_only_text()


def test_an_exported_conversation(house: dict[str, Any], alice: Looker) -> None:
    """Without our headers, as somebody opens the file who was given it."""
    export = alice.post(f"/conversations/{house['corpus']}/export", {"format": "html"}).json()
    file = f"{alice.base_url}/api/exports/{export['id']}/file"
    assert wait_until(lambda: alice.context.request.get(file).ok, 30)
    page = in_a_page_of_its_own(alice, alice.context.request.get(file).body())
    wrong = [each for each in page.evaluate(MADE) if each != "<style>"]
    assert not wrong
    assert alice.problems == []


def in_a_page_of_its_own(person: Looker, html: bytes) -> Page:
    path = "/static/exported.html"
    person.page.route(f"**{path}", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    person.page.goto(f"{person.base_url}{path}")
    return person.page
