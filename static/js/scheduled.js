/**
 * My messages to be, on every device the same.
 *
 * @import { Scheduled } from "./types.js"
 */

import { compose } from "./api-compose.js";
import { store } from "./session.js";

let seen = store.state.later.scheduled;

store.subscribe(() => {
  const { scheduled } = store.state.later;
  if (scheduled === seen) return;
  seen = scheduled;
  takeScheduled(scheduled);
});

/** @param {Scheduled} scheduled */
export function takeScheduled(scheduled) {
  const all = new Map(store.state.scheduled);
  if (scheduled.state === "waiting" || scheduled.state === "failed") all.set(scheduled.id, scheduled);
  else all.delete(scheduled.id);
  store.set({ scheduled: all });
}

/** After the page was loaded, and whenever events may be missing. */
export async function loadScheduled() {
  /** @type {Map<string, Scheduled>} */
  const all = new Map();
  /** @type {string | null} */
  let cursor = null;
  do {
    /** @type {{results: Scheduled[], next: string | null} | null} */
    const page = await compose.scheduled(cursor).catch(() => null);
    if (!page) return;
    for (const each of page.results) all.set(each.id, each);
    cursor = page.next;
  } while (cursor);
  store.set({ scheduled: all });
}

/** Soonest first. @param {string} conversationId */
export function scheduledIn(conversationId) {
  return [...store.state.scheduled.values()]
    .filter(({ conversation_id }) => conversation_id === conversationId)
    .sort((one, other) => one.send_at.localeCompare(other.send_at));
}
