"""The modules below the interface, in a real browser: the law of the store, the ladder, and what is fetched."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Route

    from tests.browser.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.once]

STATIC = Path(__file__).resolve().parents[2] / "static"
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)  # types are imported there, by tsc alone
IMPORT = re.compile(r"""\b(?:from|import)\s*["'](\.{1,2}/[^"']+\.js)["']""")

REPLAY = """async ([page, events]) => {
  const { Store } = await import("/static/js/store.js");
  const shown = (store) => ({
    conversations: [...store.state.conversations.values()],
    unread: [...store.state.counts.keys()].map((id) => [id, store.unread(id)]).filter(([, n]) => n),
    bySender: Object.entries(store.state.unreadBySender).filter(([, n]) => n),
    messages: [...store.state.histories.values()].map(({ messages }) => messages),
  });
  const results = [1, 2].map((times) => {
    const store = new Store(structuredClone(page));
    for (const event of events) for (let i = 0; i < times; i += 1) store.apply(structuredClone(event));
    return shown(store);
  });
  const again = new Store(structuredClone(page));
  for (const event of [...events, ...events]) again.apply(structuredClone(event));
  return [...results, shown(again)];
}"""


def test_events_may_come_again_without_counting_twice(alice: Person, bob: Person) -> None:
    conversation = bob.starts_direct(alice)
    bob.says(conversation, "Before the page")
    alice.open(f"/c/{conversation}")
    page = alice.page.evaluate("JSON.parse(document.getElementById('brook-state').textContent)")
    last = page["open"]["history"]["results"][-1]
    events: list[dict[str, Any]] = []
    for seq in range(last["seq"] + 1, last["seq"] + 5):
        message = {**last, "id": f"{last['id'][:-4]}{seq:04x}", "seq": seq, "client_id": f"client {seq}"}
        events.append({"type": "message.created", "data": {"message": message}})
    receipt = {"user_id": bob.id, "delivered_seq": last["seq"], "read_seq": last["seq"]}
    events.append({"type": "receipt.updated", "data": {"conversation_id": conversation, "receipts": [receipt]}})
    told = {"conversation_id": conversation, "unread": 2, "mentions": 0, "read_seq": last["seq"] + 1}
    events.append({"type": "unread.updated", "data": {**told, "last_seq": last["seq"] + 3, "total": 2}})

    once, twice, again = alice.page.evaluate(REPLAY, [page, events])
    assert once == twice == again
    assert once["unread"] == [[conversation, 3]]
    assert len(once["messages"][0]) == len(page["open"]["history"]["results"]) + 4


def test_changes_of_messages_may_come_again(alice: Person, bob: Person) -> None:
    """Reactions, edits, pins, stars, threads, deletions; also of a message that is not held."""
    conversation = bob.starts_direct(alice)
    for text in ("Quoted", "Edited", "Deleted"):
        bob.says(conversation, text)
    alice.open()
    alice.open(f"/c/{conversation}")
    page = alice.page.evaluate("JSON.parse(document.getElementById('brook-state').textContent)")
    quoted, edited, deleted = page["open"]["history"]["results"]
    held = next(each for each in page["conversations"]["results"] if each["id"] == conversation)
    for snapshot in (held, page["open"]["conversation"]):
        snapshot["me"].update(unread=3, mentions=1, read_seq=0)
    about = {"conversation_id": conversation}
    reply = {**deleted, "id": f"{deleted['id'][:-4]}ffff", "seq": deleted["seq"] + 1, "client_id": "reply"}
    reply |= {"reply_to": {"id": quoted["id"], "seq": quoted["seq"], "sender": None, "excerpt": "Quoted"}}
    told = {**about, "by": bob.id, "deleted_at": "2030-01-01T00:00:00Z", "sender_id": bob.id, "mentions_all": False}
    reaction = {**about, "message_id": quoted["id"], "emoji": "👍"}
    reactions = [{"emoji": "👍", "count": 1, "user_ids": [bob.id]}]
    changed = {"content": "Other", "reply_count": 1, "reactions": reactions}  # all of it, as it is then
    events: list[dict[str, Any]] = [
        {"type": "message.created", "data": {"message": reply, "thread": {"id": quoted["id"], "reply_count": 1}}},
        {"type": "reaction.added", "data": {**reaction, "user_id": alice.id}},
        {"type": "reaction.added", "data": {**reaction, "user_id": bob.id}},
        {"type": "reaction.removed", "data": {**reaction, "user_id": alice.id}},
        {"type": "message.updated", "data": {"message": {**edited, "content": "New"}, "excerpt": "New"}},
        {"type": "message.updated", "data": {"message": {**quoted, **changed}, "excerpt": "Other"}},
        {"type": "message.pinned", "data": {**about, "message_id": edited["id"], "pinned_at": "2030-01-01T00:00:00Z"}},
        {"type": "me.updated", "data": {"message_id": edited["id"], "starred": True}},
        {
            "type": "message.deleted",
            "data": {
                **told,
                "message_id": deleted["id"],
                "seq": deleted["seq"],
                "deleted_count": 1,
                "mentions": [alice.id],
            },
        },
        {
            "type": "message.deleted",
            "data": {**told, "message_id": bob.id, "seq": 1, "deleted_count": 2, "mentions": []},
        },
    ]
    once, twice, again = alice.page.evaluate(REPLAY, [page, events])
    assert once == twice == again
    assert once["unread"] == [[conversation, 2]]
    assert once["conversations"][0]["me"]["mentions"] == 0
    first, second, third, last = once["messages"][0]
    assert first["content"] == "Other"
    assert first["reactions"] == [{"emoji": "👍", "count": 1, "user_ids": [bob.id]}]
    assert first["reply_count"] == 1
    assert (second["content"], second["starred"], second["pinned_at"]) == ("New", True, "2030-01-01T00:00:00Z")
    assert (third["content"], third["deleted_at"]) == ("", "2030-01-01T00:00:00Z")
    assert last["reply_to"]["excerpt"] == "Other"


PRELOADED_AND_LOADED = """() => [
  [...document.querySelectorAll("link[rel=modulepreload], script[type=module]")].map((one) => one.href || one.src),
  performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => name.endsWith(".js")),
]"""


@pytest.mark.parametrize("path", ["/", "/people", "/settings", "/notifications"])
def test_every_module_is_fetched_at_once(alice: Person, path: str) -> None:
    """The list in the page's template is what its modules import: no more and no less."""
    alice.open(path)
    preloaded, loaded = alice.page.evaluate(PRELOADED_AND_LOADED)
    imported = imports_of(alice.base_url, preloaded[-1])
    assert sorted(preloaded) == sorted(imported)
    classic = {f"{alice.base_url}/static/js/{name}.js" for name in ("theme", "after-paint")}
    assert set(loaded) - classic <= set(preloaded)


