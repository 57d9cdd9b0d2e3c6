/**
 * My messages to be, on every device the same.
 *
 * @import { ApiError } from "./api.js"
 * @import { Scheduled } from "./types.js"
 * @import { Upload } from "./upload.js"
 */

import { compose } from "./api-compose.js";
import { keepFiles } from "./compositions.js";
import { gettext, interpolate } from "./i18n.js";
import { newId } from "./outbox.js";
import { store } from "./session.js";

let seen = store.state.later.scheduled;

store.subscribe(() => {
  const { scheduled } = store.state.later;
  if (scheduled === seen) return;
  seen = scheduled;
  takeScheduled(scheduled);
});

/** Why it was not sent. @type {Record<string, string>} */
const REASONS = {
  not_participant: gettext("Not sent: you are no longer in this conversation."),
  conversation_deleted: gettext("Not sent: the conversation is gone."),
  reply_to_gone: gettext("Not sent: the message that it answers is gone."),
  thread_root_gone: gettext("Not sent: the message whose thread it is in is gone."),
  attachment_ids_wrong: gettext("Not sent: its files are not here any more."),
  type_wrong: gettext("Not sent: its files do not fit any more."),
  blocked: gettext("Not sent: one of you has blocked the other."),
  client_id_taken: gettext("Not sent: it was sent already."),
  deactivated: gettext("Not sent: your account could not be used then."),
  suspended: gettext("Not sent: your account was suspended then."),
  locked: gettext("Not sent: staff have locked this conversation."),
  permission_denied: gettext("Not sent: you may not write that here."),
};

/** What makes it possible to send it after all. @type {Record<string, {label: string, changes: object}>} */
const REMEDIES = {
  reply_to_gone: { label: gettext("Send it without the quote"), changes: { reply_to: null } },
  thread_root_gone: { label: gettext("Send it outside the thread"), changes: { thread_root: null } },
  attachment_ids_wrong: { label: gettext("Send it without the files"), changes: { attachment_ids: [] } },
};

/** @param {Scheduled} scheduled */
export function notSent({ reason }) {
  return REASONS[reason ?? ""] ?? interpolate(gettext("Not sent: %(reason)s"), { reason: reason ?? "?" });
}

/** @param {Scheduled} scheduled */
export function remedyOf({ state, reason, content }) {
  const remedy = state === "failed" ? REMEDIES[reason ?? ""] : undefined;
  return reason === "attachment_ids_wrong" && !content.trim() ? undefined : remedy;
}

/** Whoever asks for it sees what became of it. @type {Set<string>} */
const sentNow = new Set();

/** @param {string} id @returns {Promise<Scheduled>} sent, or failed @throws {ApiError} */
export async function sendNow(id) {
  sentNow.add(id);
  const told = await compose.sendScheduled(id);
  takeScheduled(told);
  return told;
}

/** @param {Scheduled} scheduled */
export function takeScheduled(scheduled) {
  const before = store.state.scheduled.get(scheduled.id)?.state;
  if (scheduled.state === "failed" && before === "waiting" && !sentNow.has(scheduled.id)) {
    store.toast(notSent(scheduled), "problem");
  }
  if (scheduled.state === "waiting") sentNow.delete(scheduled.id);
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

/**
 * Soonest first.
 *
 * @param {string} conversationId
 * @param {string} [threadRoot] in its thread alone
 */
export function scheduledIn(conversationId, threadRoot = "") {
  return allScheduled().filter(
    ({ conversation_id, thread_root }) =>
      conversation_id === conversationId && (!threadRoot || thread_root === threadRoot),
  );
}

/** Soonest first. */
export function allScheduled() {
  return [...store.state.scheduled.values()].sort((one, other) => one.send_at.localeCompare(other.send_at));
}

/**
 * What is written, with its files, is to be sent at a later time.
 *
 * @param {{content: string, shownId: string, shownKey: string, threadRoot: string, files: Upload[]}} written
 * @param {Date} when
 * @returns {Promise<Scheduled>}
 * @throws {ApiError}
 */
export async function scheduleWritten({ content, shownId, shownKey, threadRoot, files }, when) {
  const attachment_ids = await Promise.all(
    files.map((upload) => (upload.state === "failed" ? upload.start() : (upload.finished ?? upload.start()))),
  );
  const scheduled = await compose.schedule({
    conversation_id: shownId,
    client_id: newId(),
    content,
    send_at: when.toISOString(),
    reply_to: store.state.replyingTo.get(shownKey)?.id ?? null,
    thread_root: threadRoot || null,
    attachment_ids,
  });
  store.takeReply(shownKey);
  for (const upload of files) upload.forget();
  keepFiles(shownKey, []);
  return scheduled;
}
