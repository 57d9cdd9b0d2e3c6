"""Being told: the bell, the page, a word on the screen, and how one wants it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.test_accessibility import finds_nothing
from tests.services import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.browser.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.once]

# What the system would show, and a page that nobody looks at.
ON_SCREEN = """
globalThis.onScreen = [];
globalThis.Notification = class {
  static permission = "granted";
  static requestPermission = async () => "granted";
  constructor(title, options) {
    Object.assign(this, { title, ...options });
    onScreen.push(this);
  }
  close() { this.isClosed = true; }
};
"""
HIDE = """() => {
  Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
CHIME = 2  # notes
LISTEN = """
globalThis.notes = 0;
const { start } = OscillatorNode.prototype;
OscillatorNode.prototype.start = function (...when) {
  notes += 1;
  return start.apply(this, when);
};
"""
SHOWN = "() => onScreen.filter(({ isClosed }) => !isClosed).map(({ title, body }) => [title, body])"


IN_CHARGE = "() => Boolean(navigator.serviceWorker.controller)"
BOXES = "(all) => all.map((one) => one.getBoundingClientRect()).map(({ x, y }) => ({ x, y }))"
TRAY = "async () => (await registration.getNotifications()).map(({ title }) => title)"


class Pushes:
    """What a browser's push service hands to it, and what it shows then."""

    def __init__(self, person: Person) -> None:
        self._origin = person.base_url
        self._worker = person.context.service_workers[0]
        self._devtools = person.context.new_cdp_session(person.page)
        self._registrations: list[dict[str, Any]] = []
        self._devtools.on(
            "ServiceWorker.workerRegistrationUpdated", lambda told: self._registrations.extend(told["registrations"])
        )
        self._devtools.send("ServiceWorker.enable")
        # Asking the page lets the answer in.
        assert wait_until(lambda: person.page.evaluate("1") and bool(self._registrations), 30)

    def deliver(self, **told: Any) -> None:
        """As `notifications.pushing.payload_of` makes it."""
        (registration,) = {each["registrationId"] for each in self._registrations if self._origin in each["scopeURL"]}
        wanted = {"origin": self._origin, "registrationId": registration, "data": json.dumps(told)}
        self._devtools.send("ServiceWorker.deliverPushMessage", wanted)

    def shown(self) -> list[str]:
        """The titles on the screen."""
        titles: list[str] = self._worker.evaluate(TRAY)
        return titles


def unread(person: Person) -> list[dict[str, Any]]:
    """What the API says that the person has not read, as it would be pushed."""
    listed = person.context.request.get(f"{person.base_url}/api/notifications?unread=true").json()["results"]
    return [{**each, "conversation_id": each["data"]["conversation_id"]} for each in listed]


def shown(page: Page) -> list[list[str]]:
    found: list[list[str]] = page.evaluate(SHOWN)
    return found


def heard(*pages: Page) -> list[int]:
    """How many notes each of them has played."""
    return [page.evaluate("notes") for page in pages]


def test_the_page_and_the_bell(invite: Callable[..., Person], bob: Person) -> None:
    alice = invite("alice", bypass_csp=True)
    group = bob.starts_group("River Team", alice)
    bob.says(group, f"@{alice.username} can you look?")
    for text in ("One", "Two"):
        bob.says(group, text)
    alice.open("/notifications")
    page = alice.page
    lines = page.locator("article.notice")
    expect(lines.filter(has_text="2 new messages from Bob in River Team")).to_contain_text("Two")
    mention = lines.filter(has_text="Bob mentioned you in River Team")
    expect(mention).to_contain_text("can you look?")
    expect(lines.filter(has_text="Bob added you to River Team")).to_have_count(1)
    expect(lines).to_have_count(3)
    bell = page.locator("a.bell")
    expect(bell).to_have_accessible_name("Notifications, 3 new")
    finds_nothing(alice)

    for width in (1280, 390):  # side by side, in the same order
        page.set_viewport_size({"width": width, "height": 844})
        boxes = mention.get_by_role("button").evaluate_all(BOXES)
        assert len(boxes) == 3
        assert len({box["y"] for box in boxes}) == 1, width
        assert [box["x"] for box in boxes] == sorted(box["x"] for box in boxes), width
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")

    lines.filter(has_text="added you").get_by_role("button", name="Mark read").click()
    expect(bell).to_have_accessible_name(re.compile("2 new"))
    lines.filter(has_text="added you").get_by_role("button", name="Delete").click()
    expect(lines).to_have_count(2)
    bob.says(group, "Three")
    expect(lines.first).to_contain_text("3 new messages from Bob")
    page.get_by_role("button", name="Unread", exact=True).click()
    expect(lines).to_have_count(2)
    page.get_by_role("button", name="Mark all read").click()
    expect(bell).to_have_accessible_name("Notifications")
    page.get_by_role("button", name="All", exact=True).click()
    mention.get_by_role("link").click()
    expect(alice.message("can you look?")).to_be_in_viewport()
    assert re.search(rf"/c/{group}/\d+$", page.url)

    alice.page.route("**/api/notifications?*", lambda route: route.fulfill(status=500))
    page.goto(f"{alice.base_url}/notifications")
    expect(page.get_by_text("could not be loaded")).to_be_visible()
    alice.page.unroute("**/api/notifications?*")
    page.get_by_role("button", name="Try again").click()
    expect(lines).to_have_count(2)


def test_a_word_on_the_screen_while_nobody_looks_by_one_tab_alone(alice: Person, bob: Person) -> None:
    alice.context.add_init_script(ON_SCREEN)
    conversation = bob.starts_direct(alice)
    alice.open()
    bob.says(conversation, "Nobody needs to be told")
    expect(alice.badge("Bob")).to_have_text("1")
    expect(alice.page.locator("a.bell")).to_have_accessible_name(re.compile("1 new"))
    other = alice.new_page()
    other.goto(alice.base_url)
    expect(other.locator("html")).to_have_attribute("data-connection", "live")
    tabs = [alice.page, other]
    for tab in tabs:
        tab.evaluate(HIDE)
    bob.says(conversation, "Are you there?")
    for tab in tabs:
        expect(tab.locator("brook-conversation-list .badge > [aria-hidden]")).to_have_text("2")
    assert wait_until(lambda: bool(shown(alice.page) + shown(other)), 30)
    seen = shown(alice.page) + shown(other)
    assert seen == [["2 new messages from Bob", "Are you there?"]]
    alice.patch("/notifications/read-all", {})
    for tab in tabs:
        expect(tab.locator("a.bell")).to_have_accessible_name("Notifications")
    assert wait_until(lambda: shown(alice.page) + shown(other) == [], 30)


def test_a_sound_where_it_is_wanted_by_one_tab_alone(alice: Person, bob: Person) -> None:
    alice.context.add_init_script(LISTEN)
    conversation = bob.starts_group("River Team", alice)
    alice.open("/settings")
    sound = alice.page.get_by_role("checkbox", name="Messages: Sound", exact=True)
    expect(sound).not_to_be_checked()
    with alice.page.expect_response("**/api/notifications/preferences") as answer:
        sound.check()
    assert answer.value.ok
    assert heard(alice.page) == [CHIME], "that is how it sounds"

    other = alice.new_page()
    tabs = [alice.page, other]
    for tab in tabs:
        tab.goto(alice.base_url)
        expect(tab.locator("html")).to_have_attribute("data-connection", "live")
        tab.evaluate(HIDE)

    def at_least(sounds: int) -> Callable[[], bool]:
        return lambda: sum(heard(*tabs)) >= sounds * CHIME

    # A second sound for the first message, or one for a mention, would come before that of the last message.
    for number, (text, sounds) in enumerate([("One", 1), (f"Two, @{alice.username}", 1), ("Three", 2)], 1):
        bob.says(conversation, text)
        for tab in tabs:
            expect(tab.locator("brook-conversation-list .badge > [aria-hidden]")).to_have_text(str(number))
        assert wait_until(at_least(sounds), 30)
    assert sum(heard(*tabs)) == 2 * CHIME


def test_a_push_stays_on_the_screen_until_it_is_read_anywhere(invite: Callable[..., Person], bob: Person) -> None:
    alice = invite("alice", service_workers="allow", permissions=["notifications"])
    conversation = bob.starts_direct(alice)
    bob.says(conversation, "Are you there?")
    alice.open()
    page = alice.page
    page.wait_for_function(IN_CHARGE)
    pushes = Pushes(alice)

    pushes.deliver(id="7", title="Somebody looks at a tab", conversation_id=None)
    page.goto("about:blank")
    assert wait_until(lambda: bool(unread(alice)), 30)
    (first,) = unread(alice)
    pushes.deliver(**first)
    assert wait_until(lambda: pushes.shown() == ["New message from Bob"], 30), pushes.shown()

    alice.patch(f"/notifications/{first['id']}/read", {})
    alice.open()
    assert wait_until(lambda: pushes.shown() == [], 30), "it was read while no tab was open"
    page.goto("about:blank")
    bob.says(conversation, "And now?")
    assert wait_until(lambda: len(unread(alice)) == 1, 30)
    pushes.deliver(**unread(alice)[0])
    assert wait_until(lambda: pushes.shown() == ["New message from Bob"], 30)
    alice.open("/settings")
    assert pushes.shown() == ["New message from Bob"], "it was not read"
    alice.patch("/notifications/read-all", {})
    assert wait_until(lambda: pushes.shown() == [], 30), "it was read while a tab is open"


def test_how_one_wants_to_be_told(invite: Callable[..., Person]) -> None:
    alice = invite("alice", bypass_csp=True)
    alice.context.add_init_script(ON_SCREEN.replace('permission = "granted"', 'permission = "default"'))
    alice.open("/settings")
    page = alice.page
    section = page.get_by_role("region", name="Notifications", exact=True)
    reactions = section.get_by_role("checkbox", name="Reactions: Open tab")
    expect(reactions).not_to_be_checked()
    reactions.check()
    section.get_by_role("switch", name="Quiet hours").check()
    section.get_by_label("From").fill("21:30")
    section.get_by_label("From").press("Tab")
    section.get_by_role("button", name="Pause for 1 hour").click()
    expect(section.get_by_text("Nothing interrupts you until")).to_be_visible()
    section.get_by_label("Words that count").fill("gauge, bridge")
    section.get_by_label("Words that count").press("Tab")
    finds_nothing(alice)
    page.reload()
    expect(reactions).to_be_checked()
    expect(section.get_by_label("From")).to_have_value("21:30")
    expect(section.get_by_label("Words that count")).to_have_value("gauge, bridge")
    section.get_by_role("button", name="Go on").click()
    expect(section.get_by_role("button", name="Pause for 1 hour")).to_be_visible()


def test_invisible_is_chosen_in_the_menu(alice: Person, bob: Person) -> None:
    bob.open(f"/c/{bob.starts_direct(alice)}")
    alice.open()
    subtitle = bob.page.locator(".head-subtitle")
    expect(subtitle).to_contain_text("online")
    alice.page.get_by_role("button", name="Your account").click()
    alice.page.get_by_role("switch", name="Invisible").check()
    expect(subtitle).not_to_contain_text("online")
    alice.page.reload()
    alice.is_live()
    alice.page.get_by_role("button", name="Your account").click()
    expect(alice.page.get_by_role("switch", name="Invisible")).to_be_checked()
    alice.page.get_by_role("switch", name="Invisible").uncheck()
    expect(subtitle).to_contain_text("online")
