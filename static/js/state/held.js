/**
 * All places where a message may be held: histories, the open thread, pins, last messages. Pure.
 *
 * @import { Conversation, History, Message, OpenThread } from "../types.js"
 *
 * @typedef {object} Held
 * @property {Map<string, Conversation>} conversations
 * @property {Map<string, History>} histories by conversation
 * @property {OpenThread | null} thread
 * @property {Map<string, Message[]>} pins by conversation
 *
 * @typedef {(messages: Message[]) => Message[]} Change the same list when nothing changes
 */

import { withArrived } from "./history.js";

/**
 * @param {Held} held
 * @param {string | null} id of a conversation; null: everywhere
 * @param {Change} change
 * @returns {Partial<Held>} what is different now
 */
export function withMessages(held, id, change) {
  /** @type {Partial<Held>} */
  const different = {};
  const { thread } = held;
  const histories = mapped(held.histories, id, (history) => changedHistory(history, change));
  const pins = mapped(held.pins, id, change);
  const conversations = mapped(held.conversations, id, (one) => withLast(one, change));
  if (histories !== held.histories) different.histories = histories;
  if (pins !== held.pins) different.pins = pins;
  if (conversations !== held.conversations) different.conversations = conversations;
  if (thread && (!id || thread.conversationId === id)) {
    const history = changedHistory(thread.history, change);
    if (history !== thread.history) different.thread = { ...thread, history };
  }
  return different;
}

/**
 * @template T
 * @param {Map<string, T>} map
 * @param {string | null} id
 * @param {(value: T) => T} change
 * @returns {Map<string, T>}
 */
function mapped(map, id, change) {
  /** @type {Map<string, T>} */
  const next = new Map();
  let isSame = true;
  for (const [key, value] of map) {
    const changedValue = !id || key === id ? change(value) : value;
    if (changedValue !== value) isSame = false;
    next.set(key, changedValue);
  }
  return isSame ? map : next;
}

/** @param {History} history @param {Change} change @returns {History} */
function changedHistory(history, change) {
  const messages = change(history.messages);
  return messages === history.messages ? history : { ...history, messages };
}

/** @param {Conversation} conversation @param {Change} change @returns {Conversation} */
function withLast(conversation, change) {
  const { last_message: last } = conversation;
  if (!last) return conversation;
  const [next = last] = change([last]);
  return next === last ? conversation : { ...conversation, last_message: next };
}

/**
 * A message that was sent just now, in the open thread when it belongs there.
 *
 * @param {OpenThread | null} thread
 * @param {Message} message
 */
export function withReply(thread, message) {
  if (!thread || message.thread_root !== thread.id) return thread;
  return { ...thread, history: withArrived(thread.history, message) };
}
