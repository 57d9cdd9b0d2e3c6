/**
 * What each event about messages does to the store: each harmless when repeated.
 *
 * @import { Store } from "../store.js"
 * @import { Message } from "../types.js"
 */

import { counted, discounted } from "./counts.js";
import { changed, quoted, tombstone, withoutReaction, withReaction } from "./messages.js";
import { typingStopped } from "./passing.js";

/** @typedef {{id: string, reply_count: number}} Thread what a thread's root has now */

/** @type {Record<string, (store: Store, data: any) => void>} */
export const messageHandlers = {
  "message.created": messageCreated,
  "message.updated": messageUpdated,
  "message.deleted": messageDeleted,
  "message.pinned": pinChanged,
  "message.unpinned": pinChanged,
  "reaction.added": reactionAdded,
  "reaction.removed": reactionRemoved,
};

/** @param {Store} store @param {{message: Message, thread?: Thread}} data */
function messageCreated(store, data) {
  const { message, thread } = data;
  const id = message.conversation_id;
  if (!store.conversationFor(id, { type: "message.created", data })) return;
  store.takeMessage(message);
  if (message.sender) typingStopped(store, { conversation_id: id, user_id: message.sender.id });
  if (thread) countReplies(store, id, thread);
  const count = store.state.counts.get(id);
  if (!count || message.type === "system" || !isCounted(store, message.sender?.id)) return;
  const next = counted(count, { seq: message.seq, isMention: isMention(store, message) });
  if (next === count) return;
  store.changeCount(id, next);
  const isGroup = store.state.conversations.get(id)?.kind === "group";
  if (isGroup && message.sender) store.addUnreadBySender(message.sender.id, 1);
}

/** @param {Store} store @param {{message: Message, excerpt?: string, thread?: Thread}} data */
function messageUpdated(store, { message, excerpt, thread }) {
  const id = message.conversation_id;
  if (thread) countReplies(store, id, thread);
  store.changeMessages(id, (messages) => {
    const next = changed(messages, message.id, (held) => ({ ...held, ...message }));
    return excerpt === undefined ? next : quoted(next, message.id, excerpt);
  });
}

/**
 * @param {Store} store
 * @param {{conversation_id: string, message_id: string, seq: number, deleted_at: string, deleted_count: number,
 *   sender_id: string | null, mentions: string[], mentions_all: boolean, thread?: Thread}} data
 */
function messageDeleted(store, data) {
  const { conversation_id: id, message_id, deleted_at } = data;
  store.changeMessages(id, (messages) => {
    const next = changed(messages, message_id, (held) => tombstone(held, deleted_at));
    return quoted(next, message_id, "");
  });
  if (data.thread) countReplies(store, id, data.thread);
  const count = store.state.counts.get(id);
  if (!count) return;
  const deleted = {
    seq: data.seq,
    isMention: isMention(store, data),
    deletedCount: data.deleted_count,
    senderId: data.sender_id,
    isCounted: isCounted(store, data.sender_id),
  };
  store.changeCount(id, discounted(count, deleted));
}

/** @param {Store} store @param {string} id of the conversation @param {Thread} thread */
function countReplies(store, id, { id: rootId, reply_count }) {
  store.changeMessages(id, (messages) =>
    changed(messages, rootId, (root) => (root.reply_count === reply_count ? root : { ...root, reply_count })),
  );
}

/**
 * @param {Store} store
 * @param {{conversation_id: string, message_id: string, pinned_at: string | null}} data
 */
function pinChanged(store, { conversation_id: id, message_id, pinned_at }) {
  store.changeMessages(id, (messages) =>
    changed(messages, message_id, (held) =>
      held.pinned_at === pinned_at || held.deleted_at ? held : { ...held, pinned_at },
    ),
  );
  store.pinChanged(id, message_id, Boolean(pinned_at));
}

/** @typedef {{conversation_id: string, message_id: string, emoji: string, user_id: string}} ReactionEvent */

/** @param {Store} store @param {ReactionEvent} data */
function reactionAdded(store, { conversation_id, message_id, emoji, user_id }) {
  store.changeMessages(conversation_id, (messages) =>
    changed(messages, message_id, (message) => withReaction(message, emoji, user_id)),
  );
}

/** @param {Store} store @param {ReactionEvent} data */
function reactionRemoved(store, { conversation_id, message_id, emoji, user_id }) {
  store.changeMessages(conversation_id, (messages) =>
    changed(messages, message_id, (message) => withoutReaction(message, emoji, user_id)),
  );
}

/** Whether what this person says counts as unread. @param {Store} store @param {string | null | undefined} senderId */
function isCounted(store, senderId) {
  return senderId !== store.state.me.id && !store.state.blocked.has(senderId ?? "");
}

/** @param {Store} store @param {{mentions?: string[], mentions_all?: boolean}} named */
function isMention(store, { mentions, mentions_all }) {
  return Boolean(mentions_all || mentions?.includes(store.state.me.id));
}
