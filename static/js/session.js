/**
 * What every signed-in page shares: the store from the state in the page, and the live connection
 * that keeps it true from the page's cursor on.
 *
 * @import { RealtimeStatus } from "./realtime.js"
 * @import { PageState } from "./types.js"
 */

import { api } from "./api.js";
import { Drafts } from "./drafts.js";
import { Loader } from "./loader.js";
import { Outbox } from "./outbox.js";
import { PresenceKeeper } from "./presence.js";
import { Reader } from "./reader.js";
import { RealtimeClient } from "./realtime.js";
import { Store } from "./store.js";
import { keepTitle } from "./title.js";
import { Typist } from "./typist.js";

const DAY_MS = 86_400_000;

/** @type {PageState} */
const page = JSON.parse(document.getElementById("brook-state")?.textContent ?? "null");

export const store = new Store(page);
export const loader = new Loader(store);
export const outbox = new Outbox(store);
export const reader = new Reader(store);
export const drafts = new Drafts(store);
export const typist = new Typist(store);
export const presence = new PresenceKeeper(store);

export const realtime = new RealtimeClient({
  url: "/api/realtime/stream",
  cursor: page.cursor,
  share: page.me.id,
  userId: page.me.id,
  onEvent: (event) => {
    store.apply(event);
    presence.heard(event);
  },
  onReset: () => loader.reload(),
  onStatus: statusChanged,
  onReport: (counts) => api.clientMetrics(counts).catch(() => {}), // nobody needs to know
});

/** @param {RealtimeStatus} status */
function statusChanged(status) {
  const before = store.state.connection.status;
  const { state } = status;
  store.setConnection(status);
  document.documentElement.dataset.connection = state;
  dispatchEvent(new CustomEvent("brook:status", { detail: status }));
  if (state === before) return;
  if (state === "live") {
    outbox.wake();
    reader.wake();
    drafts.wake();
    loader.wake();
  }
  if (state === "signed-out") {
    location.assign(`/login?next=${encodeURIComponent(location.pathname)}`);
  }
}

/** “Today” becomes “Yesterday” on a page that stays open. */
function renderAtMidnight() {
  const untilMidnight = new Date().setHours(24, 0, 1, 0) - Date.now();
  setTimeout(
    () => {
      store.notify();
      renderAtMidnight();
    },
    Math.min(untilMidnight, DAY_MS),
  );
}

/** The outbox lives in this page: the browser asks before it is closed with something in it. */
function guardOutbox() {
  addEventListener("beforeunload", (event) => {
    if (store.state.pending.length) event.preventDefault();
  });
}

/** A form that is posted leaves the page: logging out ends the stream, which must not lead elsewhere. */
function stopOnLeaving() {
  document.addEventListener("submit", ({ target }) => {
    if (target instanceof HTMLFormElement && target.method === "post") realtime.stop();
  });
}

export function startSession() {
  stopOnLeaving();
  guardOutbox();
  keepTitle(store);
  store.notify();
  renderAtMidnight();
  realtime.start();
  presence.start();
  Object.assign(globalThis, { brook: { status: () => realtime.describe() } });
}