def test_a_click_that_comes_before_the_modules_is_kept(alice: Person) -> None:
    held: list[Route] = []
    is_slow = True
    alice.page.route("**/js/chat.js", lambda route: held.append(route) if is_slow else route.continue_())
    with alice.page.expect_request("**/js/chat.js"):
        alice.page.goto(alice.base_url, wait_until="domcontentloaded")
    alice.page.get_by_role("button", name="New conversation").first.click()
    assert alice.page.evaluate("brook.status().state") == "connecting"
    is_slow = False
    for route in held:
        route.continue_()
    expect(alice.page.get_by_role("dialog")).to_be_visible()


def imports_of(base_url: str, entry: str) -> set[str]:
    """The entry and all that it imports, by reading the files."""
    found: set[Path] = set()
    todo = [STATIC / entry.removeprefix(f"{base_url}/static/")]
    while todo:
        file = todo.pop()
        if file not in found:
            found.add(file)
            todo += [(file.parent / path).resolve() for path in IMPORT.findall(COMMENT.sub("", file.read_text()))]
    return {f"{base_url}/static/{file.relative_to(STATIC)}" for file in found}


LADDER = """async (steps) => {
  const { Ladder } = await import("/static/js/realtime/ladder.js");
  let now = 1_000_000;
  const ladder = new Ladder(() => now);
  const seen = [];
  for (const step of steps) {
    if (typeof step === "number") { now += step * 1000; continue; }
    seen.push(ladder.transport);
    ladder[step](ladder.transport);
  }
  return [...seen, ladder.transport];
}"""


@pytest.mark.parametrize(
    ("steps", "transports"),
    [
        ("failed failed", "stream stream long-poll"),
        ("failed failed succeeded 29 succeeded", "stream stream long-poll long-poll long-poll"),
        ("failed failed succeeded 31 failed succeeded 59", "stream stream long-poll stream long-poll long-poll"),
        ("failed failed succeeded 31 failed succeeded 61", "stream stream long-poll stream long-poll stream"),
        ("failed failed succeeded 31 succeeded failed", "stream stream long-poll stream stream stream"),
        ("failed failed failed failed", "stream stream long-poll long-poll poll"),
        ("failed failed failed failed failed succeeded", "stream stream long-poll long-poll poll poll stream"),
        ("failed succeeded failed", "stream stream stream stream"),
    ],
)
def test_the_ladder(alice: Person, steps: str, transports: str) -> None:
    """From the stream down to polls where it does not get through, and up again."""
    alice.open()
    taken = [int(step) if step.isdigit() else step for step in steps.split()]
    assert alice.page.evaluate(LADDER, taken) == transports.split()


IN_TURN = """async () => {
  const { inTurn, turnsTaken } = await import("/static/js/turns.js");
  const seen = [];
  addEventListener("error", (event) => { seen.push(event.message); event.preventDefault(); }, { once: true });
  inTurn(() => seen.push("first"));
  const done = inTurn(() => { throw new Error("broken"); });
  inTurn(() => seen.push("last"));
  await done;
  await turnsTaken();
  return seen;
}"""


def test_what_begins_a_page_takes_turns(alice: Person) -> None:
    """In order, and whatever becomes of the others."""
    alice.open("/people")
    assert alice.page.evaluate(IN_TURN) == ["first", "Uncaught Error: broken", "last"]
