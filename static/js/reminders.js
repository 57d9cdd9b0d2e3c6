/**
 * What I will be reminded of, on every device the same; and the note on the screen when it is time.
 *
 * @import { Reminder } from "./types.js"
 */

import { ApiError, api } from "./api.js";
import { attempt } from "./attempt.js";
import { gettext } from "./i18n.js";
import { router } from "./router.js";
import { store } from "./session.js";

let seen = store.state.later.reminder;

store.subscribe(() => {
  const { reminder } = store.state.later;
  if (reminder === seen) return;
  seen = reminder;
  take(reminder);
});

/** @param {Reminder & {state: "waiting" | "removed" | "fired"}} reminder */
function take(reminder) {
  const { message_id, state } = reminder;
  const wasHeld = store.state.reminders.has(message_id);
  if (state === "waiting") return put(reminder);
  drop(message_id);
  if (state === "fired" && wasHeld && document.visibilityState === "visible") {
    store.toast(gettext("It is time: you asked to be reminded of a message."), "info", {
      label: gettext("Show it"),
      act: () => show(message_id),
    });
  }
}

/** @param {Reminder} reminder */
function put(reminder) {
  store.set({ reminders: new Map(store.state.reminders).set(reminder.message_id, reminder) });
}

/** @param {string} messageId */
function drop(messageId) {
  const reminders = new Map(store.state.reminders);
  if (reminders.delete(messageId)) store.set({ reminders });
}

/** @param {string} messageId */
async function show(messageId) {
  await attempt(async () => {
    const { conversation_id, seq } = await api.message(messageId);
    router.go(conversation_id, seq);
  });
}

/** @param {string} messageId @param {Date} when @throws {ApiError} */
export async function remind(messageId, when) {
  put(await api.remind(messageId, when.toISOString()));
}

/** @param {string} messageId */
export function forgetReminder(messageId) {
  return attempt(async () => {
    await api.forgetReminder(messageId);
    drop(messageId);
  });
}

/** After the page was loaded, and whenever events may be missing. */
export async function loadReminders() {
  /** @type {Map<string, Reminder>} */
  const all = new Map();
  try {
    /** @type {string | null} */
    let cursor = null;
    do {
      /** @type {{results: Reminder[], next: string | null}} */
      const page = await api.reminders(cursor);
      for (const reminder of page.results) all.set(reminder.message_id, reminder);
      cursor = page.next;
    } while (cursor);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return; // the marks are missing until the next time
  }
  store.set({ reminders: all });
}
