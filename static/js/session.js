/**
 * What every signed-in page shares: the store from the state in the page, and the live connection
 * that keeps it true from the page's cursor on.
 *
 * @import { RealtimeStatus } from "./realtime.js"
 */

import { api, csrfToken } from "./api.js";
import { Drafts } from "./drafts.js";
import { Frames } from "./frames.js";
import { Loader } from "./loader.js";
import { firstState } from "./local/first-state.js";
import { leaveNothing } from "./local/leaving.js";
import { Snapshots } from "./local/snapshots.js";
import { startWorker } from "./local/worker.js";
import { Notices } from "./notices.js";
import { Outbox } from "./outbox.js";
import { PresenceKeeper } from "./presence.js";
import { Reader } from "./reader.js";
import { RealtimeClient } from "./realtime.js";
import { Store } from "./store.js";
import { keepTitle } from "./title.js";
import { nextTask, turnsTaken } from "./turns.js";
import { Typist } from "./typist.js";

const DAY_MS = 86_400_000;

const { page, database, isKept } = await firstState();
await nextTask(); // all that imports this begins in a task of its own

export const store = new Store(page);
export const frames = new Frames(store);
export const snapshots = new Snapshots(store, database);
export const loader = new Loader(store, snapshots);
export const outbox = new Outbox(store, database);
export const reader = new Reader(store);
export const drafts = new Drafts(store);
export const typist = new Typist(store);
export const presence = new PresenceKeeper(store);
export const notices = new Notices(store, go);

export const realtime = new RealtimeClient({
  url: "/api/realtime/stream",
  cursor: page.cursor,
  share: page.me.id,
  userId: page.me.id,
  onEvent: (event) => {
    store.apply(event);
    presence.heard(event);
    snapshots.heard(event);
    notices.heard(event);
  },
  onReset: () => {
    loader.reload();
    dispatchEvent(new Event("brook:reset")); // for whoever holds more than the store
  },
  onStatus: statusChanged,
  onReport: (counts) => api.clientMetrics(counts).catch(() => {}), // nobody needs to know
});

/** What is shown is from an earlier day, and no cursor leads from there to now. */
let isBehind = isKept;

/** @param {RealtimeStatus} status */
function statusChanged(status) {
  const before = store.state.connection.status;
  const { state } = status;
  store.setConnection(status);
  document.documentElement.dataset.connection = state;
  dispatchEvent(new CustomEvent("brook:status", { detail: status }));
  if (state === before) return;
  if (state === "live") {
    if (isBehind) loader.reload();
    isBehind = false;
    outbox.wake();
    reader.wake();
    drafts.wake();
    loader.wake();
  }
  if (state === "signed-out") {
    snapshots.forget();
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

/** Where the browser keeps nothing the outbox lives in this page: it asks before that is closed. */
function guardOutbox() {
  addEventListener("beforeunload", (event) => {
    if (outbox.isAtRisk) event.preventDefault();
  });
}

/** A form that is posted leaves the page: logging out ends the stream, which must not lead elsewhere. */
function stopOnLeaving() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.method !== "post") return;
    if (new URL(form.action).pathname !== "/logout") return realtime.stop();
    event.preventDefault();
    logOut(form);
  });
}

/** @param {HTMLFormElement} form */
async function logOut(form) {
  if (!(await leaveNothing(store, database))) return;
  realtime.stop();
  let token = /** @type {HTMLInputElement | null} */ (form.querySelector("[name=csrfmiddlewaretoken]"));
  if (!token) {
    // The shell has nobody's.
    token = Object.assign(document.createElement("input"), { type: "hidden", name: "csrfmiddlewaretoken" });
    form.append(token);
    token.value = csrfToken();
  }
  form.submit();
}

/** Where a notification leads. @param {string} path */
function go(path) {
  const link = Object.assign(document.createElement("a"), { href: path });
  document.body.append(link);
  link.click(); // the router takes what is its own
  link.remove();
}

export async function startSession() {
  stopOnLeaving();
  guardOutbox();
  outbox.start();
  snapshots.start();
  startWorker(store, go);
  notices.start();
  keepTitle(store, frames);
  store.notify();
  renderAtMidnight();
  await turnsTaken(); // who is live can be used
  realtime.start();
  presence.start();
  Object.assign(globalThis, { brook: { status: () => realtime.describe() } });
  dispatchEvent(new Event("brook:ready"));
}
