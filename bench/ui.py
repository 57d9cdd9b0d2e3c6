"""The page in Chromium: what it weighs, when it is painted on a slow processor, and frames while messages pour in."""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import shutil
import statistics
import threading
import time
import uuid
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import expect, sync_playwright

from bench import pace, report
from bench.processes import folder
from tests.browser.conftest import CHROMIUM_ARGUMENTS, DESKTOP
from tests.browser.person import PASSWORD, Person
from tests.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

HISTORY = 200
SLOWER = 4
TIMEOUT_S = 120
SENDERS = 4  # one alone waits for its answers
LAST = "That was the last one"
PLAIN = "/offline"  # a sentence, with the styles that every page has
PAINTED = """() => {
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  return { paint: paint?.startTime, largest: globalThis.largest, live: globalThis.liveAt };
}"""
WATCH_PAINT = """
new PerformanceObserver((list) => { globalThis.largest = list.getEntries().at(-1).startTime; })
  .observe({ type: "largest-contentful-paint", buffered: true });
addEventListener("brook:status", ({ detail }) => {
  if (detail.state === "live") globalThis.liveAt ??= performance.now();
});
"""
WATCH_FRAMES = """() => {
  const seen = { gaps: [], long: [] };
  globalThis.watchedFrames = seen;
  let last = performance.now();
  const next = (now) => { seen.gaps.push(now - last); last = now; requestAnimationFrame(next); };
  requestAnimationFrame(next);
  new PerformanceObserver((list) => {
    for (const { duration, scripts } of list.getEntries()) {
      const by = scripts.map((one) => [one.invoker, one.duration, one.forcedStyleAndLayoutDuration]);
      seen.long.push({ duration, by });
    }
  }).observe({ type: "long-animation-frame" });
}"""


@contextlib.contextmanager
def scenery() -> Iterator[tuple[Server, dict[str, Any]]]:
    """A server with three people and a group of them with a history."""
    with folder() as work, Server(work, BROOK_LIMITS="0", BROOK_LINK_PREVIEWS="0") as server:
        accounts = server.make_people(["alice", "bob", "carol"], 1, PASSWORD)
        with talking(server, accounts["bob000"]) as bob:
            others = [accounts[name]["id"] for name in ("alice000", "carol000")]
            group = bob.post("/api/conversations/group", json={"title": "River Team", "participant_ids": others}).json()
            bob.post("/api/conversations/direct", json={"user_id": others[0]})
        server.make_history(group["id"], HISTORY)
        with talking(server, accounts["alice000"]) as alice:  # or the page would begin where she has read to
            alice.post("/api/conversations/mark-read", json={})
        yield server, {**accounts, "group": group["id"]}


def talking(server: Server, account: Any) -> httpx.Client:
    """The API as one of them."""
    token = uuid.uuid4().hex
    cookies = {"sessionid": account["session"], "csrftoken": token}
    return httpx.Client(base_url=server.base_url, cookies=cookies, headers={"X-CSRFToken": token}, timeout=30)


@contextlib.contextmanager
def looking(browser: Browser, server: Server, account: Any) -> Iterator[Person]:
    """Alice, whose browser keeps nothing."""
    context = browser.new_context(viewport=DESKTOP, locale="en-GB", service_workers="block")
    context.set_default_timeout(TIMEOUT_S * 1000)
    person = Person(context, server.base_url, "alice000", "Alice")
    person.log_in(account)
    person.context.add_init_script(WATCH_PAINT)
    yield person
    context.close()


def weigh(browser: Browser, server: Server, made: dict[str, Any]) -> list[list[object]]:
    """What is fetched for the page of a conversation, by kind: files, bytes on the wire."""
    files: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    kinds: dict[str, str] = {}
    with looking(browser, server, made["alice000"]) as alice:
        devtools = alice.context.new_cdp_session(alice.page)
        devtools.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: kind_of(event)}))

        def finished(event: Any) -> None:
            kind = kinds.get(event["requestId"], "other")
            files[kind] += 1
            sizes[kind] += round(event["encodedDataLength"])

        devtools.on("Network.loadingFinished", finished)
        devtools.send("Network.enable")
        alice.open(f"/c/{made['group']}")
        alice.page.wait_for_timeout(1000)
    return [[kind, files[kind], sizes[kind] / 1000] for kind in sorted(sizes, key=lambda kind: -sizes[kind])]


def kind_of(event: Any) -> str:
    """What a response was for."""
    path = urlsplit(event["response"]["url"]).path
    return "API" if path.startswith("/api/") else str(event["type"]).lower()


