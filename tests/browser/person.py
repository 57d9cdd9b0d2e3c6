"""A person with a browser of their own, and what they do and see."""

from __future__ import annotations

import contextlib
import functools
import re
import uuid
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import APIResponse, BrowserContext, ConsoleMessage, Locator, Page

    from tests.server import Account

PASSWORD = "correct horse battery"

# The page tells of everything that its Content Security Policy stopped.
WATCH_POLICY = """
addEventListener("securitypolicyviolation", (event) => {
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
});
"""


class Person:
    """Alice, Bob or Carol at a page of theirs."""

    def __init__(self, context: BrowserContext, base_url: str, username: str, name: str) -> None:
        self.context = context
        self.base_url = base_url
        self.username = username
        self.name = name
        self.problems: list[str] = []
        self.id = ""
        self.csrf_token = uuid.uuid4().hex
        context.add_init_script(WATCH_POLICY)

    @functools.cached_property
    def page(self) -> Page:
        """Their tab, opened when they first look at it."""
        return self.new_page()

    def new_page(self) -> Page:
        """Another tab; what goes wrong in it is noted as well."""
        page = self.context.new_page()
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        return page

    def _note(self, message: ConsoleMessage) -> None:
        # A request that fails is part of some stories; a script or the policy never is.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.problems.append(message.text)

    # --- getting somewhere --------------------------------------------------------------------------------------------
    def open(self, path: str = "/") -> None:
        """Go to a page of Brook and wait until it is live."""
        self.page.goto(self.base_url + path)
        self.is_live()

    def is_live(self) -> None:
        """Wait for the stream."""
        expect(self.page.locator("html")).to_have_attribute("data-connection", "live")

    def log_in(self, account: Account) -> None:
        """With a session that is there already; the log-in page has stories of its own."""
        self.id = account["id"]
        cookies = {"sessionid": account["session"], "csrftoken": self.csrf_token}
        self.context.add_cookies(
            [{"name": name, "value": value, "url": self.base_url} for name, value in cookies.items()]
        )

    def fill_in_log_in(self, password: str = PASSWORD) -> None:
        """On the log-in page."""
        self.page.get_by_label("Username").fill(self.username)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Log in").click()

    def open_conversation(self, title: str) -> None:
        """By its row in the list."""
        if self.page.url == "about:blank":
            self.open()
        self.row(title).click()
        expect(self.title).to_have_text(title)

    # --- writing ------------------------------------------------------------------------------------------------------
    @property
    def text(self) -> Locator:
        """The box for a new message."""
        return self.page.get_by_role("textbox", name=re.compile(r"^Message "))

    def write(self, text: str) -> None:
        """Write and send with Enter."""
        self.text.fill(text)
        self.text.press("Enter")

    @contextlib.contextmanager
    def finger_on(self, place: Locator) -> Iterator[None]:
        """A finger rests on something, as real as the browser can have it, and goes up in the end."""
        place.scroll_into_view_if_needed()
        box = place.bounding_box()
        assert box is not None
        point = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        devtools = self.context.new_cdp_session(self.page)
        devtools.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
        yield
        devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    # --- seeing -------------------------------------------------------------------------------------------------------
    @property
    def title(self) -> Locator:
        """What the open conversation is called."""
        return self.page.locator(".head-title")

    @property
    def log(self) -> Locator:
        """The list of messages."""
        return self.page.get_by_role("log", name="Messages")

    @property
    def messages(self) -> Locator:
        """Every message in the list."""
        return self.log.get_by_role("article")

    def message(self, text: str) -> Locator:
        """Messages that contain a text."""
        return self.messages.filter(has_text=text)

    def sees(self, text: str) -> None:
        """Exactly one message with this text."""
        expect(self.message(text)).to_have_count(1)

    def sees_in_order(self, texts: list[str]) -> None:
        """These messages and no others, from old to new."""
        expect(self.messages.locator(".message-text")).to_contain_text(texts)
        expect(self.messages).to_have_count(len(texts))

    def tick(self, text: str) -> Locator:
        """How far a message of mine got."""
        return self.message(text).locator(".tick")

    def row(self, title: str) -> Locator:
        """A conversation in the list."""
        return self.page.locator("brook-conversation-list a.row").filter(
            has=self.page.locator(".row-title", has_text=re.compile(f"^\\s*{re.escape(title)}\\s*$"))
        )

    def badge(self, title: str) -> Locator:
        """The number of unread messages on a row."""
        return self.row(title).locator(".badge > [aria-hidden]")

    # --- by the API, where it is only the scenery ---------------------------------------------------------------------
    def post(self, path: str, data: dict[str, Any]) -> APIResponse:
        """A request with this person's session."""
        return self._ask("POST", path, data)

    def patch(self, path: str, data: dict[str, Any]) -> APIResponse:
        """A request with this person's session."""
        return self._ask("PATCH", path, data)

    def put(self, path: str, data: dict[str, Any]) -> APIResponse:
        """A request with this person's session."""
        return self._ask("PUT", path, data)

    def delete(self, path: str) -> APIResponse:
        """A request with this person's session."""
        return self._ask("DELETE", path, None)

    def _ask(self, method: str, path: str, data: dict[str, Any] | None) -> APIResponse:
        headers = {"X-CSRFToken": self.csrf_token}
        response = self.context.request.fetch(f"{self.base_url}/api{path}", method=method, data=data, headers=headers)
        assert response.ok, response.text()
        return response

    def starts_direct(self, other: Person) -> str:
        """The id of the direct conversation with somebody."""
        return str(self.post("/conversations/direct", {"user_id": other.id}).json()["id"])

    def starts_group(self, title: str, *others: Person) -> str:
        """The id of a new group."""
        people = [other.id for other in others]
        return str(self.post("/conversations/group", {"title": title, "participant_ids": people}).json()["id"])

    def says(self, conversation_id: str, text: str) -> None:
        """A message, sent without the page."""
        self.post("/messages", {"conversation_id": conversation_id, "client_id": uuid.uuid4().hex, "content": text})
