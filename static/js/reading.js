/**
 * Marking as read and as unread, by hand.
 *
 * @import { Conversation } from "./types.js"
 */

import { api } from "./api.js";
import { attempt } from "./attempt.js";
import { reader, store } from "./session.js";

/** @param {string} id of a conversation */
export function readAll(id) {
  reader.release();
  const last = store.state.conversations.get(id)?.last_seq;
  if (last) reader.saw(id, last);
}

/** Everything, everywhere. */
export function readEverything() {
  reader.release();
  return attempt(() => api.markAllRead());
}

/** The last thing was said by somebody else, and is read. @param {Conversation} conversation */
export function mayBeUnread({ id, last_message: last }) {
  return Boolean(last && isOfOthers(last) && !store.unread(id));
}

/** @param {import("./types.js").Message} message */
export function isOfOthers({ sender, type, deleted_at }) {
  return sender?.id !== store.state.me.id && type !== "system" && !deleted_at;
}

/** Its last message is unread again. @param {string} id of a conversation */
export function readNothing(id) {
  const seq = store.state.conversations.get(id)?.last_message?.seq;
  if (seq) unreadFrom(id, seq);
}

/**
 * A message, and all after it, are unread; they stay so before one's eyes, until the conversation is opened again.
 *
 * @param {string} id of a conversation
 * @param {number} seq
 */
export function unreadFrom(id, seq) {
  reader.hold(id);
  return attempt(async () => {
    const { unread } = await api.markUnread(id, seq);
    const history = store.state.histories.get(id);
    if (history) store.setHistory(id, { ...history, unreadLine: { afterSeq: seq - 1, count: unread } });
  });
}
