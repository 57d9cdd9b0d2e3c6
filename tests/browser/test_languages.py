"""Brook in Arabic, from right to left, and in Japanese, which is typed through an input method."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator

    from tests.browser.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.once]

FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
SAID = """([language, direction]) => import("/static/js/i18n.js").then((texts) => [
  texts.language === language && texts.direction === direction,
  [0, 1, 2, 3, 11, 100].map((count) =>
    texts.interpolate(texts.ngettext("%(count)s new message", "%(count)s new messages", count), { count })),
  texts.interpolate(texts.gettext("Remove %(name)s"), { name: "Bob" }),
  texts.gettext("In no catalogue"),
])"""


def middle(locator: Locator) -> float:
    """Where it is from left to right, in pixels."""
    box = locator.bounding_box()
    assert box
    return box["x"] + box["width"] / 2


def said(person: Person, language: str, direction: str) -> list[Any]:
    """What the scripts say in this person's page."""
    is_so, new, removal, unknown = person.page.evaluate(SAID, [language, direction])
    assert is_so
    return [new, removal, unknown]


def test_arabic_reads_from_right_to_left(invite: Callable[..., Person], bob: Person) -> None:
    alice = invite("alice", locale="ar")
    conversation = bob.starts_direct(alice)
    bob.says(conversation, "Good morning, Alice")
    bob.says(conversation, "صباح الخير يا Alice")
    alice.open(f"/c/{conversation}")
    page = alice.page
    messages = page.get_by_role("log", name="الرسائل").get_by_role("article")
    expect(messages).to_have_count(2)
    page.get_by_role("textbox", name=re.compile("^رسالة إلى")).fill("وعليكم السلام")
    page.get_by_role("button", name="إرسال", exact=True).click()
    expect(messages).to_have_count(3)
    expect(messages.last.locator(".tick")).to_have_attribute("aria-label", re.compile("أُرسلت|تم التسليم|مقروءة"))
    # The list on the right, what I say on the left; what others wrote as it is written.
    log = middle(page.locator(".log-column"))
    assert middle(page.locator(".side")) > middle(page.locator(".main"))
    assert middle(messages.last.locator(".bubble")) < log < middle(messages.first.locator(".bubble"))
    texts = messages.locator(".message-text")
    directions = [texts.nth(at).evaluate("text => getComputedStyle(text).direction") for at in range(2)]
    assert directions == ["ltr", "rtl"]
    # In the list a message goes its own way behind our "You:", so that its beginning is what is seen of it.
    preview = page.locator("a.row[aria-current=page] .row-text")
    expect(preview).to_have_css("direction", "rtl")
    alice.says(conversation, "A long answer in English, of which the beginning says the most")
    expect(preview).to_contain_text("A long answer")
    expect(preview).to_have_css("direction", "ltr")
    new, removal, unknown = said(alice, "ar", "rtl")
    assert len(set(new)) == 6
    assert new[3:5] == ["3 رسائل جديدة", "11 رسالة جديدة"]
    assert removal == "إزالة \u2068Bob\u2069"
    assert unknown == "In no catalogue"
    group = bob.starts_group("River Team", alice)
    bob.patch(f"/conversations/{group}", {"title": "Lake Team"})
    alice.open(f"/c/{group}")
    bob.patch(f"/conversations/{group}", {"title": "Sea Team"})
    lines = page.locator(".system-line")
    named = [f"سمّى \u2068{bob.name}\u2069 المجموعة «\u2068{title} Team\u2069»" for title in ("Lake", "Sea")]
    expect(lines).to_have_text(named)
    expect(page.locator("a.row[aria-current=page] .row-text")).to_have_text(named[1])
    page.set_viewport_size({"width": 390, "height": 844})
    for path in (f"/c/{conversation}", "/", "/settings", "/notifications", "/people"):
        alice.open(path)
        assert page.evaluate(FITS), path


def test_japanese_is_composed_before_it_is_sent(invite: Callable[..., Person], bob: Person) -> None:
    alice = invite("alice", locale="ja")
    conversation = bob.starts_direct(alice)
    alice.open(f"/c/{conversation}")
    page = alice.page
    box = page.get_by_role("textbox", name=re.compile("へのメッセージ$"))
    messages = page.get_by_role("log", name="メッセージ").get_by_role("article")
    box.click()
    method = page.context.new_cdp_session(page)
    method.send("Input.imeSetComposition", {"text": "にほんご", "selectionStart": 4, "selectionEnd": 4})
    enter = {"key": "Process", "code": "Enter", "windowsVirtualKeyCode": 229}
    method.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})
    method.send("Input.insertText", {"text": "日本語"})
    method.send("Input.dispatchKeyEvent", {"type": "keyUp", **enter})
    expect(box).to_have_value("日本語")
    expect(messages).to_have_count(0)
    box.press("Enter")
    expect(messages).to_have_count(1)
    expect(messages.locator(".message-text")).to_contain_text("日本語")
    new, removal, _unknown = said(alice, "ja", "ltr")
    assert set(new) == {f"新着メッセージ{count}件" for count in (0, 1, 2, 3, 11, 100)}
    assert removal == "Bobを外す"


def test_english_needs_no_catalogue(alice: Person) -> None:
    alice.open("/people")
    new, removal, unknown = said(alice, "en", "ltr")
    assert new[:3] == ["0 new messages", "1 new message", "2 new messages"]
    assert (removal, unknown) == ("Remove Bob", "In no catalogue")
