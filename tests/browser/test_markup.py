"""What people write is shown as meant and never runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.browser.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.once]

HOSTILE = [
    "<script>globalThis.pwned = 1</script>",
    "<img src=x onerror='globalThis.pwned = 1'>",
    "<svg onload=globalThis.pwned=1>",
    "\"><iframe srcdoc='<script>parent.pwned=1</script>'>",
    "[click](javascript:globalThis.pwned=1) javascript:globalThis.pwned=1",
    'https://example.org/"onmouseover="globalThis.pwned=1',
    "data:text/html,<script>globalThis.pwned=1</script>",
    "**<b>bold</b>** `<i>code</i>` *<u>italic</u>*",
    "```html\n<script>globalThis.pwned = 1</script>\n```",
    "{{ constructor.constructor('globalThis.pwned=1')() }} ${globalThis.pwned=1}",
    "</script><script>globalThis.pwned=1</script><!--",
    "<style>*{display:none}</style>",
]


def test_hostile_text_is_only_text(alice: Person, bob: Person) -> None:
    conversation = bob.starts_group("<img src=x onerror=globalThis.pwned=1>", alice)
    for text in HOSTILE:
        bob.says(conversation, text)
    alice.open(f"/c/{conversation}")
    expect(alice.messages).to_have_count(len(HOSTILE))
    expect(alice.title).to_have_text("<img src=x onerror=globalThis.pwned=1>")
    alice.log.locator("a").evaluate_all("links => links.forEach(link => link.dispatchEvent(new Event('mouseover')))")
    assert alice.page.evaluate("globalThis.pwned") is None
    made = alice.log.locator("script, img, svg:not(.icon), iframe, style, b, i, u, [onmouseover], [onerror]")
    expect(made).to_have_count(0)
    links = alice.log.locator("a").evaluate_all("links => links.map(link => link.protocol)")
    assert set(links) <= {"http:", "https:"}


def test_text_looks_as_it_was_meant(alice: Person, bob: Person) -> None:
    conversation = bob.starts_direct(alice)
    bob.says(conversation, "**bold**, *slanted*, ~~struck~~, `code` and (see https://example.org/a_(b)?c=1).")
    bob.says(conversation, "```python\nif a < b:\n    pass\n```\nafter")
    bob.says(conversation, "2 * 3 * 4 and snake_case_name and ** ~~~ ~~ no ~~")
    bob.says(conversation, "🎉🎉")
    alice.open(f"/c/{conversation}")
    first = alice.messages.nth(0)
    expect(first.locator("strong")).to_have_text("bold")
    expect(first.locator("em")).to_have_text("slanted")
    expect(first.locator("s")).to_have_text("struck")
    expect(first.locator("code")).to_have_text("code")
    link = first.get_by_role("link", name="https://example.org/a_(b)?c=1")
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    expect(alice.messages.nth(1).locator("pre")).to_have_text("if a < b:\n    pass")
    expect(alice.messages.nth(2).locator("em, strong, s")).to_have_count(0)
    expect(alice.messages.nth(2)).to_contain_text("2 * 3 * 4 and snake_case_name and ** ~~~ ~~ no ~~")
    line = (
        "import('/static/js/markup.js').then(({ plainText }) => plainText('**bold**, `code`.\\n```\\nblock\\n```end'))"
    )
    assert alice.page.evaluate(line) == "bold, code. block end"
    assert "is-large" in (alice.messages.nth(3).get_attribute("class") or "")


def test_right_to_left_text_begins_at_the_right(alice: Person, bob: Person) -> None:
    conversation = bob.starts_direct(alice)
    bob.says(conversation, "شكراً جزيلاً")
    alice.open(f"/c/{conversation}")
    text = alice.messages.first.locator(".message-text")
    assert text.evaluate("element => getComputedStyle(element).direction") == "rtl"


def test_a_wall_of_marks_costs_no_time(alice: Person) -> None:
    alice.open()
    milliseconds = alice.page.evaluate(
        """async () => {
          const { parse } = await import("/static/js/markup.js");
          const start = performance.now();
          for (const mark of ["*", "**a", "`", "```", "*a ", "~~", "~~a", "~~a ", "https://", "(", "http://a)"]) {
            parse(mark.repeat(10_000 / mark.length));
          }
          return performance.now() - start;
        }"""
    )
    assert milliseconds < 2_000
