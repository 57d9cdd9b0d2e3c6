"""What a client owes the event stream standard, WHATWG HTML 9.2: by the names of the web platform tests' cases.

Each stream is parsed whole, byte by byte, and cut once at every place: as it may come from a network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Route

    from tests.browser.person import Person

pytestmark = pytest.mark.browser

BOM = b"\xef\xbb\xbf"


def message(data: str, last_id: str = "", kind: str = "message") -> list[str]:
    """An event as it is dispatched."""
    return [kind, data, last_id]


def identified(value: str) -> list[str]:
    """The end of a frame that had an id."""
    return ["id", value]


CASES: dict[str, tuple[bytes, list[list[Any]]]] = {
    # --- the standard's examples
    "three lines of data": (b"data: YHOO\ndata: +2\ndata: 10\n\n", [message("YHOO\n+2\n10")]),
    "ids": (
        b": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n",
        [
            *[message("first event", "1"), identified("1")],
            *[message("second event"), identified("")],
            message(" third event"),
        ],
    ),
    "empty data": (b"data\n\ndata\ndata\n\ndata:", [message(""), message("\n")]),
    "space or none": (b"data:test\n\ndata: test\n\n", [message("test"), message("test")]),
    # --- the web platform tests
    "format-bom": (BOM + b"data:1\n\n" + BOM + b"data:2\n\ndata:3\n\n", [message("1"), message("3")]),
    "format-bom-2": (BOM + BOM + b"data:1\n\ndata:2\n\ndata:3\n\n", [message("2"), message("3")]),
    "format-comments": (
        b"data:1\r:\0\n:\r\ndata:2\n:" + b"x" * 2100 + b"\rdata:3\n:data:fail\r:" + b"x" * 2100 + b"\ndata:4\n\n",
        [message("1\n2\n3\n4")],
    ),
    "format-data-before-final-empty-line": (b"retry:1000\ndata:test1\n\nid:test\ndata:test2", [message("test1")]),
    "format-field-data": (
        b"data:\n\ndata\ndata\n\ndata:test\n\n",
        [message(""), message("\n"), message("test")],
    ),
    "format-field-event": (b"event:test\ndata:x\n\ndata:x\n\n", [message("x", kind="test"), message("x")]),
    "format-field-event-empty": (b"event: \ndata:data\n\n", [message("data")]),
    "format-field-id": (
        b"id: 1\ndata: a\n\ndata: b\n\n",
        [message("a", "1"), identified("1"), message("b", "1")],
    ),
    "format-field-id-empty": (
        b"id: 1\ndata: a\n\nid:\ndata: b\n\n",
        [message("a", "1"), identified("1"), message("b"), identified("")],
    ),
    "format-field-id-null": (
        b"id: 1\ndata: a\n\nid: \0one\ndata: b\n\nid: two\0\ndata: c\n\n",
        [message("a", "1"), identified("1"), message("b", "1"), message("c", "1")],
    ),
    "format-field-id-alone": (b"id: e.7\n\nid: e.8", [identified("e.7")]),
    "format-field-parsing": (
        b"data:\0\ndata:  2\rData:1\ndata\0:2\ndata:1\r\0data:4\nda-ta:3\rdata_5\ndata:3\rdata:\r\n data:2\ndata:4\n\n",
        [message("\0\n 2\n1\n3\n\n4")],
    ),
    "format-field-retry": (b"retry:03000\ndata:x\n\n", [message("x")]),
    "format-field-retry-bogus": (b"retry:3000\nretry:1000x\nretry:-1\nretry: \ndata:x\n\n", [message("x")]),
    "format-field-unknown": (
        b"data:test\n data\ndata\nfoobar:xxx\njustsometext\n:thisisacommentyay\ndata:test\n\n",
        [message("test\n\ntest")],
    ),
    "format-leading-space": (b"data:\ttest\rdata: \ndata:test\n\n", [message("\ttest\n\ntest")]),
    "format-newlines": (b"data:test\r\ndata\ndata:test\r\n\r", [message("test\n\ntest")]),
    "format-newlines-all": (b"data:a\rdata:b\r\ndata:c\n\r\ndata:d\r\r\n", [message("a\nb\nc"), message("d")]),
    "format-null-character": (b"data:\0\n\n\n\n", [message("\0")]),
    "format-utf-8": ("data:ok…\n\ndata:🌊 日本\n\n".encode(), [message("ok…"), message("🌊 日本")]),
    "not utf-8": (b"data:a\xffb\n\n", [message("a\ufffdb")]),
}
RETRIES = {
    "format-data-before-final-empty-line": [1000],
    "format-field-retry": [3000],
    "format-field-retry-bogus": [3000],
}

PARSE_ALL = """async (cases) => {
  const { EventStreamParser } = await import("/static/js/realtime/parser.js");
  const parse = (chunks) => {
    const seen = [];
    const retries = [];
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    const parser = new EventStreamParser({
      onEvent: ({ type, data, id }) => seen.push([type, data, id]),
      onId: (id) => seen.push(["id", id]),
      onRetry: (milliseconds) => retries.push(milliseconds),
    });
    for (const chunk of chunks) parser.push(decoder.decode(chunk, { stream: true }));
    return JSON.stringify([seen, retries]);
  };
  return Object.fromEntries(Object.entries(cases).map(([name, numbers]) => {
    const bytes = Uint8Array.from(numbers);
    const ways = new Set([parse([bytes]), parse(numbers.map((number) => Uint8Array.of(number)))]);
    for (let i = 1; i < Math.min(bytes.length, 200); i += 1) ways.add(parse([bytes.slice(0, i), bytes.slice(i)]));
    return [name, [...ways].map((way) => JSON.parse(way))];
  }));
}"""


def test_the_parser_follows_the_standard(alice: Person, subtests: pytest.Subtests) -> None:
    alice.page.goto(f"{alice.base_url}/api/docs")
    parsed = alice.page.evaluate(PARSE_ALL, {name: list(stream) for name, (stream, _) in CASES.items()})
    for name, (_, expected) in CASES.items():
        with subtests.test(name):
            assert parsed[name] == [[expected, RETRIES.get(name, [])]]


LISTEN = """async () => {
  const { RealtimeClient } = await import("/static/js/realtime.js");
  globalThis.heard = [];
  globalThis.client = new RealtimeClient({
    url: "/canned/stream",
    cursor: "e.1",
    onEvent: ({ type, data }) => { if (type !== "init") heard.push(data); },
    onStatus: ({ state }) => { document.title = `${state} ${heard.length}`; },
  });
  client.start();
}"""
INIT = "event: init\ndata: {}\n\n"


def test_the_client_asks_and_judges_answers_as_the_standard_says(alice: Person) -> None:
    """request-*, format-mime-*, eventsource-reconnect, format-field-id-2."""
    kinds = [
        {"status": 200, "content_type": "text/x-bogus", "body": f"{INIT}id: e.9\ndata: 9\n\n"},
        {
            "status": 200,
            "content_type": "text/event-stream;charset=windows-1252",
            "body": f"{INIT}id: e.2\ndata: 2\n\n",
        },
        {"status": 500, "content_type": "text/event-stream", "body": f"{INIT}id: e.9\ndata: 9\n\n"},
        {"status": 200, "content_type": "text/event-stream;", "body": f"{INIT}data: 3\n\nid: e.4\r\n\r\ndata: 4"},
    ]
    asked: list[str] = []

    def answer(route: Route) -> None:
        request = route.request
        if "/stream" not in request.url or len(asked) >= len(kinds):
            return route.abort()
        assert request.headers["accept"] == "text/event-stream"
        asked.append(request.url.partition("last_event_id=")[2])
        return route.fulfill(**kinds[len(asked) - 1])  # type: ignore[arg-type]

    alice.page.route("**/canned/*", answer)
    alice.page.clock.install()
    alice.page.goto(f"{alice.base_url}/api/docs")
    alice.page.evaluate(LISTEN)
    for count in range(1, len(kinds) + 1):
        while len(asked) < count:
            alice.page.clock.fast_forward(5_000)
    expect(alice.page).to_have_title("offline 2")
    assert asked == ["e.1", "e.1", "e.2", "e.2"]
    assert alice.page.evaluate("[heard, client.cursor]") == [[2, 3], "e.4"]
