"""The pages of Brook as pictures are made of them: what is open, for whom, and what was clicked."""

from __future__ import annotations

import contextlib
import io
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from PIL import Image
from playwright.sync_api import ViewportSize

from tests.browser.person import Person

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page, Route

    from tests.server import Server

SIZES: dict[str, ViewportSize] = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
FURNISH = "from tests.browser.scenery import main; main()"
NOW = "2026-03-14T14:32:00Z"  # as in tests.browser.scenery, which only a server can import
# What a page does by itself while somebody looks: the next picture would be another one.
PASSING = re.compile(r"/api/conversations/[^/]+/(read-marker|draft)$|/api/realtime/typing$")
# Pictures are there, and what was fading in has come to rest.
SETTLED = """async () => {
  await document.fonts.ready;
  const near = [...document.images].filter((image) => image.getBoundingClientRect().top < innerHeight);
  await Promise.all(near.map((image) => image.decode().catch(() => {})));
  const ending = document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime !== Infinity);
  await Promise.all(ending.map(({ finished }) => finished.then(() => null, () => null)));
}"""


@dataclass(frozen=True)
class Scene:
    """One page in one state.

    Args:
        path: where it is, with `{river}` and the like for what the scenery made.
        who: whose browser; empty: nobody's.
        act: what is done there first; it is told the size.
        hides: what changes from run to run, as CSS selectors.
        is_compared: whether tests/browser/baselines has a picture of it.
        kept: how it stands in docs/screenshots.
    """

    name: str
    path: str
    who: str = "ann"
    act: Callable[[Page, str], Any] | None = None
    hides: tuple[str, ...] = ()
    is_compared: bool = False
    kept: tuple[str, Scheme] = ("desktop", "light")


def click(role: Any, name: str) -> Callable[[Page, str], Any]:
    return lambda page, _size: page.get_by_role(role, name=name, exact=True).first.click()


def open_details(page: Page, size: str) -> None:
    if size == "phone":
        page.locator(".details-open").click()
    page.locator(".details-title").wait_for()


def open_menu(page: Page, _size: str) -> None:
    page.get_by_role("article").filter(has_text="Perfect, closing").focus()
    page.keyboard.press("Enter")
    page.get_by_role("menu").wait_for()


def open_info(page: Page, size: str) -> None:
    open_menu(page, size)
    page.get_by_role("menuitem", name="Info", exact=True).click()
    page.get_by_role("dialog").wait_for()


def open_emoji(page: Page, size: str) -> None:
    if size == "phone":
        open_menu(page, size)
        page.get_by_role("menuitem", name="More emoji").click()
    else:
        page.get_by_role("button", name="Emoji", exact=True).click()
    page.get_by_role("dialog", name="Emoji").locator(".emoji").first.wait_for()


def open_thread(page: Page, _size: str) -> None:
    page.get_by_role("button", name="2 replies").click()
    page.get_by_role("complementary", name="Thread").get_by_role("article").nth(2).wait_for()


def search(page: Page, _size: str) -> None:
    page.get_by_label("Search conversations and people").fill("sensor")
    page.locator(".found").first.wait_for()


def choose_people(page: Page, _size: str) -> None:
    page.get_by_role("button", name="New conversation").first.click()
    for name in ("Carol Weiss", "Mo Ortiz"):
        page.get_by_role("dialog").get_by_text(name).first.click()


def open_picture(page: Page, _size: str) -> None:
    page.get_by_role("button", name="Picture footbridge.png").click()
    page.get_by_role("dialog").locator("img").first.wait_for()


def wait_for_operations(page: Page, _size: str) -> None:
    page.locator(".opblock").first.wait_for()


def type_text(page: Page, _size: str) -> None:
    page.get_by_role("textbox", name="Message").fill("I can be at the weir at four,\nif nobody else is near.")