def paint(browser: Browser, server: Server, made: dict[str, Any], slower: float, runs: int) -> list[object]:
    """Milliseconds to the first paint, to the largest, and until the page is live: medians, on a cold cache.

    Then the best first paint, that of a page with a sentence, for what the machine itself takes, and the ratio.
    """
    seen: list[dict[str, float]] = []
    plain: list[float] = []
    for _ in range(runs):
        seen.append(painted(browser, server, made, slower, f"/c/{made['group']}", "globalThis.liveAt !== undefined"))
        plain.append(painted(browser, server, made, slower, PLAIN, "globalThis.largest !== undefined")["paint"])
    ours = [statistics.median(each[key] for each in seen) for key in ("paint", "largest", "live")]
    return [*ours, min(each["paint"] for each in seen), statistics.median(plain), ours[0] / statistics.median(plain)]


def painted(
    browser: Browser, server: Server, made: dict[str, Any], slower: float, path: str, ready: str
) -> dict[str, float]:
    """When a page was painted, once, with nothing kept."""
    with looking(browser, server, made["alice000"]) as alice:
        alice.context.new_cdp_session(alice.page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
        alice.page.goto(f"{alice.base_url}{path}")
        alice.page.wait_for_function(f"() => {ready}")
        result: dict[str, float] = alice.page.evaluate(PAINTED)
        return result


def pour(
    browser: Browser, server: Server, made: dict[str, Any], rate: float, seconds: float, slower: float
) -> list[Any]:
    """Messages of somebody else into the open conversation; a row of the table, less its first cell."""
    numbers = itertools.count()

    def post() -> None:
        content = f"Message {next(numbers)}: the gauge reads **1.82 m**, see https://example.org/gauge"
        say(bob, made["group"], content)

    with looking(browser, server, made["alice000"]) as alice, talking(server, made["bob000"]) as bob:
        alice.open(f"/c/{made['group']}")
        alice.context.new_cdp_session(alice.page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
        alice.page.wait_for_timeout(2000)
        alice.page.evaluate(WATCH_FRAMES)
        begun = time.monotonic()
        senders = [threading.Thread(target=pace.run, args=(post, rate / SENDERS, seconds)) for _ in range(SENDERS)]
        for sender in senders:
            sender.start()
        while any(sender.is_alive() for sender in senders):
            alice.page.wait_for_timeout(200)
        took_s = time.monotonic() - begun
        say(bob, made["group"], LAST)
        expect(alice.message(LAST)).to_be_visible(timeout=TIMEOUT_S * 1000)
        seen = alice.page.evaluate("globalThis.watchedFrames")
    gaps = sorted(seen["gaps"])
    long = sorted(seen["long"], key=lambda frame: -frame["duration"])
    for frame in long[:5]:
        print(f"  a frame of {frame['duration']:.0f} ms: {json.dumps(frame['by'])[:300]}")
    late = sum(gap > 100 for gap in gaps)
    sent = next(numbers)
    return [sent, sent / took_s, len(gaps), gaps[len(gaps) // 2], gaps[int(len(gaps) * 0.99)], gaps[-1], late]


def say(person: httpx.Client, group: str, content: str) -> None:
    """One message."""
    body = {"conversation_id": group, "client_id": uuid.uuid4().hex, "content": content}
    answer = person.post("/api/messages", json=body)
    assert answer.status_code == 201, answer.text


def main() -> None:
    """All three tables."""
    parser = argparse.ArgumentParser(prog="bin/bench ui", description=__doc__)
    parser.add_argument("--runs", type=int, default=7, help="of the first paint")
    parser.add_argument("--rate", type=float, default=100, help="messages a second")
    parser.add_argument("--seconds", type=float, default=10, help="how long they pour in")
    parser.add_argument("--only", choices=["weight", "paint", "pour"], help="one of the three")
    options = parser.parse_args()
    with sync_playwright() as playwright, scenery() as (server, made):
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGUMENTS)
        print(f"{report.machine('playwright')}, Chromium {browser.version}, {report.speed()}\n")
        paint(browser, server, made, 1, 1)  # the server is warm
        if options.only in {None, "weight"}:
            print(report.table(["fetched for a conversation", "files", "KB on the wire"], weigh(browser, server, made)))
        if options.only in {None, "paint"}:
            rows = [[f"{slower} times", *paint(browser, server, made, slower, options.runs)] for slower in (1, SLOWER)]
            head = ["processor slower by", "first paint ms", "largest ms", "live ms", "best first paint ms"]
            print(f"\n{report.table([*head, 'a plain page ms', 'ratio'], rows)}")
        if options.only in {None, "pour"}:
            head = [
                "processor slower by",
                "messages",
                "a second",
                "frames",
                "p50 ms",
                "p99 ms",
                "longest ms",
                "over 100 ms",
            ]
            poured = [
                [f"{slower} times", *pour(browser, server, made, options.rate, options.seconds, slower)]
                for slower in (1, SLOWER)
            ]
            print(f"\n{report.table(head, poured)}")
        browser.close()


def chromium() -> str:
    """The Chromium of this machine."""
    found = os.environ.get("BROOK_CHROMIUM") or shutil.which("chromium")
    assert found, "Chromium is not on PATH; BROOK_CHROMIUM may name it."
    return found