SCENES = (
    Scene("welcome", "/", ""),
    Scene("login", "/login", "", is_compared=True, kept=("phone", "light")),
    Scene("signup", "/signup", "", kept=("phone", "dark")),
    Scene("password-forgotten", "/password/forgotten", "", kept=("phone", "light")),
    Scene("not-found", "/nowhere", "", kept=("phone", "dark")),
    Scene("offline", "/offline", "", kept=("phone", "light")),
    Scene("invite", "/i/come-along", "eva", kept=("phone", "dark")),
    Scene("first-day", "/", "noor"),
    Scene("list", "/", is_compared=True, kept=("phone", "dark")),
    Scene("account-menu", "/", act=click("button", "Your account"), kept=("desktop", "dark")),
    Scene("new-conversation", "/", act=choose_people),
    Scene("search", "/", act=search),
    Scene("conversation", "/c/{river}", is_compared=True, kept=("desktop", "dark")),
    Scene("writing", "/c/{river}", act=type_text, kept=("phone", "light")),
    Scene("empty-conversation", "/c/{empty}", kept=("phone", "dark")),
    Scene("message-menu", "/c/{river}", act=open_menu),
    Scene("message-info", "/c/{river}", act=open_info, kept=("desktop", "dark")),
    Scene("emoji", "/c/{river}", act=open_emoji, kept=("phone", "light")),
    Scene("thread", "/c/{river}", act=open_thread),
    Scene("picture", "/c/{river}", act=open_picture, kept=("desktop", "dark")),
    Scene("details", "/c/{river}", act=open_details, is_compared=True, kept=("phone", "light")),
    Scene("people", "/people", is_compared=True),
    Scene("nobody-found", "/people?search=nobody", kept=("phone", "dark")),
    Scene("person", "/people/carol", is_compared=True, kept=("desktop", "dark")),
    Scene("notifications", "/notifications", is_compared=True),
    Scene("no-notifications", "/notifications", "noor", kept=("phone", "light")),
    Scene("settings", "/settings", hides=(".devices",), is_compared=True),
    Scene("badges", "/badges", kept=("desktop", "dark")),
    Scene("api-docs", "/api/docs", act=wait_for_operations),
    Scene("admin", "/admin/", "ada", hides=(".card-value", ".card svg"), is_compared=True),
    Scene("admin-reports", "/admin/moderation/report/", "ada", kept=("desktop", "dark")),
    Scene("admin-report", "/admin/moderation/report/{report}/change/", "ada"),
    Scene("admin-people", "/admin/accounts/user/", "ada"),
)


def furnished(server: Server) -> dict[str, Any]:
    """What the scenery put into a server."""
    made: dict[str, Any] = json.loads(server.run(FURNISH))
    return made


@contextlib.contextmanager
def visit(
    browser: Browser, server: Server, made: dict[str, Any], who: str, size: str, *, scale: float = 1
) -> Iterator[Person]:
    """Somebody's browser, whose clock stands still; nothing that it reads or writes stays so."""
    context = browser.new_context(
        viewport=SIZES[size],
        is_mobile=size == "phone",
        has_touch=size == "phone",
        device_scale_factor=scale,
        locale="en-GB",
        timezone_id="UTC",
        reduced_motion="reduce",
        service_workers="block",
        bypass_csp=True,  # for the style that hides
    )
    context.clock.set_fixed_time(NOW)
    context.route(PASSING, refuse)
    person = Person(context, server.base_url, who, who)
    if who:
        person.log_in(made["sessions"][who])
    yield person
    context.close()


def refuse(route: Route) -> None:
    """As if there was nothing: the page leaves it at that."""
    route.fulfill(status=404, json={}) if route.request.method != "GET" else route.fallback()


def show(person: Person, scene: Scene, made: dict[str, Any], size: str) -> None:
    """Go there, and do what belongs to it."""
    page = person.page
    page.goto(person.base_url + scene.path.format(**{key: made[key] for key in ("river", "empty", "report")}))
    if (
        page.locator("script[type=module]").count()
        and scene.who
        and "/admin" not in scene.path
        and "/api/" not in scene.path
    ):
        person.is_live()
    if scene.act is not None:
        scene.act(page, size)
    if scene.hides:
        page.add_style_tag(content=f"{', '.join(scene.hides)} {{ visibility: hidden !important }}")


def shot(person: Person, scheme: Scheme) -> Image.Image:
    """What is to be seen."""
    person.page.emulate_media(color_scheme=scheme)
    person.page.evaluate(SETTLED)
    return Image.open(io.BytesIO(person.page.screenshot(animations="disabled", caret="hide"))).convert("RGB")
